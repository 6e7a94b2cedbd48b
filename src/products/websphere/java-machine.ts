// What a Java process reads when it starts and what changes the versions it speaks: java.security of its Java, and
// arguments in server.xml. Sources: IBM SDK 8, "Protocols" (jdk.tls.disabledAlgorithms); Java SE 8, JSSE Reference Guide
// (jdk.tls.client.protocols, https.protocols); IBM SDK 8, "SP800-131a" (com.ibm.jsse2.sp800-131).
import type { ProtocolVersion } from '../../tls/types.ts';
import { PROTOCOL_VERSIONS } from '../../tls/types.ts';

/** The properties that strictstep knows, by name; no other argument is kept, since arguments may hold passwords. */
export type JavaArguments = Readonly<Record<string, string>>;

/** com.ibm.jsse2.overrideDefaultTLS and overrideDefaultProtocol are not among them: they are for programs without a
 * configuration of their own, and TLS has its full meaning in our table already. */
export const JAVA_ARGUMENTS = {
  clientProtocols: 'jdk.tls.client.protocols',
  httpsProtocols: 'https.protocols',
  sp800: 'com.ibm.jsse2.sp800-131',
} as const;

const DISABLED = 'jdk.tls.disabledAlgorithms';

/** Versions in a list of disabled algorithms; names are compared without case, as Java does. */
export function disabledVersions(list: string): readonly ProtocolVersion[] {
  const names = new Set(list.split(',').map((name) => name.trim().toLowerCase()));
  return PROTOCOL_VERSIONS.filter((version) => names.has(version.toLowerCase()));
}

/** The value of jdk.tls.disabledAlgorithms in a java.security file, with its continuation lines; the last one counts.
 * Undefined: the file does not set it. */
export function readDisabledAlgorithms(text: string): string | undefined {
  const lines = text.replaceAll(/\\(?:\r\n|\r|\n)[ \t\f]*/gu, '').split(/\r\n|\r|\n/u);
  const last = lines.findLast((line) => /^[ \t\f]*jdk\.tls\.disabledAlgorithms[ \t\f]*[=: \t\f]/u.test(line));
  return last
    ?.slice(last.indexOf(DISABLED) + DISABLED.length)
    .replace(/^[ \t\f]*[=:]?[ \t\f]*/u, '')
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" };
const decoded = (text: string): string =>
  text.replaceAll(/&(quot|amp|lt|gt|apos);/gu, (_all, name) => ENTITIES[name] ?? '');

/** From genericJvmArguments and systemProperties of jvmEntries in server.xml. Only these places are looked at, so that an
 * unknown shape of the rest of the file refuses nothing; not verified on real WebSphere. */
export function parseJavaArguments(text: string): JavaArguments {
  const generic = [...text.matchAll(/<jvmEntries\b[^>]*?\bgenericJvmArguments="([^"]*)"/gu)].flatMap(([, value = '']) =>
    [...decoded(value).matchAll(/(?:^|\s)-D([^\s=]+)=(?:"([^"]*)"|(\S*))/gu)].map(
      ([, name = '', quoted, plain = '']) => [name, quoted ?? plain] as const,
    ),
  );
  const properties = [...text.matchAll(/<systemProperties\b[^>]*>/gu)].map(([element]) => {
    const attribute = (name: string): string =>
      decoded(new RegExp(`\\b${name}="([^"]*)"`, 'u').exec(element)?.[1] ?? '');
    return [attribute('name'), attribute('value')] as const;
  });
  const known = new Set<string>(Object.values(JAVA_ARGUMENTS));
  const found = [...generic, ...properties].filter(([name]) => known.has(name));
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
