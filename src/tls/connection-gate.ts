// Keeps one probe polite: how many connections at once, how far apart, how many in all. It also knows the round trip, from
// the fastest connection so far: a slow answer may be the server's work, a slow connection is the network.

export type GateLimits = {
  /** connections open at once */
  readonly parallel: number;
  /** between the starts of two connections, 0: none */
  readonly pauseMs: number;
  /** connections in all; a question beyond it is not asked */
  readonly budget: number;
};

export interface ConnectionGate {
  /** false: the budget is spent; true: open one connection, and call `leave` once it is closed */
  enter(): Promise<boolean>;
  leave(): void;
  noteConnected(afterMs: number): void;
  opened(): number;
  left(): number;
  /** undefined: nothing has connected yet */
  roundTripMs(): number | undefined;
}

export const FULL_LIMITS: GateLimits = { parallel: 64, pauseMs: 0, budget: 2000 };
export const QUICK_LIMITS: GateLimits = { parallel: 10, pauseMs: 0, budget: 10 };

export function makeConnectionGate({ parallel, pauseMs, budget }: GateLimits): ConnectionGate {
  let opened = 0;
  let open = 0;
  let nextStart = 0;
  let fastest: number | undefined;
  const waiting: (() => void)[] = [];
  const pause = async (): Promise<void> => {
    if (pauseMs <= 0) return;
    const now = performance.now();
    const start = Math.max(now, nextStart);
    nextStart = start + pauseMs;
    if (start > now) await new Promise((resolve) => setTimeout(resolve, start - now));
  };
  return {
    async enter() {
      if (opened >= budget) return false;
      opened += 1;
      // A connection that is closed hands its place on, so `open` changes only when nobody waits.
      if (open >= parallel) await new Promise<void>((resolve) => waiting.push(resolve));
      else open += 1;
      await pause();
      return true;
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) open -= 1;
      else next();
    },
    noteConnected(afterMs) {
      fastest = Math.min(fastest ?? afterMs, afterMs);
    },
    opened: () => opened,
    left: () => budget - opened,
    roundTripMs: () => fastest,
  };
}
