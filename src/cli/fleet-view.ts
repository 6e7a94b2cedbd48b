// What a run on many hosts looks like: failures first, then what goes on, then one line that sums up. Pure.
import { stepName } from '../plan/step-name.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { RunEvent } from '../run/events.ts';

/** Where the run stands; grows with every event. */
export type FleetState = {
  readonly steps: readonly Step[];
  readonly working: Map<string, Step>;
  readonly failed: { readonly step: Step; readonly message: string }[];
  /** groups that go no further because another one failed, with the step they stopped before */
  readonly stopped: Map<string, Step>;
  readonly finished: Map<string, 'applied' | 'already' | 'earlier'>;
  note: string | undefined;
};

export const startFleet = ({ steps }: Pick<Plan, 'steps'>): FleetState => ({
  steps,
  working: new Map(),
  failed: [],
  stopped: new Map(),
  finished: new Map(),
  note: undefined,
});

export function follow(state: FleetState, event: RunEvent): void {
  const { step } = event;
  switch (event.type) {
    case 'step-started':
      return void state.working.set(step.id, step);
    case 'step-finished':
      state.working.delete(step.id);
      return void state.finished.set(step.id, event.outcome);
    case 'step-failed':
      state.working.delete(step.id);
      return void state.failed.push({ step, message: event.message });
    case 'group-stopped':
      return void state.stopped.set(event.group, step);
    case 'paused':
    case 'health':
      return undefined;
  }
}

/** Lines of the screen that are left for the shell's own. */
const MARGIN = 3;
/** Of working steps no more are shown: who looks wants to see that it goes on, and on which hosts. */
const WORKING_SHOWN = 6;

/** @param rows, columns of the terminal: nothing is longer, or the picture could not be drawn over again */
export function renderFleet(
  state: FleetState,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): readonly string[] {
  const fits = Math.max(2, rows - MARGIN);
  const note = state.note === undefined ? [] : [state.note];
  const working = [...state.working.values()];
  const shown = working.slice(0, Math.max(1, Math.min(WORKING_SHOWN, fits - 2 - note.length)));
  const below = [
    ...shown.map((step) => `working  ${lineOf(step)}`),
    ...(working.length > shown.length ? [`         and ${working.length - shown.length} more hosts`] : []),
    ...note,
    summaryLine(state),
  ];
  const room = Math.max(1, fits - below.length);
  const failures = state.failed.map(({ step, message }) => failureLine(step, message));
  const hidden =
    failures.length > room ? [`FAILED   and ${failures.length - room + 1} more; the report names all`] : [];
  const first = failures.slice(0, failures.length > room ? room - 1 : room);
  return [...first, ...hidden, ...below].map((line) => cut(line, columns));
}

export const failureLine = (step: Step, message: string): string => `FAILED   ${lineOf(step)}: ${oneLine(message)}`;

/** "phase tools: 128 of 200 steps, 12 as wanted already, 2 failed, 46 working, 24 waiting" */
export function summaryLine({ steps, finished, failed, working, stopped }: FleetState): string {
  const count = finished.size;
  const already = [...finished.values()].filter((outcome) => outcome === 'already').length;
  const earlier = [...finished.values()].filter((outcome) => outcome === 'earlier').length;
  const current = [...working.values()][0] ?? steps.find(({ id }) => !finished.has(id)) ?? steps.at(-1);
  const waiting = steps.length - count - failed.length - working.size;
  const parts: readonly (readonly [number, string])[] = [
    [already, 'as wanted already'],
    [earlier, 'finished earlier'],
    [failed.length, 'failed'],
    [stopped.size, stopped.size === 1 ? 'group stopped' : 'groups stopped'],
    [working.size, 'working'],
    [waiting, 'waiting'],
  ];
  const told = parts.flatMap(([number, word]) => (number === 0 ? [] : [`, ${number} ${word}`]));
  return `phase ${current?.phase ?? ''}: ${count} of ${steps.length} steps${told.join('')}`;
}

const lineOf = (step: Step): string => `${step.id} ${step.host}: ${stepName(step)}`;

// oxlint-disable-next-line no-control-regex -- they could redraw the terminal that shows the message
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001F\u007F-\u009F]+/gu, ' ');

const cut = (line: string, columns: number): string => {
  const room = Math.max(20, columns - 1);
  const characters = Array.from(oneLine(line));
  return characters.length <= room ? characters.join('') : `${characters.slice(0, room - 3).join('')}...`;
};
