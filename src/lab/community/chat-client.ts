// Two users who send each other numbered messages all the time: what a test needs to say that nothing was lost. A number is
// sent again until its receipt has come, and a receiver takes each number once, as real clients show a message once.
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../core/json.ts';
import { textOf } from '../json-lines.ts';
import { keepSession } from './keep-session.ts';
import { callerTls } from './program-settings.ts';
import { openSession } from './session.ts';
import type { CommunitySite } from './site.ts';
import { clientPort, memberNamed, rootsFile } from './site.ts';
import { makeSocketTable } from './sockets.ts';

export type ChatUserSpec = {
  readonly name: string;
  /** member whose client port is called */
  readonly at: string;
  readonly home: string;
  readonly address: string;
  /** legacy; tls, without it where there is none; tls-only */
  readonly type: 'legacy' | 'tls' | 'tls-only';
};

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

const EVERY_MS = 40;
const AGAIN_MS = 250;

export function openChat(site: CommunitySite, a: ChatUserSpec, b: ChatUserSpec, retryMs = 100): Chat {
  const [one, other] = [openUser(site, a, b, retryMs), openUser(site, b, a, retryMs)];
  return {
    finish: async (timeoutMs) => {
      await Promise.all([one.drain(timeoutMs), other.drain(timeoutMs)]);
    },
    report: (gapMs) => [directionOf(one, other, gapMs), directionOf(other, one, gapMs)],
    close: () => {
      one.close();
      other.close();
    },
  };
}

/** Gaps that no announced time covers. */
export const unannounced = (gaps: readonly Window[], announced: readonly Window[]): readonly Window[] =>
  gaps.filter((gap) => !announced.some(({ from, to }) => from <= gap.from && gap.to <= to));

type User = ReturnType<typeof openUser>;

function openUser(site: CommunitySite, self: ChatUserSpec, partner: ChatUserSpec, retryMs: number) {
  const member = memberNamed(site, self.at);
  const tls = self.type === 'legacy' ? undefined : callerTls(readFileSync(rootsFile(site), 'utf8'));
  const waiting = new Map<number, number>();
  const seen = new Set<number>();
  const delivered: { readonly number: number; readonly at: number }[] = [];
  let next = 1;
  let isSending = true;
  let drained: (() => void) | undefined;
  const post = (message: JsonObject): void =>
    kept.session()?.send({
      op: 'packet',
      from: self.name,
      fromHome: self.home,
      to: partner.name,
      toHome: partner.home,
      ...message,
    });
  const take = (message: JsonObject): void => {
    const { number } = message;
    if (typeof number !== 'number') return;
    if (message['error'] !== undefined) {
      // Not delivered: again at the next turn.
      if (waiting.has(number))
        waiting.set(number, Math.min(waiting.get(number) ?? 0, Date.now() - AGAIN_MS + EVERY_MS));
    } else if (textOf(message, 'what') === 'receipt') {
      waiting.delete(number);
      if (waiting.size === 0) drained?.();
    } else {
      if (!seen.has(number)) delivered.push({ number, at: Date.now() });
      seen.add(number);
      post({ what: 'receipt', number });
    }
  };
  const kept = keepSession({
    target: () => ({
      from: self.address,
      address: member.address,
      port: clientPort(site, member),
      tls,
      clear: self.type !== 'tls-only',
      sockets: makeSocketTable(),
    }),
    login: (link, closed) =>
      openSession(link, { identity: { kind: 'client', name: self.name, home: self.home }, message: take, closed }),
    retryMs,
    onUp: () => undefined,
    onDown: () => undefined,
    onFailure: () => undefined,
  });
  const send = (number: number): void => {
    waiting.set(number, Date.now());
    post({ what: 'message', number });
  };
  const timer = setInterval(() => {
    const due = Date.now() - AGAIN_MS;
    for (const [number, at] of waiting) if (at <= due) send(number);
    if (isSending) send(next++);
  }, EVERY_MS);
  return {
    name: self.name,
    delivered,
    sent: () => next - 1,
    drain: async (timeoutMs: number): Promise<void> => {
      isSending = false;
      if (waiting.size === 0) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      drained = resolve;
      const late = setTimeout(
        () => reject(new Error(`${self.name}: ${waiting.size} messages without receipt`)),
        timeoutMs,
      );
      try {
        await promise;
      } finally {
        clearTimeout(late);
      }
    },
    close: () => {
      clearInterval(timer);
      kept.end();
    },
  };
}

function directionOf(sender: User, receiver: User, gapMs: number): Direction {
  const { delivered } = receiver;
  const numbers = new Set(delivered.map(({ number }) => number));
  const gaps = delivered.flatMap(({ at }, index) => {
    const before = delivered[index - 1]?.at ?? at;
    return at - before > gapMs ? [{ from: before, to: at }] : [];
  });
  const missing = Array.from({ length: sender.sent() }, (_, at) => at + 1).filter((number) => !numbers.has(number));
  return { from: sender.name, to: receiver.name, sent: sender.sent(), delivered, missing, gaps };
}
