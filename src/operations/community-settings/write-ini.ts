// Writes sametime.ini and takes it back. Only the keys that the operation is about are touched, so what others change in
// the file meanwhile stays. Passwords go from the certificate's Secret, or from the backup, straight to the transport.
import { OperatorError } from '../../core/errors.ts';
import { digestOf } from '../../core/json.ts';
import type { WriteContext } from '../../core/operation.ts';
import type { Secret } from '../../core/secret.ts';
import type { ReadShell, WriteShell } from '../../core/shell.ts';
import { editIni, openEdits } from '../../products/sametime/ini-edit.ts';
import { getIni, parseIni, type IniFile } from '../../products/sametime/ini.ts';
import { TLS_SECTION } from '../../products/sametime/settings.ts';
import type { IniEdit } from '../../products/sametime/types.ts';
import type { CommunityState } from '../community-state.ts';
import { hasOpenPassword, readIniFile, valuesOf } from '../read-community.ts';
import type { Params } from './params.ts';
import { openPasswords, PASSWORD_KEYS, plainEdits, wantedState } from './wanted-values.ts';

/** Two steps of one run on one file: each keeps a backup of its own. */
const backupOf = (runId: string, { wanted }: Params): string => `${runId}.${digestOf(wanted).slice(0, 8)}.bak`;

export async function writeSettings(context: WriteContext, params: Params, state: CommunityState): Promise<void> {
  const shell = await context.shell(params.host);
  const ini = await readIniFile(shell, params);
  const { stores } = params.wanted;
  const passwords = openPasswords(state, params);
  const secrets = passwords.map((key): IniEdit => ({
    section: TLS_SECTION,
    key,
    value: context.certificateFile(stores?.certificate ?? '').password,
  }));
  const edits = openEdits(ini, [...plainEdits(state, params), ...secrets]);
  if (edits.length === 0) return;
  if (stores?.stash === 'yes') await removeStashes(shell, wantedState(state, params), passwords);
  await shell.replaceFile(params.ini, editIni(ini, edits), backupOf(context.runId, params));
  // Only a step that writes passwords needs those of before for its undo.
  if (stores === null) await dropOpen(shell, params, backupOf(context.runId, params));
}

/** Afterwards no password of before is left to be read; taking the run back then needs a person for it. */
export const tidyBackup = async (context: WriteContext, params: Params): Promise<void> =>
  dropOpen(await context.shell(params.host), params, backupOf(context.runId, params));

/** Removes a backup in which a password can be read. */
async function dropOpen(shell: WriteShell, { host, ini }: Params, backup: string): Promise<void> {
  const path = `${ini}.${backup}`;
  const bytes = await shell.readFile(path);
  if (bytes === undefined || !hasOpenPassword(parseIni(bytes, { host, path }))) return;
  const facts = await shell.fileFacts(path);
  if (facts !== undefined) await shell.removeFile(path, facts.sha256);
}

/** A stash that is there already would be used instead of the password that is written now. */
async function removeStashes(shell: WriteShell, after: CommunityState, passwords: readonly string[]): Promise<void> {
  for (const key of passwords) {
    const path = after.values[`${TLS_SECTION}/${key}_STASH_FILE`];
    const found = path === undefined ? undefined : await shell.fileFacts(path);
    if (path !== undefined && found !== undefined) await shell.removeFile(path, found.sha256);
  }
}

/** @throws OperatorError STEP_FAILED when a password of before is in no backup */
export async function takeBack(context: WriteContext, params: Params, before: CommunityState): Promise<void> {
  const shell = await context.shell(params.host);
  const ini = await readIniFile(shell, params);
  const now = valuesOf(ini);
  const names = new Set(plainEdits(before, params).map(({ section, key }) => `${section}/${key}`));
  const plain = [...names]
    .filter((name) => now[name] !== before.values[name])
    .map((name): IniEdit => ({
      section: name.slice(0, name.indexOf('/')),
      key: name.slice(name.indexOf('/') + 1),
      value: before.values[name] ?? null,
    }));
  const secrets = await secretsOfBefore(shell, params, { runId: context.runId, before, ini });
  const edits = openEdits(ini, [...plain, ...secrets]);
  if (edits.length === 0) return;
  const backup = `${context.runId}.undo.bak`;
  await shell.replaceFile(params.ini, editIni(ini, edits), backup);
  await dropOpen(shell, params, backup);
}

/** As the backup of this step has them; without a backup the step has written nothing. */
async function secretsOfBefore(
  shell: ReadShell,
  params: Params,
  { runId, before, ini }: { readonly runId: string; readonly before: CommunityState; readonly ini: IniFile },
): Promise<readonly IniEdit[]> {
  if (params.wanted.stores === null) return [];
  const path = `${params.ini}.${backupOf(runId, params)}`;
  const bytes = await shell.readFile(path);
  if (bytes === undefined) {
    const isLost = (key: string): boolean =>
      before.passwords[key] === 'cleartext' && getIni(ini, TLS_SECTION, key) === undefined;
    if (PASSWORD_KEYS.some(isLost)) throw lostPassword(params);
    return [];
  }
  const old = parseIni(bytes, { host: params.host, path });
  return PASSWORD_KEYS.map((key) => ({ section: TLS_SECTION, key, value: secretIn(old, key) }));
}

const lostPassword = ({ host, ini }: Params): OperatorError =>
  new OperatorError('STEP_FAILED', `host ${host}: the store password that stood in ${ini} before is kept nowhere`, {
    hint: 'The run has ended well and removed its backup for that; write the password into the file by hand, then run the same command again.',
  });

function secretIn(ini: IniFile, key: string): Secret | null {
  const value = getIni(ini, TLS_SECTION, key);
  if (value === undefined || value === '') return null;
  if (typeof value !== 'string') return value;
  throw new OperatorError('STEP_FAILED', `${ini.source.host}: ${ini.source.path}: ${key} was read as plain text`, {
    hint: 'This is a defect of strictstep; put the backup in place by hand.',
  });
}
