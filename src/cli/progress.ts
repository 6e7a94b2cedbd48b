// Progress of a run as listr2 tasks. listr2 only shows: every task waits for a promise that the event stream settles;
// it gets no signal listeners, no retry and no rollback of its own.
import { Listr, ListrLogger, type ListrLogLevels, ProcessOutput } from 'listr2';
import { stepName } from '../plan/step-name.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { RunEvent } from '../run/events.ts';
import { logTime, writeLog } from './output.ts';

type Settle = { readonly finish: (note: string) => void; readonly fail: (message: string) => void };

export type Progress = {
  readonly emit: (event: RunEvent) => void;
  /** shows a line at the step that goes on; an animated view keeps everything else that is written until its end */
  readonly note: (text: string) => void;
  /** ends the view; steps that were not reached are shown as skipped */
  readonly end: () => Promise<void>;
};

/** @param isAnimated false off a terminal: one line per event, no cursor movement */
export function openProgress(plan: Plan, isAnimated: boolean): Progress {
  const open = new Map<string, Settle>();
  const waits = new Map<string, Promise<string>>();
  for (const step of plan.steps) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    promise.catch(() => undefined);
    waits.set(step.id, promise);
    open.set(step.id, { finish: resolve, fail: (message) => reject(new Error(message)) });
  }
  const notReached = new Set<string>();
  const notes = makeNotes();
  const phases = Map.groupBy(plan.steps, ({ phase }) => phase);
  const stream = isAnimated ? process.stderr : STAMPED;
  const logger = new ListrLogger<ListrLogLevels>({ processOutput: new ProcessOutput(stream, stream) });
  const list = new Listr(
    [...phases].map(([phase, steps]) => ({
      title: `phase ${phase}`,
      task: (_context: unknown, task) => {
        if (steps.every(({ id }) => notReached.has(id))) task.skip(`phase ${phase} (${NOT_REACHED})`);
        return task.newListr(
          steps.map((step) => viewOf(step, waits, notes)),
          { exitOnError: false },
        );
      },
    })),
    {
      concurrent: false,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: isAnimated ? 'default' : 'simple',
      rendererOptions: { collapseSubtasks: false, collapseSkips: true, logger },
      fallbackRenderer: 'simple',
      fallbackRendererOptions: { logger },
    },
  );
  const shown = list.run().catch(() => undefined);
  return {
    note: isAnimated ? notes.write : writeLog,
    emit(event) {
      if (event.type === 'step-started' || event.type === 'paused') notes.moveTo(event.step.id);
      const settle = open.get(event.step.id);
      if (event.type === 'step-finished') settle?.finish(NOTES[event.outcome]);
      if (event.type === 'step-failed') settle?.fail(event.message);
      if (event.type === 'step-finished' || event.type === 'step-failed') open.delete(event.step.id);
    },
    async end() {
      for (const [id, settle] of open) {
        notReached.add(id);
        settle.finish(NOT_REACHED);
      }
      await shown;
    },
  };
}

/** Where nobody looks on, every line has its time in front. */
const STAMPED: NodeJS.WriteStream = Object.create(process.stderr, {
  write: {
    value: (text: string) => process.stderr.write(text.replaceAll(/^(?=.)/gm, () => `${logTime()} `)),
  },
});

const NOT_REACHED = 'not reached';
const NOTES = { applied: '', already: 'as wanted already', earlier: 'finished earlier' } as const;

type View = { title: string | undefined; output: string; skip(message: string): void };
type Notes = {
  readonly moveTo: (step: string) => void;
  readonly begins: (step: string, view: View) => void;
  readonly write: (text: string) => void;
};

/** The step may be told to begin before its view does. */
function makeNotes(): Notes {
  const views = new Map<string, View>();
  let current = '';
  let shown: string | undefined;
  const show = (): void => {
    const view = views.get(current);
    if (view !== undefined && shown !== undefined) view.output = shown;
  };
  return {
    moveTo(step) {
      current = step;
      show();
    },
    begins(step, view) {
      views.set(step, view);
      show();
    },
    write(text) {
      shown = text;
      show();
    },
  };
}

function viewOf(step: Step, waits: ReadonlyMap<string, Promise<string>>, notes: Notes) {
  const title = `${step.id} ${step.host}: ${stepName(step)}`;
  return {
    title,
    task: async (_context: unknown, task: View) => {
      notes.begins(step.id, task);
      const note = await waits.get(step.id);
      if (note === NOT_REACHED) task.skip(`${title} (not reached)`);
      else if (note !== undefined && note !== '') task.title = `${title} (${note})`;
    },
  };
}
