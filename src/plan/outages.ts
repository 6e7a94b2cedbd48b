// How long users are without a server: for a restart the restart itself, for a server that is stopped by one step and
// started by another everything from the one to the other.
import type { Step } from './types.ts';

export function withOutages(steps: readonly Step[]): readonly Step[] {
  const starts = Map.groupBy(steps.keys(), (index) => serverKey(steps[index], 'server-start'));
  const sums = runningSums(steps);
  return steps.map((step, index) => {
    const key = serverKey(step, 'server-stop');
    if (key === undefined) return step;
    const end = starts.get(key)?.find((later) => later > index) ?? steps.length - 1;
    return { ...step, userImpactSeconds: (sums[end] ?? 0) - (sums[index] ?? 0) + step.expectedSeconds };
  });
}

const runningSums = (steps: readonly Step[]): readonly number[] => {
  let sum = 0;
  return steps.map(({ expectedSeconds }) => (sum += expectedSeconds));
};

/** undefined: another kind of step */
const serverKey = (step: Step | undefined, wanted: 'server-stop' | 'server-start'): string | undefined =>
  step?.operation === wanted && step.target.kind === 'server'
    ? `${step.target.cell}/${step.target.node}/${step.target.server}`
    : undefined;
