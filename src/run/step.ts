// One step: read, compare with the plan, announce, change, read back, check health.
import type { Change } from '../core/change.ts';
import { OperatorError } from '../core/errors.ts';
import { isEqualJson, type Json } from '../core/json.ts';
import { executeHealthCheck } from '../health/index.ts';
import { readLogSize } from '../health/log.ts';
import { stepName } from '../plan/step-name.ts';
import type { Step } from '../plan/types.ts';
import type { RunPorts } from './execute.ts';

export async function executeStep(step: Step, ports: RunPorts): Promise<'applied' | 'already'> {
  const startedAt = performance.now();
  ports.emit({ type: 'step-started', step });
  try {
    await markLogs(step, ports);
    const { outcome, isAsPredicted } = await settle(step, ports);
    await ports.journal.append(`step-${outcome}`, step.id, { asPredicted: isAsPredicted }, ports.now());
    await checkHealth(step, ports);
    await ports.journal.append('step-finished', step.id, { outcome }, ports.now());
    ports.emit({ type: 'step-finished', step, outcome, seconds: (performance.now() - startedAt) / 1000 });
    return outcome;
  } catch (error) {
    const code = error instanceof OperatorError ? error.code : 'BUG';
    const message = error instanceof Error ? error.message : String(error);
    await ports.journal.append('step-failed', step.id, { code, message }, ports.now());
    ports.emit({ type: 'step-failed', step, code, message });
    throw error;
  }
}

/** isAsPredicted: what was read at the end is, to the letter, the state that the plan foresaw. A difference that no change
 * of the task is about does not stop the run, but the report names it. */
type Settled = { readonly outcome: 'applied' | 'already'; readonly isAsPredicted: boolean };

async function settle(step: Step, { context, journal, now }: RunPorts): Promise<Settled> {
  const operation = context.operation(step.operation);
  const before: Json = await operation.read(context, step.params);
  const found = operation.diff(before, step.params);
  if (found.length === 0) return { outcome: 'already', isAsPredicted: isEqualJson(before, step.after) };
  if (!isPlanned(found, step.changes)) throw driftOf(step, found);
  await journal.append(
    'step-intended',
    step.id,
    { operation: step.operation, host: step.host, title: step.title },
    now(),
  );
  await operation.apply(context, step.params);
  const after: Json = await operation.read(context, step.params);
  const left = operation.diff(after, step.params);
  if (left.length === 0) return { outcome: 'applied', isAsPredicted: isEqualJson(after, step.after) };
  const [first] = left;
  const what = `${step.host}: ${first?.object ?? step.title} reads ${first?.attribute ?? ''} ${first?.before ?? 'absent'} after the change, wanted ${first?.after ?? 'absent'}`;
  const hint =
    'The change was sent but did not take; look at the tool output on the host, then run the same command again.';
  throw new OperatorError('STEP_FAILED', what, { hint });
}

/** A step that was cut off half-way finds a part of its changes done; every one that is left must be as planned. */
const isPlanned = (found: readonly Change[], planned: readonly Change[]): boolean =>
  found.every((change) => planned.some((expected) => isEqualJson(change, expected)));

function driftOf(step: Step, found: readonly Change[]): OperatorError {
  const odd = found.find((change) => !step.changes.some((expected) => isEqualJson(change, expected)));
  const planned = step.changes.find(({ object, attribute }) => object === odd?.object && attribute === odd.attribute);
  const what = `${step.host}: ${odd?.object ?? step.title}: ${odd?.attribute ?? 'state'} is ${odd?.before ?? 'absent'}, the plan expected ${planned?.before ?? planned?.after ?? 'something else'}`;
  return new OperatorError('DRIFT', what, {
    hint: 'Nothing was changed by this step. Make a new plan from the world as it is now.',
  });
}

async function markLogs(step: Step, { context }: RunPorts): Promise<void> {
  for (const check of step.healthChecks) {
    if (check.kind !== 'log') continue;
    context.markLog(check.host, check.path, await readLogSize(await context.shell(check.host), check.path));
  }
}

/** In order, and stops at the first that does not pass: no further server is touched. */
async function checkHealth(step: Step, { context, journal, now, emit }: RunPorts): Promise<void> {
  for (const check of step.healthChecks) {
    const result = await executeHealthCheck(check, context);
    await journal.append('health', step.id, { ...result }, now());
    emit({ type: 'health', step, result });
    if (result.verdict === 'pass') continue;
    const code = result.verdict === 'fail' ? 'HEALTH_FAILED' : 'INCONCLUSIVE';
    const hint = `${hintFor(check.kind)} No further server was touched; when the cause is corrected, run the same command again.`;
    throw new OperatorError(code, `step ${step.id} (${stepName(step)}), check ${check.name}: ${result.detail}`, {
      hint,
    });
  }
}

const hintFor = (kind: Step['healthChecks'][number]['kind']): string =>
  ({
    listener:
      'Look at the SSL configuration and certificate alias that this server inherits; it reads them when it starts, so restart it after a correction.',
    process:
      'A node agent that stops and starts has no protocol in common with a peer: look at XDADefaultSSLSettings and at ssl.client.props of its node.',
    replica: 'Look at logs/syncNode.log of the node.',
    log: 'Look at the log line named.',
    'client-link': 'These clients are cut off; they need a protocol in common with the listener.',
  })[kind];
