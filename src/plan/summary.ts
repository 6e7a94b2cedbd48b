// The numbers at the top of a plan.
import type { PlanSummary, Step } from './types.ts';

export function summaryOf(steps: readonly Step[]): PlanSummary {
  const restarts = Map.groupBy(
    steps.flatMap((step) =>
      step.target.kind === 'server' && step.operation === 'server-restart'
        ? [{ step, name: `${step.target.node}/${step.target.server}` }]
        : [],
    ),
    ({ name }) => name,
  );
  return {
    steps: steps.length,
    changes: steps.reduce((sum, { changes }) => sum + changes.length, 0),
    restarts: [...restarts].map(([server, entries]) => ({
      server,
      times: entries.length,
      outageSeconds: entries.reduce((sum, { step }) => sum + step.userImpactSeconds, 0),
    })),
    outageSeconds: steps.reduce((sum, { userImpactSeconds }) => sum + userImpactSeconds, 0),
  };
}
