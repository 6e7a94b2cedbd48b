// The bookkeeping of users who chat: what counts as lost, as a gap, as announced.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeChat, openChatEnd, unannounced } from '../../src/lab/chat-numbers.ts';
import type { ChatEnd, Word } from '../../src/lab/chat-numbers.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two ends with a line between them that can be cut. */
function openPair() {
  let isUp = true;
  const posts: string[] = [];
  const carry = (to: () => ChatEnd) => (what: Word, number: number) => {
    posts.push(`${what} ${number}`);
    if (isUp) to().take(what, number);
  };
  const a: ChatEnd = openChatEnd(
    'a',
    carry(() => b),
  );
  const b: ChatEnd = openChatEnd(
    'b',
    carry(() => a),
  );
  return { chat: makeChat(a, b), posts, cut: (cut: boolean) => (isUp = !cut) };
}

test('every number arrives once, and nothing is missing', async () => {
  const { chat } = openPair();
  await vi.advanceTimersByTimeAsync(2000);
  await chat.finish(1000);
  for (const { sent, delivered, missing, gaps } of chat.report(100)) {
    expect(sent).toBeGreaterThan(40);
    expect(delivered.map(({ number }) => number)).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
    expect([missing, gaps]).toEqual([[], []]);
  }
  chat.close();
});

test('a line that is cut for a minute shows as one gap, loses nothing, and is not flooded meanwhile', async () => {
  const { chat, posts, cut } = openPair();
  await vi.advanceTimersByTimeAsync(1000);
  cut(true);
  const before = posts.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(chat.report(100).map(({ missing }) => missing.length)).toEqual([50, 50]);
  // 50 numbers of each side at most every two seconds, and more often at first.
  expect(posts.length - before).toBeLessThan(2 * 50 * 34);
  cut(false);
  await vi.advanceTimersByTimeAsync(3000);
  await chat.finish(1000);
  for (const { sent, delivered, missing, gaps } of chat.report(500)) {
    expect(missing).toEqual([]);
    expect(delivered).toHaveLength(sent);
    expect(gaps).toHaveLength(1);
  }
  chat.close();
});

test('who gets no receipt in time is told how many are missing', async () => {
  const { chat, cut } = openPair();
  cut(true);
  await vi.advanceTimersByTimeAsync(1000);
  const finished = chat.finish(5000).then(
    () => 'all came',
    (error: unknown) => String(error),
  );
  await vi.advanceTimersByTimeAsync(6000);
  expect(await finished).toMatch(/\d+ messages without receipt/);
  chat.close();
});

test('a gap is announced when announced times cover it together', () => {
  const gaps = [
    { from: 10, to: 20 },
    { from: 30, to: 60 },
    { from: 80, to: 90 },
  ];
  const announced = [
    { from: 40, to: 70 },
    { from: 0, to: 25 },
    { from: 28, to: 45 },
    { from: 85, to: 95 },
  ];
  expect(unannounced(gaps, announced)).toEqual([{ from: 80, to: 90 }]);
});
