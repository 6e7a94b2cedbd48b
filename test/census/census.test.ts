// A census over days, with a clock of its own: a community of one server whose log and sockets are functions of the time.
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { censusIn } from '../../src/census/evidence.ts';
import { parseSockets } from '../../src/products/sametime/socket-list.ts';
import { takeCensus, type CensusOutcome } from '../../src/census/take-census.ts';
import { loadWaivers } from '../../src/census/waivers.ts';
import { OperatorError } from '../../src/core/errors.ts';
import type { ReadShell } from '../../src/core/shell.ts';
import type { Waiver } from '../../src/products/sametime/census.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T10:00:00Z');

const INVENTORY = `apiVersion: strictstep/v1
defaults: { user: notes, identityFile: ./id, knownHosts: ./known }
hosts: { st1: { address: 10.1.1.1 } }
communities:
  stCommunity:
    servers: { st1: { host: st1, data: /local/notesdata, address: 10.1.1.1 } }
    neighbours:
      proxy: { kind: sametime-proxy, owner: Web team, address: 10.1.1.9, connects: [st1], offers: [TLSv1.2] }
clients:
  payroll: { offers: [TLSv1.2], cycle: 7d, owner: Payroll team, addresses: [10.1.2.7], connects: [stCommunity/st1/client] }
`;

type World = {
  now: number;
  /** of the weekly caller */
  weekly: 'legacy' | 'TLSv1.2' | 'absent';
  isSensorBroken: boolean;
  control: number | undefined;
  log: string;
};

let folder: string;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-census-'));
  world = { now: START, weekly: 'legacy', isSensorBroken: false, control: undefined, log: '' };
  tell(START - DAY, 'application proxy at 10.1.1.9 logged in on the server port, TLSv1.2');
});
afterEach(() => rm(folder, { recursive: true }));

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr'];
function tell(at: number, text: string): void {
  const [, month = '', day = '', time = ''] = /^\d+-(\d\d)-(\d\d)T(.{8})/.exec(new Date(at).toISOString()) ?? [];
  world.log += `I Session ${day}/${MONTHS[Number(month) - 1]}, ${time} ${text}\n`;
}

const isWeeklyDay = (at: number): boolean => new Date(at).getUTCDay() === 4;

/** Time goes on: the weekly caller comes on Thursdays at noon. */
function advance(ms: number): void {
  const end = world.now + ms;
  for (let at = world.now - (world.now % DAY) + DAY / 2; at <= end; at += DAY) {
    if (at <= world.now || !isWeeklyDay(at) || world.weekly === 'absent') continue;
    tell(at, `client payroll at 10.1.2.7 logged in on the client port, ${world.weekly}`);
  }
  world.now = end;
}

const sockets = (): string =>
  [
    'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
    'ESTAB 0 0 10.1.1.1:1516 10.1.1.9:40000',
    'ESTAB 0 0 10.1.1.1:22 10.9.9.9:50000',
    ...(world.control === undefined ? [] : [`ESTAB 0 0 10.1.1.1:1516 10.9.9.9:${world.control}`]),
  ].join('\n');

const shell: ReadShell = {
  host: 'st1',
  query: async ({ argv }) => {
    if (argv.join(' ').includes('date +%z')) return { exitCode: 0, stdout: '+0000\n', stderr: '' };
    return world.isSensorBroken
      ? { exitCode: 255, stdout: '', stderr: 'ss: permission denied' }
      : { exitCode: 0, stdout: sockets(), stderr: '' };
  },
  open: () => Promise.reject(new Error('no sessions')),
  readFile: async () => Buffer.from(world.log),
  fileFacts: async () => undefined,
};

type More = { readonly waivers?: readonly Waiver[]; readonly pause?: (ms: number) => Promise<void> };

async function take(days: number, { waivers = [], pause }: More = {}): Promise<CensusOutcome> {
  const inventory = parseInventory(INVENTORY, '/tmp/inventory.yaml', '');
  const [community] = inventory.communities;
  if (community === undefined) throw new Error('no community');
  return await takeCensus({
    inventory,
    community,
    context: { shell: async () => shell },
    folder,
    forMs: days * DAY,
    everyMs: DAY / 4,
    waivers,
    clock: {
      now: () => new Date(world.now),
      pause: pause ?? (async (ms) => advance(ms)),
    },
    openControl: async () => {
      world.control = 50_001;
      tell(world.now, 'application strictstep-census at 10.9.9.9 logged in on the server port, legacy');
      return { address: '10.9.9.9', [Symbol.asyncDispose]: async () => void (world.control = undefined) };
    },
    note: () => undefined,
  });
}

