// One command per host that lists the files from which everything else is read. POSIX sh and find only: no -maxdepth, no
// -path, no -regex (AIX, Solaris). Whose it is, a walk of its own tells: ls and find in one pipe may cut each other's lines. Of running processes only folders are told, never arguments: those may hold passwords.
import { OperatorError } from '../core/errors.ts';
import type { ReadShell } from '../core/shell.ts';
import type { HostOs } from '../inventory/types.ts';
import { windowsScan } from './scan-windows.ts';

export type Scan = {
  readonly system: string;
  readonly hostName: string;
  readonly searched: readonly string[];
  /** whole paths, with slashes, each once */
  readonly files: readonly string[];
  /** profiles that processes run from */
  readonly running: readonly string[];
  /** what find could not look into */
  readonly refused: readonly string[];
  /** who searched; null: the host does not say */
  readonly user: string | null;
  /** other users who own configuration that was found */
  readonly owners: readonly string[];
  /** other users who own folders that are closed to everybody else */
  readonly closedBy: readonly string[];
};

/** Where the products are by default. Sources: their installation guides; docs/discover.md. */
export const USUAL_PLACES: readonly string[] = [
  '/opt/IBM',
  '/opt/ibm',
  '/opt/HCL',
  '/opt/hcl',
  '/opt/WebSphere',
  '/usr/IBM',
  '/usr/ibm',
  '/usr/WebSphere',
  '/local/notesdata',
  '/local/sametime',
  '/opt/sun',
  '/opt/SUNWiim',
  '/etc/opt/sun',
  '/etc/opt/SUNWiim',
  '/var/opt/sun',
  '/var/opt/SUNWiim',
];

const FILES = [
  'profileRegistry.xml',
  'security.xml',
  'serverindex.xml',
  'server.xml',
  'resources.xml',
  'node-metadata.properties',
  'setupCmdLine.sh',
  'setupCmdLine.bat',
  'ssl.client.props',
  'soap.client.props',
  'WAS.product',
  'java.security',
  'SystemOut.log',
  'sametime.ini',
  'notes.ini',
  'iim.conf',
  'httpbind.conf',
  'gateway.pid',
  'imadmin',
  'db2',
];
/** Large, and nothing is configured in them. `backup` and `history` hold copies of configuration that must not count. */
const SKIPPED = [
  'wstemp',
  'temp',
  'tranlog',
  'installedApps',
  'systemApps',
  'backup',
  'history',
  'profileTemplates',
  'ffdc',
];
/** Whose owner is the user that everything on the host should be done as. */
const OWNED = ['security.xml', 'sametime.ini', 'iim.conf'];
const HPEL = 'logdata';

const named = (names: readonly string[]): string => names.map((name) => `-name ${name}`).join(' -o ');

/** Third word of a line of `ls -l`, behind the letter for the kind of file; a number is nobody's name. */
const OWNER = String.raw`[^ ]*  *[^ ]*  *\([A-Za-z_][^ ]*\) .*`;

export const SCAN_SCRIPT = `umask 077
printf 's %s\\n' "$(uname -s -r 2>/dev/null)"
printf 'h %s\\n' "$(uname -n 2>/dev/null)"
me=$(id -un 2>/dev/null)
printf 'u %s\\n' "$me"
ps -e -o args 2>/dev/null | sed -n 's/.*-Duser\\.install\\.root=\\([^ ]*\\) .*/r \\1/p' | sort -u
{
  for root do
    [ -d "$root/" ] || continue
    printf 'w %s\\n' "$root"
    find "$root/" -type d \\( ${named(SKIPPED)} \\) -prune -o -type d -name ${HPEL} -print -o -type f \\( ${named(FILES)} \\) -print | sed 's/^/f /'
    [ -n "$me" ] && [ "$me" != root ] || continue
    find "$root/" -type d \\( ${named(SKIPPED)} \\) -prune -o ! -user "$me" \\( -type f \\( ${named(OWNED)} \\) -o -type d ! -perm -005 \\) -exec ls -ld {} + 2>/dev/null | sed -n -e 's/^-${OWNER}/o \\1/p' -e 's/^d${OWNER}/d \\1/p' | sort -u
  done
  for file in /home/*/sqllib/bin/db2 /opt/ibm/db2/*/bin/db2; do
    [ -f "$file" ] && printf 'f %s\\n' "$file"
  done
} 2>&1
exit 0
`;

const TIMEOUT_MS = 300_000;

/** @throws OperatorError COMMAND_TIMEOUT, REMOTE_REPLY, and what connecting throws */
export async function scanHost(shell: ReadShell, roots: readonly string[], os: HostOs = 'unix'): Promise<Scan> {
  const argv =
    os === 'windows' ? windowsScan([...FILES, HPEL], SKIPPED, roots) : ['sh', '-c', SCAN_SCRIPT, 'sh', ...roots];
  const { stdout } = await shell.query({ argv, timeoutMs: TIMEOUT_MS });
  const scan = parseScan(stdout);
  if (scan !== undefined) return scan;
  const hint =
    os === 'windows'
      ? 'The log-in user needs PowerShell 5.1 or newer.'
      : 'The log-in user needs a POSIX shell with find, ls, sed, ps, id and uname.';
  throw new OperatorError('REMOTE_REPLY', `host ${shell.host}: the search for installations gave no list`, { hint });
}

export const withSlashes = (path: string): string => path.replaceAll('\\', '/').replaceAll(/(?<=.)\/{2,}/gu, '/');

/** Undefined: that is not what the script prints. */
export function parseScan(text: string): Scan | undefined {
  const lines = text.split(/\r?\n/u);
  const of = (letter: string): readonly string[] => [
    ...new Set(lines.filter((line) => line.startsWith(`${letter} `)).map((line) => line.slice(2))),
  ];
  if (of('h').length === 0) return undefined;
  const refused = lines.filter((line) => line.startsWith('find: ')).map((line) => line.slice('find: '.length));
  return {
    system: of('s')[0] ?? '',
    hostName: of('h')[0] ?? '',
    searched: of('w').map(withSlashes),
    files: [...new Set(of('f').map(withSlashes))].toSorted(),
    running: [...new Set(of('r').map(withSlashes))].toSorted(),
    refused: refused.toSorted(),
    user: of('u').find((name) => name !== '') ?? null,
    owners: of('o').toSorted(),
    closedBy: of('d').toSorted(),
  };
}
