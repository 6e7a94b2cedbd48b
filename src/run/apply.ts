// Applies a plan: lock, see that the world is the planned one, execute, measure from outside, leave evidence.
import { OperatorError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import { executeHealthCheck } from '../health/index.ts';
import type { ReadContext } from '../core/operation.ts';
import type { HealthCheck, HealthResult } from '../health/types.ts';
import { stepsOf } from '../journal/replay.ts';
import { evaluateLinks } from '../topology/evaluate.ts';
import type { Inventory } from '../inventory/types.ts';
import { movedObjects } from '../plan/fingerprints.ts';
import type { Plan } from '../plan/types.ts';
import type { Playbook } from '../playbook/types.ts';
import type { CertificateFacts } from '../core/certificate.ts';
import type { ListenerFacts } from '../facts/types.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Evidence } from '../report/types.ts';
import type { RunContext, World } from './context.ts';
import type { RunEvent } from './events.ts';
import { executePlan, type RunOutcome, type RunPorts } from './execute.ts';
import { knownTopology, planWorld } from './plan-world.ts';
import { readOnce } from './read-once.ts';
import { revertFailures, type FailedStep } from './revert-on-failure.ts';
import { clearHold, readRequest } from './control.ts';
import { openRun } from './open-run.ts';
import { settleDeadMen } from './settle-dead-men.ts';
import { makeRunFolder, readFactsBefore, writeEvidence, writePrivate, type RunFolder } from './run-folder.ts';

export type ApplyInput = {
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly playbook: Playbook;
  readonly certificates: readonly CertificateFacts[];
  readonly world: World;
  /** folder of the runs */
  readonly state: string;
  readonly now: () => Date;
  readonly emit: (event: RunEvent) => void;
  readonly isHoldRequested: () => boolean;
} & Pick<RunPorts, 'deadManStaysFor' | 'isOnlyRecorded' | 'parallelGroups'>;

export type ApplyOutcome = RunOutcome & { readonly run: RunFolder; readonly evidence: Evidence | undefined };

/** @throws OperatorError PROOF_REFUSED, LOCKED, PLAN_STALE, and what executePlan throws */
export async function applyPlan(input: ApplyInput): Promise<ApplyOutcome> {
  const { plan } = input;
  if (!plan.proof.safe) {
    const [first] = plan.proof.counterexamples;
    throw new OperatorError('PROOF_REFUSED', `the plan is not safe: ${first?.explanation ?? ''}`, {
      hint: 'Change the order or the wish in the playbook and plan again.',
    });
  }
  const run = await makeRunFolder(input.state, plan);
  await using opened = await openRun(run, `apply of ${plan.playbook.name}`, input);
  const { journal, context } = opened;
  await clearHold(run);
  const isStarted = (): boolean => stepsOf(journal.events).size > 0;
  const before = await listenersBefore(input, run, isStarted()).catch((error: unknown) => {
    // Refused before its first step: nothing of it stays on a host.
    if (!isStarted()) opened.settle();
    throw error;
  });
  const failures: FailedStep[] = [];
  const emit = (event: RunEvent): void => {
    if (event.type === 'step-failed') failures.push(event);
    input.emit(event);
  };
  // The end is looked at once, for the last verification and for the evidence.
  const atEnd = readOnce(context);
  const ports = { ...input, emit, context, journal, atEnd, request: () => readRequest(run) };
  const redo = await settleDeadMen(plan, ports);
  const outcome = await executePlan(plan, { ...ports, redo }).catch(async (error: unknown) => {
    throw await revertFailures(error, failures, { ...input, run }, { ...ports, atEnd: context, parallelGroups: 1 });
  });
  if (outcome.status !== 'held' || !isStarted()) opened.settle();
  if (outcome.status === 'held') return { ...outcome, run, evidence: undefined };
  const evidence = await measure(input, context, atEnd, before);
  await writeEvidence(run, evidence);
  return { ...outcome, run, evidence };
}

/** A run that has begun a step has changed the world itself; any other must find it exactly as planned, also when it was held
 * before its first step, or took the lock of a dead run over. */
async function listenersBefore(
  input: ApplyInput,
  run: RunFolder,
  isStarted: boolean,
): Promise<readonly ListenerFacts[]> {
  const { plan, inventory, playbook, certificates, world } = input;
  if (isStarted) return (await readFactsBefore(run)).listeners;
  const { plan: again, facts } = await planWorld(inventory, playbook, certificates, world.reader, input.state);
  if (again.hash !== plan.hash) throw staleError(plan, again);
  await writePrivate(run.factsFile, prettyJson(facts));
  return facts.listeners;
}

function staleError(plan: Plan, again: Plan): OperatorError {
  const moved = movedObjects(plan, again);
  const what = moved.length === 0 ? 'strictstep itself computes another plan from the same world' : moved.join('; ');
  return new OperatorError('PLAN_STALE', `the world is not the one the plan was made from: ${what}`, {
    hint: 'Make a new plan and compare it with this one; nothing was changed.',
  });
}

/** What counts at the end is what the ports say, from here, without the model. */
async function measure(
  input: ApplyInput,
  context: RunContext,
  atEnd: ReadContext,
  listenersBefore: readonly ListenerFacts[],
): Promise<Evidence> {
  const { inventory, playbook, certificates, plan } = input;
  const facts = await gatherFacts(inventory, atEnd, certificates);
  const topology = await knownTopology(inventory, playbook, facts, atEnd);
  await context.endAllWsadmin();
  return {
    schema: 1,
    planHash: plan.hash,
    listenersBefore,
    listenersAfter: facts.listeners,
    links: evaluateLinks(topology),
    clientChecks: await checkClients(inventory, facts.listeners, context),
  };
}

const CLIENT_DEADLINE_MS = 10_000;

async function checkClients(
  inventory: Inventory,
  listeners: readonly ListenerFacts[],
  context: RunContext,
): Promise<readonly HealthResult[]> {
  const checks = inventory.clients.flatMap(({ name, offers, connects }) =>
    connects.flatMap(({ node, server, endpoint }): readonly HealthCheck[] =>
      listeners
        .filter((item) => item.owner === node && item.server === server && item.endpoint === endpoint)
        .map(({ address, port }) => ({
          kind: 'client-link',
          name: `client ${name} to ${server} ${endpoint}`,
          client: name,
          address,
          port,
          offers,
          deadlineMs: CLIENT_DEADLINE_MS,
        })),
    ),
  );
  return Promise.all(checks.map((check) => executeHealthCheck(check, context)));
}
