// What a QoP value (sslProtocol, com.ibm.ssl.protocol) enables. Source: IBM JSSE2 for Java 8, "protocols"; the value is
// never a proof of what a port speaks: java.security, FIPS mode and JVM properties can take versions away.
import type { ProtocolVersion } from '../../tls/types.ts';

const FIRST_TO_TWO = ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const satisfies readonly ProtocolVersion[];

const MEANING: Readonly<Record<string, readonly ProtocolVersion[]>> = {
  SSL_TLS: ['TLSv1'],
  SSL_TLSv2: FIRST_TO_TWO,
  SSL: FIRST_TO_TWO,
  // The meaning of TLS drifts between SDK levels; a playbook should not set it.
  TLS: FIRST_TO_TWO,
  SSLv2: [],
  SSLv3: [],
  TLSv1: ['TLSv1'],
  'TLSv1.1': ['TLSv1.1'],
  'TLSv1.2': ['TLSv1.2'],
  'TLSv1.3': ['TLSv1.3'],
};

const ORDER = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies readonly ProtocolVersion[];

export const QOP_VALUES: readonly string[] = Object.keys(MEANING);

/** Versions in ascending order; a comma list is the union of its parts. Undefined when a part is not a known value. */
export function protocolsOf(value: string): readonly ProtocolVersion[] | undefined {
  const parts = value
    .split(',')
    .map((part) => (Object.hasOwn(MEANING, part.trim()) ? MEANING[part.trim()] : undefined));
  if (parts.includes(undefined)) return undefined;
  const enabled = new Set(parts.flatMap((versions) => versions ?? []));
  return ORDER.filter((version) => enabled.has(version));
}
