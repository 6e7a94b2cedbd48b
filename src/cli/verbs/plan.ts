// strictstep plan: read the hosts, compute, write the plan file here. Nothing is written on any host.
import { writeFile } from 'node:fs/promises';
import { CENSUS_FOLDER, censusIn } from '../../census/evidence.ts';
import { oldAlgorithmFindings } from '../../check/old-algorithms.ts';
import { EXIT, OperatorError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import type { Plan } from '../../plan/types.ts';
import { renderPlanText } from '../../report/plan-text.ts';
import type { PlannedWorld } from '../../run/plan-world.ts';
import { openAnnounced } from '../announced-world.ts';
import { firstKeys, type FirstKeyFlags } from '../first-keys.ts';
import { awaiting } from '../heartbeat.ts';
import { loadInputs, type Inputs } from '../inputs.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

type PlanFlags = GlobalFlags &
  FirstKeyFlags & {
    inventory: string;
    playbook: string;
    out?: string;
    census: string;
    state: string;
    detailedExitcode: boolean;
  };

export async function plan(flags: PlanFlags): Promise<void> {
  const inputs = await loadInputs(flags.inventory, flags.playbook, new Date(), flags.input);
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

export async function planFrom(
  { inventory, playbook, certificates, logins }: Inputs,
  census = CENSUS_FOLDER,
  state?: string,
  flags: FirstKeyFlags = {},
): Promise<PlannedWorld> {
  for (const { text } of oldAlgorithmFindings(inventory)) writeNote(`warning: ${text}`);
  using _reading = awaiting(`the answers of ${inventory.hosts.length} hosts`);
  const { signal } = new AbortController();
  await using world = await openAnnounced('reading', {
    inventory,
    certificates,
    logins,
    signal,
    ...firstKeys(flags),
    census: censusIn(census, () => new Date()),
  });
  const facts = [...certificates.values()].map((file) => file.facts);
  const { planWorld } = await import('../../run/plan-world.ts');
  return await planWorld(inventory, playbook, facts, world.reader, state);
}

export function refusal({ proof }: Plan): OperatorError {
  const [first, ...more] = proof.counterexamples;
  const others = more.length === 0 ? '' : ` (and ${more.length} more, see strictstep show)`;
  const hint = 'Change the order or the wish in the playbook; the counterexample says what would help.';
  return new OperatorError('PROOF_REFUSED', `${first?.explanation ?? 'the plan is not safe'}${others}`, { hint });
}
