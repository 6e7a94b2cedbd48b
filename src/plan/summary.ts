// The numbers at the top of a plan.
import type { Strategy } from '../playbook/types.ts';
import { targetName } from './step-name.ts';
import type { PlanSummary, Step, StrategyCost } from './types.ts';

/** Steps after which a server has been down once. */
const OUTAGES = new Set(['server-restart', 'server-stop']);

export function summaryOf(steps: readonly Step[]): Omit<PlanSummary, 'strategies'> {
  const restarts = Map.groupBy(
    steps.filter(({ operation }) => OUTAGES.has(operation)),
    ({ target }) => targetName(target),
  );
  return {
    steps: steps.length,
    changes: steps.reduce((sum, { changes }) => sum + changes.length, 0),
    restarts: [...restarts].map(([server, entries]) => ({
      server,
      times: entries.length,
      outageSeconds: outageOf(entries),
    })),
    outageSeconds: outageOf(steps),
  };
}

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
