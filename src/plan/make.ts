// Playbook x inventory x facts -> Plan. Pure: the same input gives the same bytes. Both strategies are arranged, so that a
// board sees what the other one would have cost.
import { digestOf } from '../core/json.ts';
import { STRATEGIES, type Strategy } from '../playbook/types.ts';
import type { Draft } from './draft.ts';
import { fingerprintsOf } from './fingerprints.ts';
import { prepare, type PlanBasis, type PlanInput } from './input.ts';
import { withOutages } from './outages.ts';
import { arrangeRolling } from './rolling.ts';
import { arrangeStopAll } from './stop-all.ts';
import { costOf, summaryOf } from './summary.ts';
import type { Plan, Step } from './types.ts';
import { plannedWindow } from './window.ts';

const ARRANGE: Readonly<Record<Strategy, (basis: PlanBasis) => Draft>> = {
  rolling: arrangeRolling,
  'stop-all': arrangeStopAll,
};

export function makePlan(input: PlanInput): Plan {
  const { playbook, inventory, facts } = input;
  const basis = prepare(input);
  const drafts = STRATEGIES.map((strategy) => {
    const { steps, proof } = ARRANGE[strategy](basis);
    return { strategy, steps: withOutages(steps), proof };
  });
  const chosen = drafts.find(({ strategy }) => strategy === playbook.strategy);
  if (chosen === undefined) throw new RangeError(`no strategy ${playbook.strategy}`);
  const { steps, proof } = chosen;
  const content = {
    schema: 1 as const,
    confirm: confirmName(steps),
    playbook: { name: playbook.name, file: playbook.file, sha256: playbook.sha256 },
    inventory: { file: inventory.file, sha256: inventory.sha256 },
    strategy: playbook.strategy,
    steps,
    states: proof.states,
    proof: { safe: proof.counterexamples.length === 0, counterexamples: proof.counterexamples },
    fingerprints: fingerprintsOf(facts, input.states),
    summary: { ...summaryOf(steps), strategies: drafts.map(costOf) },
    ...(inventory.changeWindow === undefined ? {} : { window: plannedWindow(inventory.changeWindow, steps) }),
    ...(inventory.approval === undefined ? {} : { approval: inventory.approval }),
  };
  return { ...content, hash: digestOf(content) };
}

/** What a person has to name: the cells and communities that are changed; a plan for databases or clients alone names these.
 * Tool profiles are many and alike: the word stands for all of them. */
function confirmName(steps: readonly Step[]): string {
  const cells = steps.flatMap(({ target }) => ('cell' in target ? [target.cell] : []));
  const communities = steps.flatMap(({ target }) => ('community' in target ? [target.community] : []));
  const clients = steps.flatMap(({ target }) => ('client' in target ? [target.client] : []));
  const databases = steps.flatMap(({ target }) => ('database' in target ? [target.database] : []));
  const tools = steps.flatMap(({ target }) => ('toolProfile' in target ? ['tool-profiles'] : []));
  const names = [...cells, ...communities];
  return [...new Set(names.length > 0 ? names : [...databases, ...clients, ...tools])]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join(',');
}
