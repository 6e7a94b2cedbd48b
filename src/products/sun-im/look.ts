// Which files are there and who can read them: keytool says "does not exist" of a key store that it may not read, and the NSS
// tools have one error for a database that is missing, not readable or has another prefix. Measured with OpenJDK 17 and
// NSS 3.87. The script is POSIX and runs as the account that has to read the files.
import { OperatorError } from '../../core/errors.ts';
import type { Command } from '../../core/shell.ts';
import type { TextSource } from '../websphere/text-source.ts';
import { renderSource } from '../websphere/text-source.ts';

export type FileState = 'readable' | 'unreadable' | 'empty';
export type FolderLook = {
  /** closed: its files cannot be reached by this account */
  readonly folder: 'open' | 'closed' | 'absent';
  readonly files: ReadonlyMap<string, FileState>;
};

const SCRIPT = [
  '[ -e "$1" ] || { echo "folder absent"; exit 0; }',
  '[ -d "$1" ] && [ -x "$1" ] && [ -r "$1" ] || { echo "folder closed"; exit 0; }',
  'cd "$1" && echo "folder open" || exit 1',
  'for f in *; do [ -f "$f" ] || continue; if [ ! -r "$f" ]; then echo "unreadable $f"; elif [ -s "$f" ]; then echo "readable $f"; else echo "empty $f"; fi; done',
].join('\n');

/** @param user account whose eyes count, by sudo; absent: the one of the log-in */
export const lookCommand = (folder: string, user?: string): Command => ({
  argv: [...runAs(user), 'sh', '-c', SCRIPT, 'sh', folder],
  timeoutMs: 30_000,
});

export const runAs = (user: string | undefined): readonly string[] =>
  user === undefined ? [] : ['sudo', '-n', '-u', user, '--'];

/** @throws OperatorError REMOTE_REPLY */
export function parseLook(text: string, source: TextSource): FolderLook {
  const [first = '', ...rest] = text.split('\n');
  const folder = (['open', 'closed', 'absent'] as const).find((state) => first === `folder ${state}`);
  const lines = rest.filter((line) => line !== '').map((line) => /^(readable|unreadable|empty) (.+)$/u.exec(line));
  if (folder === undefined || lines.includes(null)) {
    throw new OperatorError(
      'REMOTE_REPLY',
      `${renderSource(source)}: the list of files has another form than asked for`,
      {
        hint: 'Run the command by hand on the host and compare.',
      },
    );
  }
  const states: Readonly<Record<string, FileState>> = {
    readable: 'readable',
    unreadable: 'unreadable',
    empty: 'empty',
  };
  const files = lines.flatMap((line): readonly (readonly [string, FileState])[] => {
    const state = states[line?.[1] ?? ''];
    return state === undefined ? [] : [[line?.[2] ?? '', state]];
  });
  return { folder, files: new Map(files) };
}
