// Reads an SSH configuration with all files that it includes. Source: ssh_config(5), Include.
import { glob, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import type { Statement } from './ssh-config.ts';
import { parseSshConfig } from './ssh-config.ts';
import type { SshConfig, SshSetting } from './ssh-config-lookup.ts';

/** As ssh has it. */
const DEEPEST = 16;

export const userSshConfig = (): string => join(homedir(), '.ssh/config');

/** @param mustExist false: a file that is not there says nothing, as for ssh itself
 * @throws OperatorError INPUT_UNREADABLE, INPUT_SYNTAX */
export async function loadSshConfig(file: string, mustExist: boolean): Promise<SshConfig> {
  const texts: string[] = [];
  const settings = await readStatements(file, { texts, depth: 0, mustExist });
  return { settings, sha256: sha256Hex(texts.join('\0')), home: homedir() };
}

type Reading = { readonly texts: string[]; readonly depth: number; readonly mustExist: boolean };

async function readStatements(file: string, reading: Reading): Promise<readonly SshSetting[]> {
  if (reading.depth > DEEPEST)
    throw new OperatorError('INPUT_SYNTAX', `SSH configuration: ${file} is included ${DEEPEST} levels deep`);
  const text = await readText(file, reading.mustExist);
  reading.texts.push(text);
  const settings: SshSetting[] = [];
  for (const statement of parseSshConfig(text, file))
    settings.push(statement.kind === 'include' ? await included(statement, reading) : statement);
  return settings;
}

async function included(
  { patterns, place }: Extract<Statement, { kind: 'include' }>,
  reading: Reading,
): Promise<SshSetting> {
  const parts: SshSetting[] = [];
  for (const pattern of patterns) {
    const path = pattern.replace(/^~(?=\/|$)/, homedir());
    const whole = isAbsolute(path) ? path : join(homedir(), '.ssh', path);
    const files: string[] = [];
    for await (const found of glob(whole)) files.push(found);
    for (const file of files.toSorted())
      parts.push(...(await readStatements(file, { ...reading, depth: reading.depth + 1, mustExist: true })));
  }
  return { kind: 'group', parts, place };
}

async function readText(file: string, mustExist: boolean): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (!mustExist && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new OperatorError('INPUT_UNREADABLE', `the SSH configuration ${file} cannot be read`, {
      hint: 'Correct sshConfig in the inventory, or set it to false.',
      cause,
    });
  }
}
