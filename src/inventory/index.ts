// The room inventory: file -> typed inventory (parse-inventory.ts is the same for text).
import { dirname, resolve } from 'node:path';
import { sha256Hex } from '../core/json.ts';
import { loadText } from '../core/yaml/load-text.ts';
import { readYaml } from '../core/yaml/read-yaml.ts';
import { nodeAt, placeAt, renderPath } from '../core/yaml/yaml-tree.ts';
import { loadSshConfig, userSshConfig } from './load-ssh-config.ts';
import { hostsOnly } from './hosts-only.ts';
import { parseInventory } from './parse-inventory.ts';
import { OPEN, openQuestions } from './questions.ts';
import { searchPlaces } from './search-places.ts';
import type { SshConfig } from './ssh-config-lookup.ts';
import type { Inventory } from './types.ts';

/** @throws OperatorError INPUT_UNREADABLE and all that parseInventory throws */
export async function loadInventory(file: string): Promise<Inventory> {
  const { text, sha256 } = await loadText(file);
  return parseInventory(text, file, sha256, await sshConfigOf(text, file));
}

/** The SSH configuration that the inventory names. A wrong value is not followed: parseInventory tells where it stands. */
async function sshConfigOf(text: string, file: string): Promise<SshConfig | undefined> {
  const named = nodeAt(readYaml(text, file), ['defaults', 'sshConfig']);
  if (named?.kind !== 'scalar') return undefined;
  if (named.value === true) return await loadSshConfig(userSshConfig(), false);
  if (typeof named.value !== 'string' || named.value === OPEN) return undefined;
  return await loadSshConfig(resolve(dirname(resolve(file)), named.value), true);
}

export type HostsInput = {
  readonly inventory: Inventory;
  readonly text: string;
  /** where to look on a host besides the usual places */
  readonly search: ReadonlyMap<string, readonly string[]>;
};

/** Hosts and log-ins alone: the rest of the file may hold questions.
 * @throws OperatorError as loadInventory */
export async function loadHosts(file: string): Promise<HostsInput> {
  const { text } = await loadText(file);
  return hostsFrom(text, file, await sshConfigOf(text, file));
}

/** The same of a text.
 * @param file what relative paths start from */
export const hostsFrom = (text: string, file: string, sshConfig?: SshConfig): HostsInput => ({
  inventory: parseInventory(hostsOnly(text), file, sha256Hex(text), sshConfig),
  text,
  search: searchPlaces(text, file),
});

/** Places of the questions in it, in reading order. */
export const questionsIn = (text: string, file: string): readonly AskedPlace[] => {
  const tree = readYaml(text, file);
  return openQuestions(tree).map(({ path }) => ({ path: renderPath(path), line: placeAt(tree, path).line }));
};

export type AskedPlace = { readonly path: string; readonly line: number };
