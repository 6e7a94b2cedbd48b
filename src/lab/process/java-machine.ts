// The Java machine of a process: what it finds in java.security, in server.xml and in the custom properties when it starts,
// and the versions that this leaves of a protocol value. Read here by means of the lab's own, so that the planner's reading
// of the same files is held against something else.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocolsOf } from '../../products/websphere/qop.ts';
import type { ProtocolVersion } from '../../tls/types.ts';

export type JavaMachine = {
  /** jdk.tls.disabledAlgorithms, lower case */
  readonly disabled: readonly string[];
  /** -D arguments by name */
  readonly properties: ReadonlyMap<string, string>;
  /** undefined: FIPS mode is off */
  readonly fipsLevel: string | undefined;
};

/** A profile lies in AppServer/profiles, its Java in AppServer/java. */
export const javaSecurityFile = (profileFolder: string): string =>
  path.join(profileFolder, '../../java/jre/lib/security/java.security');

export async function readDisabled(profileFolder: string): Promise<readonly string[]> {
  const text = await readFile(javaSecurityFile(profileFolder), 'latin1').catch(() => '');
  let list = '';
  let isOpen = false;
  for (const line of text.split('\n')) {
    const isEntry = line.startsWith('jdk.tls.disabledAlgorithms=');
    if (isEntry) list = '';
    const part = isEntry ? line.slice(line.indexOf('=') + 1) : line;
    if (isEntry || isOpen) list += part.trim().replace(/\\$/, '');
    isOpen = (isEntry || isOpen) && part.trim().endsWith('\\');
  }
  return namesIn(list);
}

const namesIn = (list: string): readonly string[] => list.split(',').map((name) => name.trim().toLowerCase());

export async function readArguments(serverXml: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(serverXml, 'utf8').catch(() => '');
  const line = /genericJvmArguments="([^"]*)"/.exec(text)?.[1] ?? '';
  const given = line.split(/\s+/).filter((word) => word.startsWith('-D'));
  return new Map(
    given.map((word) => {
      const [name = '', ...value] = word.slice(2).split('=');
      return [name, value.join('=')];
    }),
  );
}

/** @param properties custom properties of security.xml, by name */
export function machineOf(
  fileDisabled: readonly string[],
  args: ReadonlyMap<string, string>,
  properties: ReadonlyMap<string, string>,
): JavaMachine {
  const property = properties.get('com.ibm.websphere.tls.disabledAlgorithms') ?? '';
  const isFips = properties.get('com.ibm.security.useFIPS') === 'true';
  return {
    disabled: property === '' ? fileDisabled : namesIn(property),
    properties: args,
    fipsLevel: isFips ? (properties.get('com.ibm.websphere.security.FIPSLevel') ?? '') : undefined,
  };
}

/** What the machine makes of a protocol value. */
export function versionsIn(
  { disabled, properties, fipsLevel }: JavaMachine,
  protocol: string,
  direction: 'inbound' | 'outbound',
): readonly ProtocolVersion[] {
  const isStrict = fipsLevel === 'SP800-131' || properties.get('com.ibm.jsse2.sp800-131') === 'strict';
  const isLeft = fipsLevel === 'transition' && /^TLS(v1(\.[12])?)?$/.test(protocol);
  const value = isStrict ? 'TLSv1.2' : fipsLevel === undefined || isLeft ? protocol : 'TLS';
  const lists = direction === 'inbound' ? [] : ['jdk.tls.client.protocols', 'https.protocols'];
  const named = lists.flatMap((name) => {
    const list = properties.get(name);
    return list === undefined ? [] : [namesIn(list)];
  });
  return (protocolsOf(value) ?? []).filter(
    (version) =>
      !disabled.includes(version.toLowerCase()) && named.every((names) => names.includes(version.toLowerCase())),
  );
}
