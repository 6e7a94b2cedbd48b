// How far the result of one step can be foreseen: what its operation says, and what the checks of this step can see.
// A restarted process that no port check asks is unknowable; a check whose expectation the inventory declares is assumed.
import type { Prediction } from '../core/prediction.ts';
import type { TopologyChange } from '../core/topology-change.ts';
import type { HealthCheck } from '../health/types.ts';

const READ: Prediction = {
  certainty: 'computed',
  because: 'all that decides it was read, and it is read back after the change',
};

/** Checks that see what a process does, not only that it lives. */
const ASKING: ReadonlySet<HealthCheck['kind']> = new Set([
  'listener',
  'client-link',
  'mode',
  'peers',
  'callers',
  'proxy-connected',
  'stream',
  'ping',
]);

/** For an operation that starts a process and says nothing itself. */
const STARTED: Prediction = {
  certainty: 'assumed',
  because:
    'a process starts anew, and what it then does follows from its files by rules not verified on the real product',
};

/** @param said by the operation; undefined: it has nothing to add to reading and reading back */
export function predictionOf(
  said: Prediction | undefined,
  effects: readonly TopologyChange[],
  checks: readonly HealthCheck[],
): Prediction {
  const isStarted = effects.some(({ kind }) => kind === 'started' || kind === 'component-started');
  const own = said ?? (isStarted ? STARTED : READ);
  if (own.certainty === 'unknowable') return own;
  const isAsked = checks.some(({ kind }) => ASKING.has(kind));
  if (isStarted && !isAsked)
    return { certainty: 'unknowable', because: 'a process starts anew and no check sees what it then does' };
  const clients = checks.flatMap((check) => (check.kind === 'client-link' ? [check.client] : []));
  if (clients.length === 0) return own;
  const declared = `what ${[...new Set(clients)].join(', ')} can do is declared by the inventory`;
  return { certainty: 'assumed', because: `${own.because}; ${declared}` };
}
