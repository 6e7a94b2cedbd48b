// How long users are without a server: for a restart the restart itself, for a server that is stopped by one step and
// started by another everything from the one to the other.
import type { Step } from './types.ts';

export function withOutages(steps: readonly Step[]): readonly Step[] {
  const sums = runningSums(steps);
  return steps.map((step, index) => {
    if (step.operation !== 'server-stop') return step;
    const start = steps.findIndex((other, later) => later > index && isStartOf(other, step));
    const end = start < 0 ? steps.length - 1 : start;
    return { ...step, userImpactSeconds: (sums[end] ?? 0) - (sums[index] ?? 0) + step.expectedSeconds };
  });
}

const runningSums = (steps: readonly Step[]): readonly number[] => {
  let sum = 0;
  return steps.map(({ expectedSeconds }) => (sum += expectedSeconds));
};

const isStartOf = ({ operation, target }: Step, stop: Step): boolean =>
  operation === 'server-start' &&
  target.kind === 'server' &&
  stop.target.kind === 'server' &&
  target.node === stop.target.node &&
  target.server === stop.target.server &&
  target.cell === stop.target.cell;
