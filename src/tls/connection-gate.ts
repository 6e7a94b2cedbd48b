// Keeps one probe polite: how many connections at once, how far apart, how many in all. It also measures the round trip.
import { nowMs } from './now-ms.ts';

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
  /** first byte of an answer, after the question was sent */
  noteAnswered(afterMs: number): void;
  opened(): number;
  left(): number;
  /** From the fastest connection, as a slow answer may be the server's work; but when answers are evenly slow,
   * a proxy in between takes the connections. undefined: too few have answered to tell a slow start from a slow net. */
  roundTripMs(): number | undefined;
}

/** Few servers need so long for their fastest answer, and one that does answers unevenly; a network is even. */
const SLOW_ANSWER_MS = 15;
const ALIKE = 1.4;

/** More than the versions: the first connections also wait for this process to warm up. */
const ENOUGH_ANSWERS = 20;

export const FULL_LIMITS: GateLimits = { parallel: 64, pauseMs: 0, budget: 2000 };
export const QUICK_LIMITS: GateLimits = { parallel: 10, pauseMs: 0, budget: 10 };

/** Of all gates: while other ports are asked too, answers wait for each other and say little about the network. */
let openInProcess = 0;

export function makeConnectionGate({ parallel, pauseMs, budget }: GateLimits): ConnectionGate {
  let opened = 0;
  let open = 0;
  let nextStart = 0;
  const answers: number[] = [];
  let fastestAnswer = Number.POSITIVE_INFINITY;
  let fastestConnection = Number.POSITIVE_INFINITY;
  const waiting: (() => void)[] = [];
  const pause = async (): Promise<void> => {
    if (pauseMs <= 0) return;
    const now = nowMs();
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
      openInProcess += 1;
      await pause();
      return true;
    },
    leave() {
      openInProcess -= 1;
      const next = waiting.shift();
      if (next === undefined) open -= 1;
      else next();
    },
    noteConnected(afterMs) {
      fastestConnection = Math.min(fastestConnection, afterMs);
    },
    noteAnswered(afterMs) {
      answers.push(afterMs);
      fastestAnswer = Math.min(fastestAnswer, afterMs);
    },
    opened: () => opened,
    left: () => budget - opened,
    roundTripMs() {
      if (answers.length < ENOUGH_ANSWERS) return undefined;
      const isAlone = openInProcess <= open;
      if (!isAlone || fastestAnswer < SLOW_ANSWER_MS) return fastestConnection;
      const alike = answers.filter((afterMs) => afterMs <= fastestAnswer * ALIKE).length;
      return alike * 2 >= answers.length ? fastestAnswer : fastestConnection;
    },
  };
}
