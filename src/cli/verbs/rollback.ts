// strictstep rollback: take a run back, newest step first, one server at a time, health checked.
import { EXIT, OperatorError } from '../../core/errors.ts';
import { parsePlan } from '../../plan/load.ts';
import type { Plan } from '../../plan/types.ts';
import { renderPlanText } from '../../report/plan-text.ts';
import type { World } from '../../run/context.ts';
import { planRollback, rollBackRun, type RollbackWorld } from '../../run/rollback.ts';
import { readIfThere, runFolderOf } from '../../run/run-folder.ts';
import { readJournal } from '../../journal/read.ts';
import { openAnnounced } from '../announced-world.ts';
import { expectConfirmation } from '../confirm.ts';
import { openEvents, type Events } from '../events.ts';
import { loadInputs } from '../inputs.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { writeReportFiles } from '../reports.ts';
import { watchSignals } from '../signals.ts';

export type RollbackFlags = GlobalFlags & {
  readonly state: string;
  readonly confirm?: string;
  readonly dryRun: boolean;
  readonly unproved: boolean;
};

export async function rollback(runId: string, flags: RollbackFlags): Promise<void> {
  const run = runFolderOf(flags.state, runId);
  const text = await readIfThere(run.planFile);
  if (text === undefined) {
    const hint = 'List the runs with strictstep status.';
    throw new OperatorError('INPUT_UNREADABLE', `there is no run in ${run.folder}`, { hint });
  }
  const plan = parsePlan(text, run.planFile);
  const { inventory, playbook, certificates, logins } = await loadInputs(
    plan.inventory.file,
    plan.playbook.file,
    new Date(),
    flags.input,
  );
  let note = writeNote;
  const signals = watchSignals((text) => note(text));
  await using hosts = await openAnnounced(flags.dryRun ? 'reading' : 'changing', {
    inventory,
    certificates,
    logins,
    signal: signals.abort,
  });
  const facts = [...certificates.values()].map((file) => file.facts);
  const world = { run, plan, inventory, playbook, certificates: facts, hosts };
  try {
    if (flags.dryRun) return await showOnly(world, flags);
    const onEvents = (events: Events): void => {
      note = events.note;
    };
    await execute(world, signals.isHoldRequested, onEvents, flags);
  } finally {
    signals.stop();
  }
  await writeReportFiles(flags.state, plan);
}

async function execute(
  world: RollbackWorld & { readonly hosts: World },
  isHoldRequested: () => boolean,
  onEvents: (events: Events) => void,
  flags: RollbackFlags,
): Promise<void> {
  let events: Events | undefined;
  try {
    const outcome = await rollBackRun(world, {
      now: () => new Date(),
      emit: (event) => events?.emit(event),
      isHoldRequested,
      isUnprovedAccepted: flags.unproved,
      onWait: ({ pid }) =>
        writeNote(`run ${world.run.runId} goes on in process ${pid}; it was asked to hold after its step`),
      async accept(rollback) {
        await expectConfirmation(rollback, flags);
        events = openEvents(rollback, flags.json);
        onEvents(events);
      },
    });
    await events?.end({ type: 'result', status: outcome.status, applied: outcome.applied, run: world.run.runId });
    const again = `npx strictstep rollback ${world.run.runId} --state ${flags.state} --confirm ${outcome.rollback.confirm}`;
    if (outcome.status === 'held') {
      process.exitCode ??= EXIT.held;
      return writeNote(`held; to go on with the way back: ${again}`);
    }
    if (!flags.json)
      writeResult(`run ${world.run.runId} is taken back: ${outcome.applied} steps, ${outcome.already} were so already`);
  } catch (error) {
    await events?.end({ type: 'result', status: 'failed', code: error instanceof OperatorError ? error.code : 'BUG' });
    throw error;
  }
}

/** Reads the hosts, writes nothing anywhere. */
async function showOnly(world: RollbackWorld & { readonly hosts: World }, { json }: RollbackFlags): Promise<void> {
  const { events } = readJournal((await readIfThere(world.run.journalFile)) ?? '');
  const plan: Plan = await planRollback(world, events, world.hosts.reader);
  if (json) writeJson(plan);
  else writeResult(renderPlanText(plan));
}
