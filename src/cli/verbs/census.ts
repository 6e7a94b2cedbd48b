// strictstep census: watches for some time who calls the servers of a community, and how. Read only but for one session
// without TLS at each server, opened on purpose to see that the sensors work.
import { setTimeout as delay } from 'node:timers/promises';
import { loadWaivers } from '../../census/waivers.ts';
import { takeCensus, type CensusOutcome } from '../../census/take-census.ts';
import { EXIT, OperatorError } from '../../core/errors.ts';
import { lifetimeOf } from '../../core/instant.ts';
import type { CommunityEntry, Inventory } from '../../inventory/types.ts';
import { openAnnounced } from '../announced-world.ts';
import { loadDeployment } from '../inputs.ts';
import { awaitedJson, renderAwaited, startHeartbeat } from '../heartbeat.ts';
import { writeJson, writeLog, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { watchSignals } from '../signals.ts';

export type CensusFlags = GlobalFlags & {
  readonly inventory: string;
  readonly community: string;
  readonly for: string;
  readonly every: string;
  readonly waivers?: string;
  readonly out: string;
};

const LOOK_AT_SIGNALS_MS = 500;

export async function census(flags: CensusFlags): Promise<void> {
  const [forMs, everyMs] = [lengthOf('--for', flags.for), lengthOf('--every', flags.every)];
  const waivers = flags.waivers === undefined ? [] : await loadWaivers(flags.waivers);
  const { inventory, certificates, logins } = await loadDeployment(flags.inventory, new Date(), flags.input);
  const community = communityNamed(flags.community, inventory);
  const signals = watchSignals();
  using end = new DisposableStack();
  end.defer(signals.stop);
  if (flags.json) writeJson({ type: 'version', schema: 1, community: community.name });
  using heartbeat = startHeartbeat((awaited, nowMs) =>
    flags.json
      ? writeJson({ type: 'heartbeat', awaits: awaited.map(awaitedJson) })
      : writeLog(renderAwaited(awaited, nowMs)),
  );
  heartbeat.begin('census', `the end of the census of ${community.name}`, forMs / 1000);
  writeNote(
    `watching ${community.servers.map(({ name }) => name).join(', ')} for ${flags.for}, evidence in ${flags.out}`,
  );
  await using world = await openAnnounced('reading', { inventory, certificates, logins, signal: signals.abort });
  const outcome = await takeCensus({
    inventory,
    community,
    context: world.reader,
    folder: flags.out,
    forMs,
    everyMs,
    waivers,
    clock: {
      now: () => new Date(),
      pause: async (ms) => {
        for (let left = ms; left > 0 || signals.isHoldRequested(); left -= LOOK_AT_SIGNALS_MS) {
          if (signals.isHoldRequested()) throw interrupted(flags.out);
          await delay(Math.min(left, LOOK_AT_SIGNALS_MS));
        }
      },
    },
    note: writeLog,
  });
  if (flags.json) writeJson({ type: 'result', schema: 1, community: community.name, ...outcome });
  else writeResult(renderCensus(outcome));
  if (outcome.verdict === 'FAIL') process.exitCode = EXIT.gate;
  if (outcome.verdict === 'INCONCLUSIVE') process.exitCode = EXIT.inconclusive;
}

function lengthOf(flag: string, text: string): number {
  const ms = lifetimeOf(text);
  if (ms !== undefined) return ms;
  const hint = 'Write a whole number up to 999 with a unit: 30s, 15m, 24h or 8d.';
  throw new OperatorError('USAGE', `${flag}: ${JSON.stringify(text)} is not a length of time`, { hint });
}

function communityNamed(name: string, { communities, file }: Inventory): CommunityEntry {
  const found = communities.find((community) => community.name === name);
  if (found !== undefined) return found;
  const hint = `It has ${communities.map((community) => community.name).join(', ') || 'none'}.`;
  throw new OperatorError('INPUT_UNKNOWN_NAME', `community ${name} is not in ${file}`, { hint });
}

const interrupted = (out: string): OperatorError =>
  new OperatorError('HELD', `the census was interrupted; what it has seen is in ${out}`, {
    hint: 'The same command goes on with it.',
  });

function renderCensus({ verdict, reasons, peers, waived, file, from, to }: CensusOutcome): string {
  const rows = peers.map(
    ({ name, component, addresses, owner, firstSeen, lastSeen, legacy, tls, unexplained }) =>
      `  ${name}  ${[component, addresses.join(' '), owner].filter((text) => text !== null && text !== '').join(', ')}  ${firstSeen} to ${lastSeen}  without TLS ${legacy}, with TLS ${tls}, not known ${unexplained}`,
  );
  return [
    `census ${verdict}, ${from} to ${to}`,
    ...reasons.map((reason) => `  - ${reason}`),
    'callers:',
    ...(rows.length === 0 ? ['  none'] : rows),
    ...waived.map(({ peer, reason, expires }) => `waived: ${peer} until ${expires}: ${reason}`),
    `evidence: ${file}`,
  ].join('\n');
}
