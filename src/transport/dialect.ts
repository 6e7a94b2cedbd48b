// How a system is spoken to: the line that its SSH server is sent, the scripts behind the file methods, and what a path is.
import type { HostOs } from '../inventory/types.ts';
import { quoteArgv } from './argv-quoting.ts';
import {
  CREATE_FILE,
  FILE_FACTS,
  PLACE_PRIVATE_FILE,
  READ_FILE,
  REMOVE_FILE,
  REMOVE_PRIVATE_FILE,
  REPLACE_FILE,
} from './file-scripts.ts';
import { powershell, quoteForPowershell, windowsCommandLine } from './windows-command.ts';
import { WINDOWS_FILE_SCRIPTS } from './windows-file-scripts.ts';

export type FileScript = keyof typeof WINDOWS_FILE_SCRIPTS;

export type Dialect = {
  /** @param subject for messages */
  readonly commandLine: (subject: string, argv: readonly string[]) => string;
  readonly fileScript: (script: FileScript, args: readonly string[]) => readonly string[];
  readonly isAbsolute: (path: string) => boolean;
  /** groups: the folder, the name in it */
  readonly privatePath: RegExp;
  /** whether a command can carry the mark of its run, by which the next start finds it */
  readonly hasMarks: boolean;
  /** whether a shell can stay for short scripts: it must execute a line only when it has read all of it */
  readonly hasResidentShell: boolean;
};

const UNIX_FILE_SCRIPTS: Readonly<Record<FileScript, string>> = {
  read: READ_FILE,
  facts: FILE_FACTS,
  replace: REPLACE_FILE,
  create: CREATE_FILE,
  remove: REMOVE_FILE,
  placePrivate: PLACE_PRIVATE_FILE,
  removePrivate: REMOVE_PRIVATE_FILE,
};

export const DIALECTS: Readonly<Record<HostOs, Dialect>> = {
  unix: {
    // Without `exec` some log-in shells stay in between, and a killed program would look like exit status 137.
    commandLine: (_subject, argv) => `exec ${quoteArgv(argv)}`,
    fileScript: (script, args) => ['sh', '-c', UNIX_FILE_SCRIPTS[script], 'sh', ...args],
    isAbsolute: (path) => path.startsWith('/'),
    privatePath: /^(\/.*\/\.strictstep\/private\/strictstep-[0-9a-f]{32})\/([A-Za-z0-9_][A-Za-z0-9._-]*)$/,
    hasMarks: true,
    hasResidentShell: true,
  },
  windows: {
    commandLine: windowsCommandLine,
    fileScript: (script, args) =>
      powershell(`$a=@(${args.map(quoteForPowershell).join(',')})\n${WINDOWS_FILE_SCRIPTS[script]}`),
    isAbsolute: (path) => /^([A-Za-z]:[\\/]|\\\\[^\\/]+[\\/])/.test(path),
    privatePath: /^([A-Za-z]:\\.*\\strictstep-[0-9a-f]{32})\\([A-Za-z0-9_][A-Za-z0-9._-]*)$/,
    hasMarks: false,
    hasResidentShell: false,
  },
};
