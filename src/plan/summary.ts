// The numbers at the top of a plan.
import { serverOutsideCells } from '../core/target.ts';
import type { Strategy } from '../playbook/types.ts';
import { targetName } from './step-name.ts';
import type { PlanSummary, Step, StrategyCost } from './types.ts';

/** Steps after which a server has been down once. */
const OUTAGES = new Set(['server-restart', 'server-stop', 'community-restart', 'sun-im-restart']);

export function summaryOf(steps: readonly Step[]): Omit<PlanSummary, 'strategies'> {
  const stops = steps.filter(({ operation }) => OUTAGES.has(operation));
  const restarts = Map.groupBy(stops, componentOf);
  const isOneCell = new Set(stops.map(cellOf)).size === 1;
  return {
    steps: steps.length,
    changes: steps.reduce((sum, { changes }) => sum + changes.length, 0),
    restarts: [...restarts].map(([component, entries]) => ({
      component,
      server: isOneCell && entries[0] !== undefined ? targetName(entries[0].target) : component,
      times: entries.length,
      outageSeconds: outageOf(entries),
    })),
    outageSeconds: outageOf(steps),
  };
}

const cellOf = ({ target }: Step): string => ('cell' in target ? target.cell : '');
/** Two cells may have nodes and servers of the same names. */
const componentOf = (step: Step): string =>
  serverOutsideCells(step.target) ?? `${cellOf(step)}/${targetName(step.target)}`;

const outageOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, { userImpactSeconds }) => sum + userImpactSeconds, 0);

export function costOf(draft: {
  readonly strategy: Strategy;
  readonly steps: readonly Step[];
  readonly proof: { readonly counterexamples: readonly unknown[] };
}): StrategyCost {
  const { strategy, steps, proof } = draft;
  return {
    strategy,
    safe: proof.counterexamples.length === 0,
    serverRestarts: steps.filter(({ operation }) => OUTAGES.has(operation)).length,
    outageSeconds: outageOf(steps),
    expectedSeconds: steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0),
  };
}
