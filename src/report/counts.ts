// Counting what a journal says.
import { textOf } from './event-data.ts';
import type { RunReport } from './types.ts';

export type Counts = {
  readonly applied: number;
  readonly already: number;
  readonly left: number;
  readonly healthPassed: number;
  readonly healthOther: number;
};

export function countsOf({ plan, events }: RunReport): Counts {
  const ofType = (type: string): ReadonlySet<string | null> =>
    new Set(events.filter((event) => event.type === type).map(({ step }) => step));
  const [applied, already, finished] = [ofType('step-applied'), ofType('step-already'), ofType('step-finished')];
  const health = events.filter(({ type }) => type === 'health').map(({ data }) => data);
  const passed = health.filter((data) => textOf(data, 'verdict') === 'pass');
  return {
    applied: applied.size,
    already: [...already].filter((step) => !applied.has(step)).length,
    left: plan.steps.length - finished.size,
    healthPassed: passed.length,
    healthOther: health.length - passed.length,
  };
}
