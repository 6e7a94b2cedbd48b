// A sign of life while nothing else is said: what is awaited, since when, and until when it is expected. Who watches a
// run at night must be able to tell waiting from hanging.
import { renderInstant } from '../core/instant.ts';
import { localOffset, writeLog } from './output.ts';

export type Awaited = {
  /** "s012 stp: server-restart was_stpProxy" */
  readonly what: string;
  /** milliseconds since 1970 */
  readonly sinceMs: number;
  /** as the plan expects it; undefined: nobody can say */
  readonly untilMs: number | undefined;
};

export interface Heartbeat extends Disposable {
  begin(key: string, what: string, expectedSeconds?: number): void;
  /** something was said: the next sign is due one period from now */
  beat(): void;
  end(key: string): void;
}

const EVERY_MS = 30_000;

/** @param say gets what is awaited, oldest first, never nothing */
export function startHeartbeat(
  say: (awaited: readonly Awaited[], nowMs: number) => void,
  everyMs = EVERY_MS,
): Heartbeat {
  const open = new Map<string, Awaited>();
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    clearTimeout(timer);
    if (open.size > 0) timer = setTimeout(tick, everyMs).unref();
  };
  const tick = (): void => {
    say([...open.values()], Date.now());
    beat();
  };
  return {
    begin(key, what, expectedSeconds) {
      const sinceMs = Date.now();
      const untilMs = expectedSeconds === undefined ? undefined : sinceMs + expectedSeconds * 1000;
      open.set(key, { what, sinceMs, untilMs });
      beat();
    },
    beat,
    end(key) {
      open.delete(key);
      beat();
    },
    [Symbol.dispose]() {
      open.clear();
      beat();
    },
  };
}

/** For as long as it is not disposed: one thing, said on standard error. */
export function awaiting(what: string, expectedSeconds?: number): Disposable {
  const heartbeat = startHeartbeat((awaited, nowMs) => writeLog(renderAwaited(awaited, nowMs)));
  heartbeat.begin(what, what, expectedSeconds);
  return heartbeat;
}

const SHOWN = 3;

export function renderAwaited(awaited: readonly Awaited[], nowMs: number): string {
  const parts = awaited.slice(0, SHOWN).map(({ what, sinceMs, untilMs }) => {
    const seconds = Math.round((nowMs - sinceMs) / 1000);
    const expected =
      untilMs === undefined ? '' : `, expected until ${clock(untilMs)}${untilMs < nowMs ? ', which is past' : ''}`;
    return `${what}, since ${clock(sinceMs)} (${seconds} s)${expected}`;
  });
  const more = awaited.length > SHOWN ? `; and ${awaited.length - SHOWN} more` : '';
  return `waiting for ${parts.join('; ')}${more}`;
}

export const awaitedJson = ({ what, sinceMs, untilMs }: Awaited) => ({
  what,
  since: new Date(sinceMs).toISOString(),
  until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
});

const clock = (ms: number): string => renderInstant(ms, localOffset(ms)).slice(11, 19);
