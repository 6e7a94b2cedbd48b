// Commands for OpenSSH on Windows. Whatever the log-in shell is there (cmd.exe, PowerShell), it sees words of letters and
// digits only: everything else travels inside -EncodedCommand. Not verified on real Windows.
// Source: Microsoft, "Parsing C++ command-line arguments" and about_PowerShell_exe; Win32-OpenSSH wiki, DefaultShell.
import { OperatorError } from '../core/errors.ts';

/** Without -InputFormat None PowerShell would read the standard input that belongs to the command. */
const POWERSHELL = [
  'powershell.exe',
  '-NoProfile',
  '-NonInteractive',
  '-InputFormat',
  'None',
  '-EncodedCommand',
] as const;
/** cmd.exe takes 8191 characters. */
const LONGEST_LINE = 8000;

export const powershell = (script: string): readonly string[] => [
  ...POWERSHELL,
  Buffer.from(script, 'utf16le').toString('base64'),
];

/** A literal of PowerShell; the typographic quotes end it as well. */
export const quoteForPowershell = (text: string): string => `'${text.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`;

/** One argument as the C library of the called program reads it: only backslashes before a quote count. */
export function quoteForProgram(argument: string): string {
  if (/[\0]/.test(argument)) throw new RangeError('an argument of a command cannot hold a NUL');
  if (argument !== '' && !/[\s"]/.test(argument)) return argument;
  return `"${argument.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/\\+$/, '$&$&')}"`;
}

/** cmd.exe reads the arguments of a batch file once more, and there is no quoting that it cannot be led out of. */
const SAFE_FOR_BATCH = /^[A-Za-z0-9_.:,=@+/\\ -]*$/;
const isBatch = (program: string): boolean => /\.(bat|cmd)$/i.test(program);

/** @throws OperatorError POLICY_REFUSED for a script of a POSIX shell, and for what a batch file cannot be given safely */
export function windowsCommandLine(subject: string, argv: readonly string[]): string {
  const [program, ...args] = argv;
  if (program === undefined) throw new RangeError('a command needs a program');
  if (program === 'sh') throw refusal(subject, 'the step is a script for a POSIX shell, which Windows has not');
  if (program === POWERSHELL[0]) return checked(argv.join(' '));
  if (isBatch(program) && !argv.every((word) => SAFE_FOR_BATCH.test(word)))
    throw refusal(subject, `the batch file ${program} cannot be given these arguments safely`);
  const script = `$p=New-Object Diagnostics.ProcessStartInfo;$p.FileName=${quoteForPowershell(program)};$p.Arguments=${quoteForPowershell(args.map(quoteForProgram).join(' '))};$p.UseShellExecute=$false;try{$c=[Diagnostics.Process]::Start($p)}catch{[Console]::Error.WriteLine($_.Exception.Message);exit 127};$c.WaitForExit();exit $c.ExitCode`;
  return checked(powershell(script).join(' '));
}

function checked(line: string): string {
  if (line.length > LONGEST_LINE) throw new RangeError(`a command line of ${line.length} characters for Windows`);
  return line;
}

const refusal = (subject: string, fact: string): OperatorError =>
  new OperatorError('POLICY_REFUSED', `${subject}: ${fact}`, {
    hint: 'See docs/ssh.md, Windows: what strictstep does there and what a person has to do.',
  });