describe('a census', () => {
  test('of one day is inconclusive, since that is shorter than the cycle of the weekly caller', async () => {
    const { verdict, reasons } = await take(1);
    expect(verdict).toBe('INCONCLUSIVE');
    expect(reasons.join('\n')).toContain('shorter than the cycle of payroll (Payroll team)');
  });

  test('of eight days fails and names the weekly caller, and passes once that caller uses TLS', async () => {
    const failed = await take(8);
    expect(failed).toMatchObject({ verdict: 'FAIL', legacy: ['payroll'] });
    expect(failed.peers.find(({ name }) => name === 'payroll')).toMatchObject({ owner: 'Payroll team', legacy: 1 });
    world.weekly = 'TLSv1.2';
    advance(DAY);
    expect(await take(8)).toMatchObject({ verdict: 'PASS', reasons: [] });
  });

  test('is inconclusive when a sensor is broken', async () => {
    world.weekly = 'TLSv1.2';
    world.isSensorBroken = true;
    const { verdict, reasons } = await take(8);
    expect(verdict).toBe('INCONCLUSIVE');
    expect(reasons.join('\n')).toContain('sockets of st1 is broken: status 255: ss: permission denied');
  });

  test('is inconclusive when a required caller did not come', async () => {
    world.weekly = 'absent';
    const { verdict, reasons } = await take(8);
    expect(verdict).toBe('INCONCLUSIVE');
    expect(reasons.join('\n')).toContain('payroll');
  });

  test('fails on a caller that the inventory does not know', async () => {
    world.weekly = 'TLSv1.2';
    tell(START + DAY, 'application old-bot at 10.1.3.3 logged in on the server port, legacy');
    expect(await take(8)).toMatchObject({ verdict: 'FAIL', legacy: ['old-bot'] });
  });

  test('passes over a caller with a waiver that is in force', async () => {
    const waivers = [{ peer: 'payroll', reason: 'replaced in May', expires: '2026-06-01T00:00:00.000Z' }];
    expect(await take(8, { waivers })).toMatchObject({ verdict: 'PASS', waived: waivers });
  });

  test('that was interrupted goes on with its file, and does not count until it is over', async () => {
    world.weekly = 'TLSv1.2';
    let pauses = 0;
    const stop = async (ms: number): Promise<void> => {
      if ((pauses += 1) > 3) throw new OperatorError('HELD', 'told to stop');
      advance(ms);
    };
    await expect(take(8, { pause: stop })).rejects.toThrow('told to stop');
    expect(await censusIn(folder, () => new Date(world.now))('stCommunity')).toBeUndefined();
    expect(await take(8)).toMatchObject({ verdict: 'PASS', from: new Date(START).toISOString() });
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('is inconclusive when nobody looked for a while', async () => {
    world.weekly = 'TLSv1.2';
    const stop = async (): Promise<void> => {
      throw new OperatorError('HELD', 'told to stop');
    };
    await expect(take(8, { pause: stop })).rejects.toThrow('told to stop');
    advance(3 * DAY);
    const { verdict, reasons } = await take(8);
    expect(verdict).toBe('INCONCLUSIVE');
    expect(reasons.join('\n')).toContain('nobody looked between');
  });

  test('counts as evidence with its age, and not at all when a line of its file was changed', async () => {
    world.weekly = 'TLSv1.2';
    const { file } = await take(8);
    const evidence = censusIn(folder, () => new Date(world.now + DAY));
    expect(await evidence('stCommunity')).toMatchObject({ verdict: 'PASS', ageMs: DAY, file });
    expect(await evidence('other')).toBeUndefined();
    await appendFile(file, '{"cut off');
    expect(await evidence('stCommunity')).toMatchObject({ verdict: 'PASS' });
    await writeFile(file, (await readFile(file, 'utf8')).replace('TLSv', 'tlsv').replace('"tls"', '"unknown"'));
    await expect(evidence('stCommunity')).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
  });
});

test('lists of ss and netstat are read, and a line of another form makes the list worthless', () => {
  expect(parseSockets('ESTAB 0 0 [::ffff:10.1.1.1]:1516 [fe80::1%eth0]:40000\n')).toEqual([
    { localPort: 1516, remote: 'fe80::1' },
  ]);
  const netstat =
    'Active Internet connections (w/o servers)\nProto Recv-Q Send-Q Local Foreign State\ntcp6 0 0 10.1.1.1:1516 10.1.1.2:5 ESTABLISHED\ntcp 0 0 10.1.1.1:1533 10.1.1.3:6 TIME_WAIT\n';
  expect(parseSockets(netstat)).toEqual([{ localPort: 1516, remote: '10.1.1.2' }]);
  expect(parseSockets('ESTAB 0 0 here there\n')).toBeUndefined();
  expect(parseSockets('Segmentation fault\n')).toBeUndefined();
});

test('a waiver without a last day is refused with its place', async () => {
  const file = join(folder, 'waivers.yaml');
  await writeFile(file, 'waivers:\n  - { peer: bot, reason: gone soon }\n');
  await expect(loadWaivers(file)).rejects.toMatchObject({ code: 'INPUT_VALUE', place: { file, line: 2 } });
  await writeFile(file, 'waivers:\n  - { peer: bot, reason: gone soon, expires: 2026-06-01T00:00:00+02:00 }\n');
  expect(await loadWaivers(file)).toEqual([{ peer: 'bot', reason: 'gone soon', expires: '2026-05-31T22:00:00.000Z' }]);
});
