// One command line out of an argument list, for the log-in shell on a host (sh, ksh, bash, dash; also the old Bourne shell).
// Source: POSIX.1-2024, Shell Command Language 2.2.2: nothing is special between single quotes.

// `=` is not here: the first word must not become an assignment. `~` neither: it would be expanded.
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;

function quoteArgument(argument: string): string {
  if (argument.includes('\0')) throw new RangeError('an argument of a command cannot hold a NUL');
  if (!argument.isWellFormed()) throw new RangeError('an argument of a command is not well-formed Unicode');
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

export function quoteArgv(argv: readonly string[]): string {
  if (argv.length === 0) throw new RangeError('a command needs a program');
  return argv.map(quoteArgument).join(' ');
}
