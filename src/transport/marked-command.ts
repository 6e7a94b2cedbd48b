// A command of a run carries the run's mark, where `ps` shows it, as long as it works: so that the next start of the run
// finds what an earlier one left behind on the host. The shell in front ends as the program did, also by a signal.
// A command begins when the first line of its input is there: when the connection is lost between the two, nothing is left
// that waits for ever for a password that will not come. Until then its mark is another one.
// Source: POSIX.1-2024, Shell Command Language 2.8.2 (exit status above 128 for a program that a signal ended); RFC 4254, 5.2:
// what fits one packet arrives whole or not at all.

export type MarkKind = 'command' | 'session';

/** Sent in front of the input of a command, in one piece with its beginning. */
export const BEGIN_LINE = '\n';

/** @param mark letters, digits, dots and hyphens */
export function markedArgv(mark: string, kind: MarkKind, argv: readonly string[]): readonly string[] {
  checkMark(mark);
  // The mark stands first: some systems show only the first 80 characters. 159 is 128 and the highest signal of old systems.
  const script = `: strictstep.${mark}.${kind};"$@";s=$?;case $s in 129|1[345]?) kill -\`expr $s - 128\` $$;;esac;exit $s`;
  if (kind === 'session') return ['sh', '-c', script, 'sh', ...argv];
  return ['sh', '-c', `: strictstep.${mark}.waiting;read g||exit 75;exec sh -c "$@"`, 'sh', script, 'sh', ...argv];
}

/** The resident shell itself, which waits for the next script: `sh -s MARK`. */
export const markOfShell = (mark: string): string => `: strictstep.${checkMark(mark)}.shell;`;

function checkMark(mark: string): string {
  if (!/^[A-Za-z0-9.-]+$/.test(mark)) throw new RangeError(`the mark ${mark}`);
  return mark;
}
