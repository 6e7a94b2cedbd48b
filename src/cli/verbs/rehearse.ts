// strictstep rehearse: one port of one server strict for a bounded time; says who was refused, and goes back.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, OperatorError } from '../../core/errors.ts';
import { lifetimeOf } from '../../core/instant.ts';
import type { CommunityServerEntry, Inventory } from '../../inventory/types.ts';
import type { Plan } from '../../plan/types.ts';
import { renderPlanHead } from '../../report/plan-text.ts';
import type { RehearsedPort } from '../../run/rehearsal-watch.ts';
import { rehearsalPlaybook, rehearse as rehearseRun, type Rehearsal } from '../../run/rehearsal.ts';
import { openAnnounced } from '../announced-world.ts';
import { expectConfirmation } from '../confirm.ts';
import { openEvents } from '../events.ts';
import { awaiting } from '../heartbeat.ts';
import { loadInventory } from '../../inventory/index.ts';
import { loadInputs } from '../inputs.ts';
import { writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { watchSignals } from '../signals.ts';
import { planFrom, refusal } from '../make-plan.ts';

export type RehearseFlags = GlobalFlags & {
  readonly inventory: string;
  readonly server: string;
  readonly port?: 'server' | 'client';
  readonly for: string;
  readonly state: string;
  readonly confirm?: string;
};

export async function rehearse(flags: RehearseFlags): Promise<void> {
  const forMs = lifetimeOf(flags.for);
  if (forMs === undefined)
    throw new OperatorError('USAGE', `--for ${flags.for} is no time`, { hint: 'Write 90s, 15m or 2h.' });
  const port = portOf(flags, await loadInventory(flags.inventory));
  const inputs = await loadInputs(flags.inventory, await writePlaybook(port, flags), new Date(), flags.input);
  const { plan } = await planFrom(inputs);
  if (!plan.proof.safe) throw refusal(plan);
  expectOneServer(plan, port);
  if (!flags.json) writeNote(renderPlanHead(plan).trimEnd());
  await expectConfirmation(plan, flags);
  const { inventory, playbook, certificates, logins } = inputs;
  const signals = watchSignals();
  await using world = await openAnnounced('changing', { inventory, certificates, logins, signal: signals.abort });
  let events = openEvents(plan, flags.json);
  let window: Disposable | undefined;
  try {
    const rehearsal = await rehearseRun({
      ...port,
      plan,
      inventory,
      playbook,
      certificates: [...certificates.values()].map(({ facts }) => facts),
      world,
      state: flags.state,
      forMs,
      now: () => new Date(),
      emit(event) {
        events.emit(event);
        if (event.type === 'step-finished' && event.step === plan.steps.at(-1))
          window = awaiting(`the end of the rehearsal of ${fullName(port.server)}`, forMs / 1000);
      },
      isHoldRequested: signals.isHoldRequested,
      async onWayBack(rollback) {
        window?.[Symbol.dispose]();
        await events.end({ type: 'result', status: 'strict' });
        events = openEvents(rollback, flags.json);
      },
    });
    await events.end({ type: 'result', status: 'done', rehearsal: { ...rehearsal } });
    if (!flags.json) writeResult(renderRehearsal(rehearsal, port));
    if (rehearsal.blind.length > 0) process.exitCode = EXIT.inconclusive;
    if (rehearsal.refused.length > 0) process.exitCode = EXIT.gate;
  } catch (error) {
    await events.end({ type: 'result', status: 'failed', code: error instanceof OperatorError ? error.code : 'BUG' });
    throw error;
  } finally {
    window?.[Symbol.dispose]();
    signals.stop();
  }
}

/** @throws OperatorError INPUT_UNKNOWN_NAME, USAGE */
function portOf({ server: name, port }: RehearseFlags, { communities, file }: Inventory): RehearsedPort {
  const servers = communities.flatMap((community) => community.servers);
  const server = servers.find((entry) => fullName(entry) === name);
  if (server === undefined) {
    const hint = `Name one of ${servers.map(fullName).join(', ') || 'none: the inventory has no community'}.`;
    throw new OperatorError('INPUT_UNKNOWN_NAME', `community server ${name} is not in ${file}`, { hint });
  }
  const listener = port ?? (server.kind === 'server' ? 'server' : 'client');
  if (server.ports[listener] === undefined)
    throw new OperatorError('USAGE', `${name} has no ${listener} port`, { hint: 'Rehearse the other port.' });
  return { server, listener };
}

const fullName = ({ community, name }: CommunityServerEntry): string => `${community}/${name}`;

/** It stays: rollback of the run reads it. */
async function writePlaybook(port: RehearsedPort, { state }: RehearseFlags): Promise<string> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const { community, name } = port.server;
  const file = join(state, `rehearsal-${community}-${name}-${port.listener}.yaml`);
  await writeFile(file, rehearsalPlaybook(port));
  return file;
}

/** A server that owes a restart would be restarted, too: that is no part of a rehearsal. */
function expectOneServer({ steps }: Plan, { server, listener }: RehearsedPort): void {
  if (steps.length === 0)
    throw new OperatorError('POLICY_REFUSED', `the ${listener} port of ${fullName(server)} is strict already`, {
      hint: 'There is nothing to rehearse.',
    });
  const other = steps.find(
    ({ target }) => target.kind !== 'community-server' || `${target.community}/${target.server}` !== fullName(server),
  );
  if (other === undefined) return;
  const what = `before a rehearsal of ${fullName(server)}, ${other.host} has something to be done: ${other.title}`;
  throw new OperatorError('POLICY_REFUSED', what, { hint: 'Restart it by hand or finish the playbook that began it.' });
}

const seconds = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 1000);

function renderRehearsal(
  { run, strictFrom, backAt, isCutShort, before, refused, stillMissing, blind }: Rehearsal,
  { server, listener }: RehearsedPort,
): string {
  return [
    `the ${listener} port of ${fullName(server)} was strict for ${seconds(strictFrom, backAt)} s${isCutShort ? ', cut short' : ''}, and is back (run ${run})`,
    `${before.length} callers were connected before`,
    refused.length === 0 ? 'nobody was refused' : 'refused:',
    ...refused.map(
      ({ address, name, reason, since }) =>
        `  ${address}${name === null ? '' : ` (${name})`}: ${reason ?? 'it did not come back'}; locked out for about ${seconds(since, backAt)} s`,
    ),
    ...(stillMissing.length === 0 ? [] : [`not connected again yet: ${stillMissing.join(', ')}`]),
    ...(blind.length === 0 ? [] : [`${blind.length} looks could not be made: ${blind[0] ?? ''}`]),
  ].join('\n');
}
