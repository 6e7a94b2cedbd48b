// Two users who send each other numbered messages all the time, whatever carries them: what a test needs to say that nothing
// was lost. A number is sent again until its receipt has come, and a receiver takes each number once, as real clients show a
// message once.

export type Window = { readonly from: number; readonly to: number };

export type Direction = {
  readonly from: string;
  readonly to: string;
  readonly sent: number;
  /** each number once, in the order of arrival */
  readonly delivered: readonly { readonly number: number; readonly at: number }[];
  readonly missing: readonly number[];
  /** times without a delivery, longer than what was asked for; in ms of Date.now() */
  readonly gaps: readonly Window[];
};

export interface Chat {
  /** no new numbers; resolves when all receipts have come
   * @throws Error when they do not come in time */
  finish(timeoutMs: number): Promise<void>;
  /** @param gapMs shorter times without a delivery are none */
  report(gapMs: number): readonly [Direction, Direction];
  close(): void;
}

export type Word = 'message' | 'receipt';

/** One end of a chat. */
export interface ChatEnd {
  readonly name: string;
  /** something came from the partner */
  take(what: Word, number: number): void;
  readonly delivered: Direction['delivered'];
  sent(): number;
  drain(timeoutMs: number): Promise<void>;
  close(): void;
}

const EVERY_MS = 40;
const AGAIN_MS = 250;
// Later and later, and no new ones while too many are without an answer: or a server that comes back is buried under them.
const LONGEST_MS = 2_000;
const WINDOW = 50;

/** @param post lost when nobody takes it */
export function openChatEnd(name: string, post: (what: Word, number: number) => void): ChatEnd {
  const waiting = new Map<number, { readonly due: number; readonly pause: number }>();
  const seen = new Set<number>();
  const delivered: { readonly number: number; readonly at: number }[] = [];
  let next = 1;
  let isSending = true;
  let drained: (() => void) | undefined;
  const send = (number: number, pause: number): void => {
    waiting.set(number, { due: Date.now() + pause, pause: Math.min(2 * pause, LONGEST_MS) });
    post('message', number);
  };
  const timer = setInterval(() => {
    for (const [number, { due, pause }] of waiting) if (due <= Date.now()) send(number, pause);
    if (isSending && waiting.size < WINDOW) send(next++, AGAIN_MS);
  }, EVERY_MS);
  return {
    name,
    delivered,
    take: (what, number) => {
      if (what === 'receipt') {
        waiting.delete(number);
        if (waiting.size === 0) drained?.();
        // The partner can be reached again: what waited long goes now.
        for (const [other, { pause }] of waiting)
          if (pause > 2 * AGAIN_MS) waiting.set(other, { due: 0, pause: AGAIN_MS });
        return;
      }
      if (!seen.has(number)) delivered.push({ number, at: Date.now() });
      seen.add(number);
      post('receipt', number);
    },
    sent: () => next - 1,
    drain: async (timeoutMs) => {
      isSending = false;
      if (waiting.size === 0) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      drained = resolve;
      const late = setTimeout(() => reject(new Error(`${name}: ${waiting.size} messages without receipt`)), timeoutMs);
      try {
        await promise;
      } finally {
        clearTimeout(late);
      }
    },
    close: () => clearInterval(timer),
  };
}

export const makeChat = (one: ChatEnd, other: ChatEnd): Chat => ({
  finish: async (timeoutMs) => {
    await Promise.all([one.drain(timeoutMs), other.drain(timeoutMs)]);
  },
  report: (gapMs) => [directionOf(one, other, gapMs), directionOf(other, one, gapMs)],
  close: () => {
    one.close();
    other.close();
  },
});

/** Gaps that are not covered by announced times; two of these that overlap are one. */
export function unannounced(gaps: readonly Window[], announced: readonly Window[]): readonly Window[] {
  const merged: Window[] = [];
  for (const next of announced.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || next.from > last.to) merged.push(next);
    else merged.splice(-1, 1, { from: last.from, to: Math.max(last.to, next.to) });
  }
  return gaps.filter((gap) => !merged.some(({ from, to }) => from <= gap.from && gap.to <= to));
}

function directionOf(sender: ChatEnd, receiver: ChatEnd, gapMs: number): Direction {
  const { delivered } = receiver;
  const numbers = new Set(delivered.map(({ number }) => number));
  const gaps = delivered.flatMap(({ at }, index) => {
    const before = delivered[index - 1]?.at ?? at;
    return at - before > gapMs ? [{ from: before, to: at }] : [];
  });
  const missing = Array.from({ length: sender.sent() }, (_, at) => at + 1).filter((number) => !numbers.has(number));
  return { from: sender.name, to: receiver.name, sent: sender.sent(), delivered, missing, gaps };
}
