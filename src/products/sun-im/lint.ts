// What is wrong or risky in a Sun Instant Messaging server's files, as findings with what to do. Codes are explained in
// docs/products/sun-im.md. Sources: lint-lines.ts, lint-settings.ts, lint-peers.ts, lint-stores.ts.
import type { FileFacts } from '../../core/shell.ts';
import { isSameTarget, type GatewayProfile } from './gateway.ts';
import type { IimFile } from './iim.ts';
import { lintLines } from './lint-lines.ts';
import { lintPeers } from './lint-peers.ts';
import { lintSettings } from './lint-settings.ts';
import { lintStores } from './lint-stores.ts';
import { lintPasswordFile } from './password-file.ts';
import { readSettings, splitAddress } from './settings.ts';
import type { ReadSunIm, SunImFinding, SunImStores } from './types.ts';

/** What iim.conf itself does not tell; absent: not known, and not judged. */
export type SunImLintFacts = {
  /** of `imadmin version`: `7.2` */
  readonly version?: string;
  /** of `java -version`: `1.5.0_22`, `17.0.1` */
  readonly javaVersion?: string;
  /** names under which this server is reached */
  readonly ownHosts?: readonly string[];
  readonly stores?: SunImStores;
  /** serviceOwner: numeric user:group */
  readonly passwordFile?: { readonly path: string; readonly facts: FileFacts; readonly serviceOwner: string };
  readonly gateway?: readonly GatewayProfile[];
};

export function lintSunIm(conf: IimFile, facts: SunImLintFacts = {}): readonly SunImFinding[] {
  const read = readSettings(conf);
  const { stores, passwordFile, ownHosts = [] } = facts;
  return [
    ...lintLines(conf),
    ...lintSettings(conf, read),
    ...lintPeers(conf, read, ownHosts),
    ...(stores === undefined ? [] : lintStores(stores, read)),
    ...(passwordFile === undefined
      ? []
      : lintPasswordFile(passwordFile.path, passwordFile.facts, passwordFile.serviceOwner)),
    ...gatewayFindings(facts, read),
    ...versionFindings(facts),
  ];
}

function gatewayFindings(
  { gateway = [], ownHosts = [] }: SunImLintFacts,
  { effective }: ReadSunIm,
): readonly SunImFinding[] {
  const { host, port } = splitAddress(effective.muxListen ?? '');
  if (effective.muxLegacySsl !== true || port === null) return [];
  const hosts = host === null ? ownHosts : [host];
  return gateway.flatMap(({ name, targets }) =>
    (targets ?? [])
      .filter((target) => hosts.some((one) => isSameTarget(target, { host: one, port })))
      .map((target): SunImFinding => ({
        code: 'GATEWAY_AT_SSL',
        severity: 'fails',
        text: `the gateway's ${name}.hosts is ${target.host}:${target.port}, a multiplexor with legacy SSL, which the gateway does not know`,
        fix: 'Let the gateway call the server at 5269, and restart its web container.',
      })),
  );
}

function versionFindings({ version, javaVersion }: SunImLintFacts): readonly SunImFinding[] {
  const [major = 0, minor = 0] = number(version ?? '7.2');
  const [first = 0, second = 0] = number(javaVersion ?? '17');
  const java = first === 1 ? second : first;
  return [
    ...(major > 7 || (major === 7 && minor >= 2)
      ? []
      : [
          {
            code: 'VERSION_OLD',
            severity: 'fails',
            text: `the server is ${version}: its TLS keys are others than those of 7.2, and it does not federate with 7.2`,
            fix: 'Upgrade every server of the federation to 7.2 first.',
          } as const,
        ]),
    ...(java >= 5
      ? []
      : [
          {
            code: 'JAVA_OLD',
            severity: 'fails',
            text: `the server runs on Java ${javaVersion}, and TLS needs 1.5`,
            fix: 'Set iim.jvm.command to a newer Java.',
          } as const,
        ]),
  ];
}

const number = (text: string): readonly number[] => (/\d+(?:\.\d+)*/u.exec(text)?.[0] ?? '').split('.').map(Number);
