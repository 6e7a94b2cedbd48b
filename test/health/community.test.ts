// Health checks of communities against real sockets and logs in memory.
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { executeHealthCheck } from '../../src/health/index.ts';
import type { HealthContext } from '../../src/health/context.ts';
import { makeFakeHost, type FakeHost } from '../helpers/fake-host.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

const ACK = Buffer.from('0000000880000000000000000'.slice(0, 24), 'hex');

/** Answers a VP handshake, closes on anything else. */
async function legacyPort(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first: Buffer) => (first[0] === 0 ? socket.end(ACK) : socket.destroy()));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const hosts: Record<string, FakeHost> = {};
function logs(texts: Readonly<Record<string, string>>): HealthContext {
  for (const [name, text] of Object.entries(texts)) {
    const host = makeFakeHost(name);
    host.write('/log', text);
    host.tools.set('sh', () => ({ stdout: `${host.text('/log')?.length ?? 0}\n` }));
    host.tools.set('tail', ([, offset = '+1']) => ({
      stdout: (host.text('/log') ?? '').slice(Number(offset.slice(1)) - 1),
    }));
    hosts[name] = host;
  }
  return {
    shell: async (name) => hosts[name]?.shell ?? makeFakeHost(name).shell,
    pause: async () => undefined,
    login: () => undefined,
    callersBefore: () => undefined,
    logOffset: (name) => (name === 'st1' ? OLD.length : undefined),
  };
}

const OLD = 'I Server 13/May, 07:00:00 Logged in to server 10.0.0.2\n';
const to = (address: string): string => `I Server 13/May, 07:01:30 Logged in to server ${address}\n`;

const check = {
  kind: 'peers',
  name: 'log-ins',
  host: 'st1',
  log: '/log',
  address: '10.0.0.1',
  expects: [{ name: 'st2', address: '10.0.0.2', host: 'st2', log: '/log' }],
  deadlineMs: 0,
} as const;

describe('health check peers', () => {
  test('passes when both logs have the log-in since the step began', async () => {
    const context = logs({ st1: OLD + to('10.0.0.2'), st2: to('10.0.0.1') });
    expect(await executeHealthCheck(check, context)).toMatchObject({ verdict: 'pass' });
  });

  test('fails when the log-in is older than the step, and names the direction', async () => {
    const { verdict, detail } = await executeHealthCheck(check, logs({ st1: OLD, st2: to('10.0.0.1') }));
    expect(verdict).toBe('fail');
    expect(detail).toBe('st1: no log-in to st2');
  });

  test('fails when the other server does not come back, with its reason', async () => {
    const failed = 'E Server 13/May, 07:01:31 Failed to connect to server 10.0.0.1: reason 0x80000200\n';
    const context = logs({ st1: OLD + to('10.0.0.2'), st2: to('10.0.0.1') + failed });
    const { verdict, detail } = await executeHealthCheck(check, context);
    expect(verdict).toBe('fail');
    expect(detail).toContain('no log-in from st2 (it failed');
  });
});

describe('health check mode', () => {
  test.each([
    ['legacy', 'pass'],
    ['dynamic', 'fail'],
    ['strict', 'fail'],
  ] as const)('of a legacy port that should be %s: %s', async (is, verdict) => {
    const port = await legacyPort();
    const mode = { kind: 'mode', name: 'port', address: '127.0.0.1', port, is, deadlineMs: 0 } as const;
    expect(await executeHealthCheck(mode, logs({}))).toMatchObject({ verdict });
  });

  test('of a closed port is inconclusive, never strict', async () => {
    const mode = { kind: 'mode', name: 'port', address: '127.0.0.1', port: 1, is: 'strict', deadlineMs: 0 } as const;
    expect(await executeHealthCheck(mode, logs({}))).toMatchObject({ verdict: 'inconclusive' });
  });
});

test('health check proxy-connected is inconclusive when the page does not answer', async () => {
  const proxy = {
    kind: 'proxy-connected',
    name: 'proxy',
    url: 'https://127.0.0.1:1/stwebapi/proxyinfo',
    deadlineMs: 0,
  } as const;
  expect(await executeHealthCheck(proxy, logs({}))).toMatchObject({ verdict: 'inconclusive' });
});
