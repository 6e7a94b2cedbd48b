// Lists of trusted host names against the names of a certificate. A star stands for one whole part of a name.
// Source: RFC 2818 section 3.1; HCL Sametime 11.6, ST_TLS_TRUSTED_HOSTS.

/** @param patterns one match of any with any name is enough */
export const isTrustedName = (patterns: readonly string[], names: readonly string[]): boolean =>
  patterns.some((pattern) => names.some((name) => matches(pattern, name)));

/** A certificate may carry a star too: it is trusted by the same star, or by one that stands for more. */
function matches(pattern: string, name: string): boolean {
  const [wanted, parts] = [pattern, name].map((text) => text.toLowerCase().replace(/\.$/, '').split('.'));
  if (wanted === undefined || parts === undefined || wanted.length !== parts.length) return false;
  return wanted.every((part, at) => part === '*' || part === parts[at]);
}
