// The live values: what runs, plans, inventories and the package have just now. A file that cannot be read has none; a
// completion never complains. Contacts no host.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES } from '../../core/errors.ts';
import { shippedNames } from '../shipped.ts';

/** the values of the line so far, by long flag and by argument name */
export type LineValues = ReadonlyMap<string, string>;
export type Candidate = { readonly value: string; readonly what: string };
type Source = (line: LineValues) => Candidate[] | Promise<readonly Candidate[]>;

/** Beside the candidates the shell lists its files or folders. */
export type Completion = { readonly candidates: readonly Candidate[]; readonly also: 'files' | 'folders' | 'none' };

const named = (names: readonly string[], what: string): Candidate[] => names.map((value) => ({ value, what }));
const shipped = (folder: string, what: string): Source => {
  return () => named(shippedNames(folder, '.yaml'), what);
};

const runs: Source = async (line) => {
  const found = await readdir(line.get('--state') ?? 'strictstep-runs', { withFileTypes: true });
  return named(
    found.filter((entry) => entry.isDirectory()).map(({ name }) => name),
    'run',
  );
};

/** With an inventory on the line the lock of a host is meant. */
const runsOrHosts: Source = (line) => (line.has('--inventory') ? keysOf('hosts', 'host')(line) : runs(line));

type Inventory = Readonly<Record<string, Readonly<Record<string, { readonly servers?: object }>> | undefined>>;

/** Read with nothing but the parser: half-written inventories have names, too. */
async function inventoryOf(line: LineValues): Promise<Inventory> {
  const { parse } = await import('yaml');
  const found: unknown = parse(await readFile(line.get('--inventory') ?? 'inventory.yaml', 'utf8'));
  return typeof found === 'object' && found !== null ? (found as Inventory) : {};
}

const keysOf =
  (section: string, what: string): Source =>
  async (line) =>
    named(Object.keys((await inventoryOf(line))[section] ?? {}), what);

const communityServers: Source = async (line) =>
  Object.entries((await inventoryOf(line))['communities'] ?? {}).flatMap(([community, { servers = {} }]) =>
    named(
      Object.keys(servers).map((server) => `${community}/${server}`),
      'community server',
    ),
  );

/** What the plan on the line asks for: the plan itself, or the one of the run. */
const confirmation: Source = async (line) => {
  const run = line.get('run');
  const file = line.get('plan') ?? join(line.get('--state') ?? 'strictstep-runs', run ?? '', 'plan.json');
  const plan: unknown = JSON.parse(await readFile(file, 'utf8'));
  const confirm = typeof plan === 'object' && plan !== null ? Reflect.get(plan, 'confirm') : undefined;
  return typeof confirm === 'string' && confirm !== '' ? named([confirm], 'what is changed') : [];
};

const codes: Source = () =>
  Object.entries(ERROR_CODES).map(([value, [exit, what]]) => ({ value, what: `exit ${exit}: ${what}` }));

type Also = Completion['also'];
type Entry = readonly [source: Source, also: Also];

/** By long flag or argument name; everything else is told by the form of its value. */
const BY_NAME: Readonly<Record<string, Entry>> = {
  '--playbook': [shipped('playbooks', 'shipped playbook'), 'files'],
  '--policy': [shipped('templates/policies', 'shipped policy'), 'files'],
  '--community': [keysOf('communities', 'community'), 'none'],
  '--server': [communityServers, 'none'],
  '--confirm': [confirmation, 'none'],
  run: [runs, 'none'],
  id: [runsOrHosts, 'none'],
  code: [codes, 'none'],
  plan: [() => [], 'files'],
  'plan-or-run': [() => [], 'files'],
};

/** What stands between the brackets of a flag or argument, and whether it is a path. A form of several words, such as
 * NAME=FILE, is not completed. */
export const VALUE_FORMS: Readonly<Record<string, Also>> = {
  file: 'files',
  'name-or-file': 'files',
  dir: 'folders',
  name: 'none',
  id: 'none',
  time: 'none',
  date: 'none',
  days: 'none',
  ms: 'none',
  n: 'none',
  text: 'none',
  json: 'none',
  words: 'none',
  verb: 'none',
  word: 'none',
  alias: 'none',
  // on a host, not here
  path: 'none',
};

/** @param name long flag or argument name
 *  @param form without brackets */
export async function completionOf(
  { name, form, choices }: { name: string; form: string; choices: readonly string[] | undefined },
  line: LineValues,
): Promise<Completion> {
  if (choices !== undefined) return { candidates: named(choices, ''), also: 'none' };
  const [source, also] = BY_NAME[name] ?? [() => [], VALUE_FORMS[form] ?? 'none'];
  try {
    return { candidates: await source(line), also };
  } catch {
    return { candidates: [], also };
  }
}
