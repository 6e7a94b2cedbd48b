// This machine: Node, OpenSSH's tools, the terminal, the folder of the runs, the clock. Looks only; nothing is written.
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { shippedFile } from '../../core/program-files.ts';
import { runLocal } from '../../transport/index.ts';
import { type Examined, fails, ok, warning } from './types.ts';

export const examineMachine = async (state: string): Promise<readonly Examined[]> => [
  node(process.versions.node),
  await sshKeygen(),
  await agent(process.env['SSH_AUTH_SOCK']),
  terminal(),
  await stateFolder(resolve(state)),
  await clock(new Date()),
];

const OLDEST_NODE = 24;

export const node = (version: string): Examined =>
  Number(version.split('.')[0]) >= OLDEST_NODE
    ? ok('node', `version ${version}`)
    : fails('node', `version ${version}`, `Use Node ${OLDEST_NODE} or newer; npx strictstep takes the right one.`);

const TOOL_TIMEOUT_MS = 5000;

/** The version of ssh-keygen is that of ssh, which comes with it; only approvals need it. */
async function sshKeygen(): Promise<Examined> {
  const hint = 'Install the OpenSSH client, 8.2 or newer; approvals are signed and checked with its ssh-keygen.';
  try {
    const { stderr } = await runLocal({ argv: ['ssh', '-V'], timeoutMs: TOOL_TIMEOUT_MS });
    const keygen = await runLocal({ argv: ['ssh-keygen', '-?'], timeoutMs: TOOL_TIMEOUT_MS });
    const [, version = '', major, minor] = /OpenSSH_((\d+)\.(\d+)\S*)/.exec(stderr) ?? [];
    if (!/usage: ssh-keygen/i.test(keygen.stderr)) return warning('ssh-keygen', 'it is not on the PATH', hint);
    if (Number(major) * 100 + Number(minor) < 802) return warning('ssh-keygen', `OpenSSH ${version} is too old`, hint);
    return ok('ssh-keygen', version === '' ? 'there, of a version that ssh -V does not tell' : `OpenSSH ${version}`);
  } catch {
    return warning('ssh-keygen', 'it is not on the PATH', hint);
  }
}

/** @param socket SSH_AUTH_SOCK */
export async function agent(socket: string | undefined): Promise<Examined> {
  if (socket === undefined || socket === '') return ok('ssh-agent', 'none; keys are read from their files');
  const connection = createConnection(socket);
  try {
    await once(connection, 'connect', { signal: AbortSignal.timeout(TOOL_TIMEOUT_MS) });
    return ok('ssh-agent', `answers at ${socket}`);
  } catch {
    const hint = 'Start ssh-agent anew, or unset SSH_AUTH_SOCK when keys are read from files.';
    return warning('ssh-agent', `SSH_AUTH_SOCK names ${socket}, where nobody answers`, hint);
  } finally {
    connection.destroy();
  }
}

function terminal(): Examined {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  if (!isTerminal) return ok('terminal', 'none: nothing will be asked, progress is a line for each event');
  const { columns } = process.stderr;
  if (columns >= 80) return ok('terminal', `${columns} columns, TERM ${process.env['TERM'] ?? 'not set'}`);
  return warning('terminal', `${columns} columns`, 'Make it at least 80 columns wide, or long lines are cut.');
}

const LEAST_BYTES = 100 * 2 ** 20;

/** Journals and plans go there; the folder itself is made by the first run. */
export async function stateFolder(folder: string): Promise<Examined> {
  const name = 'runs folder';
  const existing = await nearestExisting(folder);
  const there = existing === folder ? folder : `${folder}, which the first run makes`;
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch {
    return fails(name, `${existing} cannot be written`, 'Name another folder with --state, or change its owner.');
  }
  const { mode } = await stat(existing);
  if (existing === folder && process.platform !== 'win32' && (mode & 0o022) !== 0)
    return warning(
      name,
      `${folder} can be changed by others`,
      `Run chmod 700 ${folder}; whoever may write there may change what a run goes on with.`,
    );
  const { bavail, bsize } = await statfs(existing);
  if (bavail * bsize < LEAST_BYTES)
    return warning(
      name,
      `${Math.floor((bavail * bsize) / 2 ** 20)} MiB are left for ${folder}`,
      'Make room before a run: its journal must never be cut off.',
    );
  return ok(name, there);
}

async function nearestExisting(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch {
    return dirname(folder) === folder ? folder : await nearestExisting(dirname(folder));
  }
}

/** A clock before the day on which this program was installed is wrong for certain; windows and certificates hang on it. */
export async function clock(now: Date): Promise<Examined> {
  const { mtime } = await stat(shippedFile('package.json'));
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (now.getTime() >= mtime.getTime() - 86_400_000) return ok('clock', `${now.toISOString()}, time zone ${zone}`);
  const hint = 'Set the clock, best by NTP: change windows and certificates are judged by it.';
  return fails('clock', `${now.toISOString()} is before this program was installed`, hint);
}
