// Names in certificates against lists of trusted hosts: `*` stands for one whole part of a name (RFC 2818, 3.1), and a name
// of the certificate that is a wildcard itself is met by the same wildcard in the list.
import type { X509Certificate } from 'node:crypto';

export function namesOf(certificate: X509Certificate): readonly string[] {
  const common = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
  const alternative = [...(certificate.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)];
  return [...new Set([...(common === undefined ? [] : [common]), ...alternative.map(([, name = '']) => name)])];
}

export function isNamed(certificate: X509Certificate, trusted: readonly string[]): boolean {
  const names = namesOf(certificate);
  return trusted.length === 0 || trusted.some((pattern) => names.some((name) => fits(pattern, name)));
}

function fits(pattern: string, name: string): boolean {
  const [wanted, given] = [pattern, name].map((text) => text.toLowerCase().split('.'));
  return wanted?.length === given?.length && (wanted ?? []).every((part, at) => part === '*' || part === given?.[at]);
}
