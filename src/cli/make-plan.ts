// A plan of what was read and checked: the hosts are read, the rest is computed. Nothing is written on any host.
import { CENSUS_FOLDER, censusIn } from '../census/evidence.ts';
import { oldAlgorithmFindings } from '../check/old-algorithms.ts';
import { OperatorError } from '../core/errors.ts';
import type { Plan } from '../plan/types.ts';
import type { PlannedWorld } from '../run/plan-world.ts';
import { openAnnounced } from './announced-world.ts';
import { firstKeys, type FirstKeyFlags } from './first-keys.ts';
import { awaiting } from './heartbeat.ts';
import type { Inputs } from './inputs.ts';
import { writeNote } from './output.ts';

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
  const { planWorld } = await import('../run/plan-world.ts');
  return await planWorld(inventory, playbook, facts, world.reader, state);
}

export function refusal({ proof }: Plan): OperatorError {
  const [first, ...more] = proof.counterexamples;
  const others = more.length === 0 ? '' : ` (and ${more.length} more, see strictstep show)`;
  const hint = 'Change the order or the wish in the playbook; the counterexample says what would help.';
  return new OperatorError('PROOF_REFUSED', `${first?.explanation ?? 'the plan is not safe'}${others}`, { hint });
}
