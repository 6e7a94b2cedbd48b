// Progress of a run on many hosts. On a terminal one picture that is drawn over again; elsewhere a line for what matters: a
// phase begins, a step failed, a tenth of the steps is done. A list with a line for each of 200 hosts could not be read.
import type { Plan } from '../plan/types.ts';
import type { RunEvent } from '../run/events.ts';
import { failureLine, follow, renderFleet, startFleet, summaryLine, type FleetState } from './fleet-view.ts';
import { writeLog } from './output.ts';
import type { Progress } from './progress.ts';

/** More hosts than a list of steps can show. */
const MANY_HOSTS = 20;

export const isFleet = ({ steps }: Plan, parallelGroups: number): boolean =>
  parallelGroups > 1 || new Set(steps.map(({ host }) => host)).size > MANY_HOSTS;

/** @param isAnimated false off a terminal */
export const openFleetProgress = (plan: Plan, isAnimated: boolean): Progress =>
  isAnimated ? openPicture(startFleet(plan)) : openLines(startFleet(plan));

/** Often enough to see that it goes on. */
const DRAW_EVERY_MS = 100;
const [UP, CLEAR_BELOW] = ['\u001B[A', '\u001B[J'];

function openPicture(state: FleetState): Progress {
  const terminal = process.stderr;
  let drawn = 0;
  let isDue = false;
  const draw = (): void => {
    isDue = false;
    const lines = renderFleet(state, { rows: terminal.rows, columns: terminal.columns });
    // In one write: half a picture would flicker.
    terminal.write(`${drawn === 0 ? '' : `\r${UP.repeat(drawn)}${CLEAR_BELOW}`}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(() => {
    if (isDue) draw();
  }, DRAW_EVERY_MS);
  timer.unref();
  draw();
  return {
    note(text) {
      state.note = text;
      isDue = true;
    },
    emit(event) {
      follow(state, event);
      isDue = true;
    },
    async end() {
      clearInterval(timer);
      state.note = undefined;
      draw();
    },
  };
}

function openLines(state: FleetState): Progress {
  let phase: string | undefined;
  let told = 0;
  const tellTenths = (): void => {
    const tenths = Math.floor((state.finished.size * 10) / state.steps.length);
    if (tenths > told) writeLog(summaryLine(state));
    told = Math.max(told, tenths);
  };
  const tell = (event: RunEvent): void => {
    if (event.type === 'step-started' && event.step.phase !== phase) {
      phase = event.step.phase;
      writeLog(`phase ${phase}: ${state.steps.filter((step) => step.phase === phase).length} steps`);
    }
    follow(state, event);
    if (event.type === 'step-failed') writeLog(failureLine(event.step, event.message));
    if (event.type === 'group-stopped') writeLog(`STOPPED  group ${event.group}, before step ${event.step.id}`);
    if (event.type === 'step-finished') tellTenths();
  };
  return { note: writeLog, emit: tell, end: async () => writeLog(summaryLine(state)) };
}
