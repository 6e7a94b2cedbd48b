// Where the events of a run go: to the progress on a terminal, or as JSON lines to stdout.
import type { Json } from '../core/json.ts';
import { stepName } from '../plan/step-name.ts';
import type { Plan } from '../plan/types.ts';
import type { RunEvent } from '../run/events.ts';
import { isFleet, openFleetProgress } from './fleet-progress.ts';
import { awaitedJson, renderAwaited, startHeartbeat, type Heartbeat } from './heartbeat.ts';
import { writeJson, writeLog } from './output.ts';
import { openProgress } from './progress.ts';

export type Events = {
  readonly emit: (event: RunEvent) => void;
  /** a line for the person at the terminal, now */
  readonly note: (text: string) => void;
  readonly end: (result: { readonly [key: string]: Json }) => Promise<void>;
};

/** @param parallelGroups that may be worked on at the same time */
export function openEvents(plan: Plan, isJson: boolean, parallelGroups = 1): Events {
  const openView = isFleet(plan, parallelGroups) ? openFleetProgress : openProgress;
  const view = isJson ? openLines(plan) : openView(plan, isAnimated());
  const heartbeat = startHeartbeat((awaited, nowMs) =>
    isJson
      ? writeJson({ type: 'heartbeat', awaits: awaited.map(awaitedJson) })
      : view.note(renderAwaited(awaited, nowMs)),
  );
  return {
    emit(event) {
      view.emit(event);
      follow(heartbeat, event);
    },
    note(text) {
      view.note(text);
      heartbeat.beat();
    },
    async end(result) {
      heartbeat[Symbol.dispose]();
      await view.end(result);
    },
  };
}

/** One JSON document a line, the first one says of which form and plan. */
function openLines(plan: Plan): Events {
  writeJson({ type: 'version', schema: 1, plan: plan.hash });
  return {
    emit: (event) => writeJson(asJson(event)),
    note: writeLog,
    end: async (result) => writeJson(result),
  };
}

/** What the run waits for after this event. */
function follow(heartbeat: Heartbeat, event: RunEvent): void {
  const { id, host, expectedSeconds } = event.step;
  const name = `${id} ${host}: ${stepName(event.step)}`;
  switch (event.type) {
    case 'step-started':
      return heartbeat.begin(id, name, expectedSeconds);
    case 'paused':
      return heartbeat.begin(id, `strictstep resume, before ${name}`);
    case 'step-finished':
    case 'step-failed':
      return heartbeat.end(id);
    case 'group-stopped':
    case 'health':
      return heartbeat.beat();
  }
}

const isAnimated = (): boolean =>
  process.stderr.isTTY &&
  (process.env['CI'] ?? '') === '' &&
  process.env['TERM'] !== 'dumb' &&
  (process.env['NO_COLOR'] ?? '') === '';

function asJson(event: RunEvent): Json {
  const { id, host, phase, operation, title } = event.step;
  const step = { id, host, phase, operation, title };
  switch (event.type) {
    case 'step-started':
      return { type: event.type, step };
    case 'step-finished':
      return { type: event.type, step, outcome: event.outcome, seconds: event.seconds };
    case 'paused':
      return { type: event.type, step, who: event.who, reason: event.reason };
    case 'group-stopped':
      return { type: event.type, step, group: event.group };
    case 'health':
      return { type: event.type, step, ...event.result };
    case 'step-failed':
      return { type: event.type, step, code: event.code, message: event.message };
  }
}
