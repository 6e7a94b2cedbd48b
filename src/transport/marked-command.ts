// A command of a run carries the run's mark, where `ps` shows it, as long as it works: so that the next start of the run
// finds what an earlier one left behind on the host. The shell in front ends as the program did, also by a signal.
// Source: POSIX.1-2024, Shell Command Language 2.8.2 (exit status above 128 for a program that a signal ended).

export type MarkKind = 'command' | 'session';

/** @param mark letters, digits, dots and hyphens */
export function markedArgv(mark: string, kind: MarkKind, argv: readonly string[]): readonly string[] {
  if (!/^[A-Za-z0-9.-]+$/.test(mark)) throw new RangeError(`the mark ${mark}`);
  // The mark stands first: some systems show only the first 80 characters. 159 is 128 and the highest signal of old systems.
  const script = `: strictstep.${mark}.${kind};"$@";s=$?;case $s in 129|1[345]?) kill -\`expr $s - 128\` $$;;esac;exit $s`;
  return ['sh', '-c', script, 'sh', ...argv];
}
