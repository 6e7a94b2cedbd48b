// Patterns of OpenSSH: `*` stands for any characters, `?` for one, all others for themselves. Source: ssh_config(5), PATTERNS.

export function isSshMatch(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$+.()|[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}

/** One matches, and none of the negated ones (`!pattern`) does. */
export function isListed(patterns: readonly string[], name: string): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const isMatch = (pattern: string): boolean => isSshMatch(pattern, name);
  return wanted.some(isMatch) && !negated.some(isMatch);
}
