// Budget, places and the measured round trip.
import { expect, test } from 'vitest';
import { makeConnectionGate } from '../../src/tls/connection-gate.ts';
import { lanesFor } from '../../src/tls/probe-ciphers.ts';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { openTlsServer } from './servers.ts';

test('a question beyond the budget is not asked', async () => {
  const gate = makeConnectionGate({ parallel: 2, pauseMs: 0, budget: 1 });
  expect(await gate.enter()).toBe(true);
  expect(await gate.enter()).toBe(false);
  expect([gate.opened(), gate.left()]).toEqual([1, 0]);
  gate.leave();
});

test('no more connections than places are open, and a free place is handed on in turn', async () => {
  const gate = makeConnectionGate({ parallel: 1, pauseMs: 0, budget: 9 });
  await gate.enter();
  const order: number[] = [];
  const waiting = [1, 2].map(async (number) => {
    await gate.enter();
    order.push(number);
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  gate.leave();
  await waiting[0];
  expect(order).toEqual([1]);
  gate.leave();
  await Promise.all(waiting);
  expect(order).toEqual([1, 2]);
  gate.leave();
});

test('connections start at least the pause apart', async () => {
  const gate = makeConnectionGate({ parallel: 9, pauseMs: 20, budget: 9 });
  const startedAt = performance.now();
  await Promise.all([gate.enter(), gate.enter(), gate.enter()]);
  expect(performance.now() - startedAt).toBeGreaterThan(38);
  for (let open = 0; open < 3; open += 1) gate.leave();
});

test('a spent budget makes a version inconclusive, never refused', async () => {
  await using server = await openTlsServer();
  const gate = makeConnectionGate({ parallel: 9, pauseMs: 0, budget: 0 });
  const { protocols, outcomes } = await probeVersions({ ...server.target, gate }, ['TLSv1.2']);
  expect(protocols['TLSv1.2']).toBe('inconclusive');
  expect(outcomes['TLSv1.2']).toMatchObject([{ why: 'budget' }]);
});

test('the round trip is known after enough answers, by the fastest connection, or by answers that are evenly slow', () => {
  const measure = (connectedMs: number, answeredMs: number, times: number, spread = 0.5): number | undefined => {
    const gate = makeConnectionGate({ parallel: 9, pauseMs: 0, budget: 9 });
    for (let turn = 0; turn < times; turn += 1) {
      gate.noteConnected(connectedMs + turn);
      gate.noteAnswered(answeredMs + turn * spread);
    }
    return gate.roundTripMs();
  };
  expect(measure(20, 22, 3)).toBeUndefined();
  expect(measure(20, 22, 20)).toBe(22);
  expect(measure(1, 8, 20)).toBe(1);
  expect(measure(1, 30, 20)).toBe(30);
  expect(measure(1, 30, 20, 20)).toBe(1);
});

test('answers that are evenly slow tell nothing of the network while another port is asked too', async () => {
  const other = makeConnectionGate({ parallel: 9, pauseMs: 0, budget: 9 });
  const gate = makeConnectionGate({ parallel: 9, pauseMs: 0, budget: 9 });
  for (let turn = 0; turn < 20; turn += 1) {
    gate.noteConnected(1);
    gate.noteAnswered(30);
  }
  expect(gate.roundTripMs()).toBe(30);
  await other.enter();
  expect(gate.roundTripMs()).toBe(1);
  other.leave();
  expect(gate.roundTripMs()).toBe(30);
});

test('lists run side by side on a slow network only', () => {
  expect([undefined, 0.1, 4.9, 5, 20, 500].map(lanesFor)).toEqual([undefined, 1, 1, 5, 16, 16]);
});

test('a pause is kept by a whole probe', async () => {
  await using server = await openTlsServer({ minVersion: 'TLSv1.2' });
  const { connections, durationMs } = await probeEndpoint(server.target, { quick: true, pauseMs: 15 });
  expect(durationMs).toBeGreaterThanOrEqual((connections - 1) * 15);
});
