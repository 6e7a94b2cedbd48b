// Files on a host, through commands only: no SFTP, which many hosts switch off.
import { randomBytes } from 'node:crypto';
import { OperatorError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import type { FileContent, FileFacts } from '../core/shell.ts';
import { executeCommand } from './execute-command.ts';
import type { Output } from './execute-command.ts';
import { octalMode } from './file-mode.ts';
import { FILE_EXIT } from './file-scripts.ts';
import { DIALECTS } from './dialect.ts';
import type { Dialect, FileScript } from './dialect.ts';
import type { Site } from './process.ts';
import { makeRedaction, stdinBytes } from './wording.ts';

const TIMEOUT_MS = 120_000;
/** also in file-scripts.ts */
const TEMP = 'strictstep-temp-';
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

const REASONS: Readonly<Record<number, string>> = {
  [FILE_EXIT.absent]: 'there is no such file',
  [FILE_EXIT.notRegular]: 'it is not a regular file',
  [FILE_EXIT.unreadable]: 'the log-in user may not read it',
  [FILE_EXIT.noDigestTool]: 'none of sha256sum, shasum, openssl, digest and csum gives its digest',
  [FILE_EXIT.notKept]: 'the log-in user cannot keep its owner and mode',
  [FILE_EXIT.digestDiffers]: 'the bytes that arrived are not the ones that were sent',
  [FILE_EXIT.backupFailed]: 'the backup cannot be written',
  [FILE_EXIT.writeFailed]: 'the new bytes cannot be written beside it',
  [FILE_EXIT.exists]: 'it is there already',
  [FILE_EXIT.changedMeanwhile]: 'somebody changed it after it was read; it is left as it is',
};

type Script = {
  readonly script: FileScript;
  readonly args: readonly string[];
  readonly stdin?: Uint8Array;
  /** the input came of secrets or is one: it has a session of its own. Default: false */
  readonly isPrivate?: boolean;
  /** default: command */
  readonly kind?: 'reading';
};

const dialectOf = ({ dialect = DIALECTS.unix }: Site): Dialect => dialect;

/** @throws OperatorError COMMAND_TIMEOUT, OUTCOME_UNKNOWN */
async function executeScript(
  site: Site,
  title: string,
  { script, args, stdin, isPrivate = false, kind }: Script,
): Promise<Output> {
  const argv = dialectOf(site).fileScript(script, args);
  const short = isPrivate ? {} : { short: 'script' as const };
  const command = { argv, timeoutMs: TIMEOUT_MS, ...short, ...(stdin && { stdin: [stdin] }) };
  return await executeCommand(site, command, title, kind);
}

function fileError(site: Site, code: ErrorCode, path: string, { exitCode, stderr }: Output): OperatorError {
  const said = stderr.toString().trim();
  const shown = said === '' ? `exit status ${exitCode}` : makeRedaction().quote(said);
  const reason = REASONS[exitCode];
  const detail = reason === undefined ? shown : `${reason}${said === '' ? '' : ` (${shown})`}`;
  return new OperatorError(code, `${site.subject}: ${path}: ${detail}`);
}

/** @throws OperatorError FACT_UNREADABLE */
export async function readRemoteFile(site: Site, path: string): Promise<Uint8Array | undefined> {
  const output = await executeScript(site, `reading ${path}`, {
    script: 'read',
    args: [absolute(site, path)],
    kind: 'reading',
  });
  if (output.exitCode === FILE_EXIT.absent) return undefined;
  if (output.exitCode !== 0) throw fileError(site, 'FACT_UNREADABLE', path, output);
  return output.stdout;
}

/** @throws OperatorError FACT_UNREADABLE */
export async function readFileFacts(site: Site, path: string): Promise<FileFacts | undefined> {
  const output = await executeScript(site, `the digest of ${path}`, {
    script: 'facts',
    args: [absolute(site, path)],
    kind: 'reading',
  });
  if (output.exitCode === FILE_EXIT.absent) return undefined;
  if (output.exitCode !== 0) throw fileError(site, 'FACT_UNREADABLE', path, output);
  const [sha256, letters, user, group, size] = output.stdout.toString().trim().split(/\s+/);
  const mode = octalMode(letters ?? '');
  const sizeBytes = Number(size ?? Number.NaN);
  if (sha256 === undefined || mode === undefined || !Number.isSafeInteger(sizeBytes)) {
    const shown = makeRedaction().quote(output.stdout.toString());
    throw new OperatorError('REMOTE_REPLY', `${site.subject}: ls and digest of ${path} answered ${shown}`);
  }
  return { sha256, sizeBytes, mode, owner: `${user}:${group}` };
}

/** @throws OperatorError STEP_FAILED: the file is as it was */
export async function replaceRemoteFile(
  site: Site,
  path: string,
  content: FileContent,
  { backup, was = '' }: { readonly backup: string; readonly was?: string | undefined },
): Promise<void> {
  if (!FILE_NAME.test(backup) || backup.startsWith(TEMP)) throw new RangeError(`a backup named ${backup}`);
  const bytes = bytesOf(content);
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const args = [absolute(site, path), `${path}.${backup}`, tempOf(path), sha256Hex(bytes), folder, was];
  const output = await executeScript(site, `replacing ${path}`, {
    script: 'replace',
    args,
    stdin: bytes,
    isPrivate: isPrivate(content),
  });
  if (output.exitCode !== 0) throw fileError(site, 'STEP_FAILED', path, output);
}

/** @throws OperatorError STEP_FAILED: there is no such file */
export async function createRemoteFile(
  site: Site,
  path: string,
  content: FileContent,
  { like, mode = '0600' }: { readonly like: string; readonly mode?: '0600' | '0644' | undefined },
): Promise<void> {
  const bytes = bytesOf(content);
  const args = [absolute(site, path), tempOf(path), sha256Hex(bytes), absolute(site, like), mode];
  const output = await executeScript(site, `making ${path}`, {
    script: 'create',
    args,
    stdin: bytes,
    isPrivate: isPrivate(content),
  });
  if (output.exitCode !== 0) throw fileError(site, 'STEP_FAILED', path, output);
}

/** @throws OperatorError STEP_FAILED */
export async function removeRemoteFile(site: Site, path: string, sha256: string): Promise<void> {
  const output = await executeScript(site, `removing ${path}`, {
    script: 'remove',
    args: [absolute(site, path), sha256],
  });
  if (output.exitCode !== 0) throw fileError(site, 'STEP_FAILED', path, output);
}

const isPrivate = (content: FileContent): boolean => !(content instanceof Uint8Array);
const bytesOf = (content: FileContent): Uint8Array => (content instanceof Uint8Array ? content : stdinBytes(content));
const tempOf = (path: string): string => `${path}.${TEMP}${randomBytes(16).toString('hex')}`;

/** @throws OperatorError STEP_FAILED: nothing is left behind */
export async function placePrivateFile(site: Site, name: string, bytes: Uint8Array): Promise<string> {
  if (!FILE_NAME.test(name)) throw new RangeError(`a private file named ${name}`);
  const args = [`strictstep-${randomBytes(16).toString('hex')}`, name, sha256Hex(bytes)];
  const output = await executeScript(site, `placing ${name}`, {
    script: 'placePrivate',
    args,
    stdin: bytes,
    isPrivate: true,
  });
  if (output.exitCode !== 0) throw fileError(site, 'STEP_FAILED', name, output);
  const path = output.stdout.toString().replace(/\r?\n$/, '');
  const [, folder = '', file] = dialectOf(site).privatePath.exec(path) ?? [];
  if (folder.endsWith(args[0] ?? '') && file === name) return path;
  const shown = makeRedaction().quote(path);
  throw new OperatorError('REMOTE_REPLY', `${site.subject}: placing ${name} answered ${shown}`);
}

/** @throws OperatorError STEP_FAILED */
export async function removePrivateFile(site: Site, path: string): Promise<void> {
  const [, folder, name] = dialectOf(site).privatePath.exec(path) ?? [];
  if (folder === undefined || name === undefined || /[\\/]\.\.[\\/]/.test(path)) {
    throw new RangeError(`${path} is not a private file of strictstep`);
  }
  const output = await executeScript(site, `removing ${path}`, { script: 'removePrivate', args: [folder, name] });
  if (output.exitCode !== 0) throw fileError(site, 'STEP_FAILED', path, output);
}

function absolute(site: Site, path: string): string {
  // A relative path would depend on the log-in user's home, a line end would break what ls prints.
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  if (!dialectOf(site).isAbsolute(path) || /[\u0000-\u001F\u007F]/.test(path))
    throw new RangeError(`the path ${path} on a host`);
  return path;
}
