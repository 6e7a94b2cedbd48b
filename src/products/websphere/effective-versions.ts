// From a QoP value to the versions that a process really offers or accepts: FIPS mode decides first, then arguments of the
// Java machine narrow, then disabled algorithms go. Sources: IBM WebSphere 8.5.5, "Quality of protection settings" (FIPS
// overrides the protocol); IBM support 6845572 (the security custom property overrides java.security). Not verified on
// real WebSphere: what FIPS levels come to, and whether the client arguments reach WebSphere's own connections.
import type { Direction } from '../../core/topology-change.ts';
import type { ProtocolVersion } from '../../tls/types.ts';
import { JAVA_ARGUMENTS, disabledVersions, type JavaArguments } from './java-machine.ts';
import { protocolsOf } from './qop.ts';

/** What a process took when it started. */
export type JavaLayer = {
  /** versions in java.security's jdk.tls.disabledAlgorithms */
  readonly disabled: readonly ProtocolVersion[];
  readonly arguments: JavaArguments;
  /** security custom property com.ibm.websphere.tls.disabledAlgorithms; undefined: not set */
  readonly property: string | undefined;
  /** level, '' when FIPS mode is on without one; undefined: off */
  readonly fips: string | undefined;
};

export type EffectiveVersions = {
  readonly versions: readonly ProtocolVersion[];
  /** what took versions away or replaced the value, for messages: "java.security disables TLSv1" */
  readonly layers: readonly string[];
};

/** A QoP value that nobody knows the meaning of gives no version. */
export function effectiveVersions(qop: string, java: JavaLayer, direction: Direction): EffectiveVersions {
  const fips = fipsValue(qop, java);
  let versions = protocolsOf(fips ?? qop) ?? [];
  const layers: string[] = fips === undefined ? [] : [`FIPS mode makes it ${fips}`];
  const keep = (kept: (version: ProtocolVersion) => boolean, words: (gone: string) => string): void => {
    const gone = versions.filter((version) => !kept(version));
    if (gone.length === 0) return;
    versions = versions.filter(kept);
    layers.push(words(gone.join(', ')));
  };
  if (direction === 'outbound')
    for (const name of [JAVA_ARGUMENTS.clientProtocols, JAVA_ARGUMENTS.httpsProtocols]) {
      const names = java.arguments[name]?.split(',').map((item) => item.trim());
      if (names !== undefined)
        keep(
          (version) => names.includes(version),
          (gone) => `${name} leaves out ${gone}`,
        );
    }
  const { property } = java;
  const isSet = property !== undefined && property.trim() !== '';
  const disabled = isSet ? disabledVersions(property) : java.disabled;
  const by = isSet ? 'com.ibm.websphere.tls.disabledAlgorithms' : 'java.security';
  keep(
    (version) => !disabled.includes(version),
    (gone) => `${by} disables ${gone}`,
  );
  return { versions, layers };
}

const TLS_FAMILY: ReadonlySet<string> = new Set(['TLS', 'TLSv1', 'TLSv1.1', 'TLSv1.2']);

function fipsValue(qop: string, { fips, arguments: given }: JavaLayer): string | undefined {
  if (fips === 'SP800-131' || given[JAVA_ARGUMENTS.sp800] === 'strict') return 'TLSv1.2';
  if (fips === undefined) return undefined;
  return fips === 'transition' && TLS_FAMILY.has(qop) ? undefined : 'TLS';
}
