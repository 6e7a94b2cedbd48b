// Restarts that an unfinished run still owes. Most are seen on the hosts: a process answers otherwise than its disk says.
// What only a program reads, such as the row of meeting recording, leaves no trace there; the journal of the run knows.
import { readJournal } from '../journal/read.ts';
import { stepsOf, stepsToUndo } from '../journal/replay.ts';
import { parsePlan } from '../plan/load.ts';
import type { ProcessRef } from '../plan/processes.ts';
import type { Facts } from '../facts/types.ts';
import { listRuns, readFactsBefore, readIfThere, runFolderOf } from './run-folder.ts';

/** Of all runs in a folder. A process that is another one than before its run has been restarted since and owes nothing.
 * @param now what is so now */
export async function readOwed(state: string, now: Facts): Promise<readonly ProcessRef[]> {
  const runs = await listRuns(state);
  return (await Promise.all(runs.map((runId) => owedBy(state, runId, now)))).flat();
}

async function owedBy(state: string, runId: string, now: Facts): Promise<readonly ProcessRef[]> {
  const run = runFolderOf(state, runId);
  const [planText, journalText, factsText] = await Promise.all(
    [run.planFile, run.journalFile, run.factsFile].map((file) => readIfThere(file)),
  );
  if (planText === undefined || journalText === undefined || factsText === undefined) return [];
  const { steps } = parsePlan(planText, run.planFile);
  // What stands before a damage is as it was written, and a restart too many is better than one that is forgotten.
  const { events } = readJournal(journalText);
  const begun = stepsToUndo(events);
  const phases = new Set(steps.filter(({ id }) => begun.has(id)).map(({ phase }) => phase));
  const records = stepsOf(events);
  const before = await readFactsBefore(run);
  return steps.flatMap(({ id, phase, operation, target }): readonly ProcessRef[] => {
    if (operation !== 'server-restart' || target.kind !== 'server') return [];
    if (!phases.has(phase) || records.get(id) === 'finished') return [];
    const process = { cell: target.cell, owner: target.node, server: target.server };
    const pid = pidOf(before, process);
    return pid !== undefined && pid === pidOf(now, process) ? [process] : [];
  });
}

function pidOf({ cells }: Facts, { cell, owner, server }: ProcessRef): string | undefined {
  const node = cells.find((entry) => entry.cell === cell)?.nodes.find((entry) => entry.owner === owner);
  return node?.processes[server]?.pid ?? undefined;
}
