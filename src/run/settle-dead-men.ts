// A run that was cut off between a change and the proof of it: what became of the dead man's revert on the host meanwhile.
// One that has acted has taken steps back that the journal calls finished; they have to be made again.
import { OperatorError } from '../core/errors.ts';
import { stepsOf } from '../journal/replay.ts';
import type { Plan, Step } from '../plan/types.ts';
import { readDeadMan } from './dead-man.ts';
import type { RunPorts } from './execute.ts';
import { armAgain } from './step.ts';

/** Call it with the locks held, before the first step. Gives the steps that were taken back: the journal was read before.
 * @throws OperatorError INCONCLUSIVE while one acts, STEP_FAILED when one could not */
export async function settleDeadMen(
  plan: Plan,
  ports: Pick<RunPorts, 'context' | 'journal' | 'now'>,
): Promise<ReadonlySet<string>> {
  const undone = new Set<string>();
  const records = stepsOf(ports.journal.events);
  for (const [index, step] of plan.steps.entries()) {
    const { deadMan, undoes, host } = step;
    const record = records.get(step.id);
    if (deadMan === undefined || undoes !== undefined || record === undefined || record === 'undone') continue;
    const proof = plan.steps.slice(index).find(({ proves }) => proves === deadMan.id);
    if (proof !== undefined && records.get(proof.id) === 'finished') continue;
    const shell = await ports.context.shell(host);
    const state = await readDeadMan(shell, deadMan.id);
    if (state === 'armed') await armAgain(step, ports);
    if (state === 'reverting') throw acting(step);
    if (state === 'failed') throw stuck(step);
    if (state !== 'reverted') continue;
    for (const { id } of [step, ...(proof !== undefined && records.has(proof.id) ? [proof] : [])]) {
      if (!undone.has(id)) await ports.journal.append('step-undone', id, { by: "dead man's revert" }, ports.now());
      undone.add(id);
    }
  }
  return undone;
}

const acting = ({ host, deadMan }: Step): OperatorError =>
  new OperatorError('INCONCLUSIVE', `host ${host}: the dead man's revert ${deadMan?.id ?? ''} acts just now`, {
    hint: 'Run the same command again when the server answers as before.',
  });

const stuck = ({ host, deadMan }: Step): OperatorError =>
  new OperatorError(
    'STEP_FAILED',
    `host ${host}: the dead man's revert ${deadMan?.id ?? ''} could not give a file back`,
    {
      hint: `Read ~/.strictstep/dead-man/${deadMan?.id ?? ''}/log on the host, put the file in place by hand and remove that folder.`,
    },
  );
