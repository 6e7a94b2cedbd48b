// strictstep plan: read the hosts, compute, write the plan file here. Nothing is written on any host.
import { writeFile } from 'node:fs/promises';
import { EXIT } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { loadInventory } from '../../inventory/index.ts';
import { announceHosts } from '../announce.ts';
import type { FirstKeyFlags } from '../first-keys.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export type PlanFlags = GlobalFlags &
  FirstKeyFlags & {
    inventory: string;
    playbook: string;
    out?: string;
    census: string;
    state: string;
    detailedExitcode: boolean;
  };

export async function plan(flags: PlanFlags): Promise<void> {
  const inventory = await loadInventory(flags.inventory);
  // Said as soon as it is known; what makes the plan takes longer to load than this takes to read.
  announceHosts('reading', inventory.hosts);
  const [{ loadInputsFor }, { planFrom, refusal }, { renderPlanText }] = await Promise.all([
    import('../inputs.ts'),
    import('../make-plan.ts'),
    import('../../report/plan-text.ts'),
  ]);
  const inputs = await loadInputsFor(inventory, flags.playbook, new Date(), flags.input);
  const { plan: made, facts } = await planFrom(inputs, flags.census, flags.state, flags);
  for (const finding of (facts.components ?? []).flatMap(({ findings }) => findings)) writeNote(`warning: ${finding}`);
  if (flags.out !== undefined) await writeFile(flags.out, prettyJson(made));
  if (flags.json) writeJson(made);
  else writeResult(renderPlanText(made));
  if (!made.proof.safe) throw refusal(made);
  if (flags.out !== undefined && made.steps.length > 0)
    writeNote(`next: npx strictstep apply ${flags.out} --confirm ${made.confirm}`);
  if (flags.detailedExitcode && made.steps.length > 0) process.exitCode = EXIT.findings;
}
