// strictstep discover: what is on the hosts? Reads them, writes an inventory with questions where no file tells, and the
// facts. Nothing is changed on any host, and no file here is replaced unasked.
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EXIT, OperatorError, ERROR_CODES } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { completeInventory, type Discovery } from '../../discover/index.ts';
import { hostsFrom, loadHosts, questionsIn, type HostsInput } from '../../inventory/index.ts';
import { announceHosts } from '../announce.ts';
import { firstKeys, type FirstKeyFlags } from '../first-keys.ts';
import { inventoryOfHosts, type LogInFlags } from '../host-flags.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { hostLine, runDiscovery } from '../run-discovery.ts';
import { writeOwnFile } from '../write-file.ts';

export type DiscoverFlags = GlobalFlags &
  FirstKeyFlags &
  LogInFlags & {
    readonly inventory?: string;
    readonly parallel: string;
    readonly out?: string;
    readonly facts?: string;
    readonly force: boolean;
    readonly detailedExitcode: boolean;
  };

export async function discover(flags: DiscoverFlags): Promise<void> {
  const { out } = flags;
  const input = await readInput(flags);
  const factsFile = flags.facts ?? (out === undefined ? undefined : `${out.replace(/\.ya?ml$/u, '')}.facts.json`);
  if (!flags.force) for (const file of [out, factsFile]) await expectAbsent(file);
  const parallel = parseParallel(flags.parallel);
  announceHosts('reading', input.inventory.hosts);
  const discovery = await runDiscovery({
    ...input,
    ...firstKeys(flags),
    parallel,
    onHost: (host) => writeNote(hostLine(host)),
  });
  const { text, added } = completeInventory(input.text, discovery);
  const questions = questionsIn(text, out ?? 'inventory');
  const { force } = flags;
  if (out !== undefined) await writeOwnFile(out, text, { mode: 0o644, force });
  if (factsFile !== undefined) await writeOwnFile(factsFile, prettyJson(discovery), { mode: 0o644, force });
  if (flags.json)
    writeJson({ schema: 1, inventory: text, added, questions, unread: discovery.unread, facts: discovery });
  else if (out === undefined) writeResult(text);
  else writeResult(summaryOf(out, factsFile, added, questions));
  if (flags.detailedExitcode && questions.length > 0) process.exitCode = EXIT.findings;
  const failed = failureOf(discovery);
  if (failed !== undefined) process.exitCode = failed;
}

async function readInput(flags: DiscoverFlags): Promise<HostsInput> {
  const { inventory, host, search, out } = flags;
  if (inventory === undefined && host.length === 0) {
    throw new OperatorError('USAGE', 'missing answer: --inventory or --host', {
      hint: 'Name a file with hosts, or hosts: --host st1=wasadmin@192.0.2.11.',
    });
  }
  if (inventory !== undefined && host.length > 0) {
    const hint = 'Write the hosts into the inventory, or leave --inventory out.';
    throw new OperatorError('USAGE', '--inventory and --host cannot be given together', { hint });
  }
  const file = inventory ?? resolve(out ?? 'inventory.yaml');
  const input =
    inventory === undefined ? hostsFrom(inventoryOfHosts(flags, dirname(file)), file) : await loadHosts(inventory);
  if (search.length === 0) return input;
  const places = input.inventory.hosts.map(
    ({ name }) => [name, [...(input.search.get(name) ?? []), ...search]] as const,
  );
  return { ...input, search: new Map(places) };
}

/** Before the first connection: an hour of reading must not end with a file that may not be written. */
async function expectAbsent(file: string | undefined): Promise<void> {
  const isThere =
    file !== undefined &&
    (await access(file).then(
      () => true,
      () => false,
    ));
  if (!isThere) return;
  const hint = 'Choose another name, or give --force to replace it.';
  throw new OperatorError('USAGE', `file ${file} exists already`, { hint });
}

function parseParallel(text: string): number {
  if (/^[1-9]\d{0,2}$/u.test(text)) return Number(text);
  throw new OperatorError('USAGE', `--parallel ${text} is not a number from 1 to 999`, {
    hint: 'Write --parallel 10.',
  });
}

function summaryOf(
  out: string,
  facts: string | undefined,
  added: readonly string[],
  questions: ReturnType<typeof questionsIn>,
): string {
  const lines = [`${out}: ${added.length === 0 ? 'nothing new' : `added ${added.join(', ')}`}`];
  if (facts !== undefined) lines.push(`${facts}: all facts`);
  for (const { path, line } of questions) lines.push(`question  ${out}:${line}  ${path}`);
  lines.push(
    questions.length === 0
      ? 'no questions'
      : `answer ${questions.length} questions in ${out}, then: strictstep check --inventory ${out}`,
  );
  return lines.join('\n');
}

/** Of the first host that was not read; what was read is written all the same. */
function failureOf({ unread: [first] }: Discovery): number | undefined {
  return first === undefined ? undefined : ERROR_CODES[first.code][0];
}
