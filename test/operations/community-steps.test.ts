// What the laws do not tell of the operations on communities: refusals, what is left to people, and the server's own rewrite.
import { afterAll, describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { readCommunityProcess } from '../../src/operations/community-process.ts';
import type { CommunityMember } from '../../src/operations/community-member.ts';
import { DYNAMIC_MUX, LEGACY_INI, makeCommunityWorld, PASSWORD } from '../helpers/community-world.ts';
import { codeOf } from '../helpers/fake-world.ts';

const world = makeCommunityWorld(`${LEGACY_INI}${DYNAMIC_MUX}`);
afterAll(() => world[Symbol.asyncDispose]());

const certificate = 'messaging';
const parse = (kind: string, wish: Json, target: Json = world.target): Json =>
  operationNamed(kind).parse({ target, with: wish });
const read = (kind: string, params: Json): Promise<Json> => operationNamed(kind).read(world.context(), params);
const apply = (kind: string, params: Json): Promise<void> => operationNamed(kind).apply(world.context(), params);

const dynamic = { serverMode: 'dynamic', stores: { certificate } };
const member = parse('community-restart', {}) as CommunityMember;

describe('a community server', () => {
  test('is not made dynamic while there is no store to do TLS with', async () => {
    const operation = operationNamed('community-settings');
    const params = parse('community-settings', dynamic);
    const state = await read('community-settings', params);
    expect(() => operation.diff(state, params)).toThrow('would start and not be able to do TLS');
  });

  test('has no password in its state, its changes or its calls, and is the same after it has made its stashes', async () => {
    const operation = operationNamed('community-settings');
    await apply('community-stores', parse('community-stores', { certificate }));
    const params = parse('community-settings', dynamic);
    const before = await read('community-settings', params);
    const shown = JSON.stringify([before, operation.diff(before, params), operation.calls(before, params)]);
    expect(shown).not.toContain(PASSWORD);
    await apply('community-settings', params);
    expect(world.text('sametime.ini')).toContain(`ST_TLS_KEY_STORE_PASSWORD=${PASSWORD}`);
    const written = await read('community-settings', params);
    await apply('community-restart', parse('community-restart', {}));
    expect(world.text('sametime.ini')).not.toContain(PASSWORD);
    expect(await read('community-settings', params)).toEqual(written);
    expect(operation.predict(before, params)).toEqual(written);
  });

  test('does not count as older than its files for what it rewrote itself, but for what others write', async () => {
    const shell = await world.context().shell('st1');
    expect(await readCommunityProcess(shell, member)).toMatchObject({ isOlder: false });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    world.write('sametime.ini', world.text('sametime.ini'));
    expect(await readCommunityProcess(shell, member)).toMatchObject({ isOlder: true });
  });

  test('is refused a security level that would silently drop its certificate', async () => {
    const params = parse('community-settings', { securityLevel: 3 });
    const state = await read('community-settings', params);
    expect(await codeOf(() => operationNamed('community-settings').diff(state, params))).toBe('POLICY_REFUSED');
  });

  test('without a server port cannot be given a mode for it', async () => {
    const target = { ...world.target, memberKind: 'mux', serverPort: null };
    expect(await codeOf(() => parse('community-settings', { serverMode: 'strict' }, target))).toBe('INPUT_VALUE');
  });

  test('whose client port is set in stconfig.nsf waits for a person', async () => {
    world.write('sametime.ini', world.text('sametime.ini').replace('UPDATE=1', 'UPDATE=0'));
    const target = { ...world.target, clientModeIn: 'stconfig' };
    const params = parse('community-settings', { clientMode: 'dynamic' }, target);
    await expect(apply('community-settings', params)).rejects.toMatchObject({
      code: 'MANUAL_STEP',
      exitCode: 10,
      hint: expect.stringContaining('VPMX_TLS_PORT'),
    });
  });
});

describe('a manual step', () => {
  const member1 = {
    name: 'st1',
    host: 'st1',
    address: '127.0.0.1',
    log: `${world.data}/sametime.log`,
    serverPort: 1,
    clientPort: 1,
  };
  const target = {
    kind: 'neighbour',
    community: 'c',
    neighbour: 'proxy',
    neighbourKind: 'sametime-proxy',
    owner: 'Web team',
    proxyInfo: null,
    members: [member1],
    connects: ['st1'],
  };
  const wish = {
    instruction: 'Switch the proxy to TLS. Then restart it.',
    becomes: { offers: ['TLSv1.2'], trusts: [certificate] },
    checks: [{ kind: 'tls-session' }],
  };
  const line = (how: string): string =>
    `I Session 01/Mar, 10:00:00 application proxy at 10.1.1.9 logged in on the server port, ${how}\n`;

  test('holds the run with its instruction until the last log-in was made with TLS', async () => {
    const params = parse('manual-step', wish, target);
    for (const log of ['', line('legacy'), line('TLSv1.2') + line('legacy')]) {
      world.write('sametime.log', log);
      await expect(apply('manual-step', params)).rejects.toMatchObject({
        code: 'MANUAL_STEP',
        exitCode: 10,
        hint: expect.stringContaining('For Web team: Switch the proxy to TLS'),
      });
    }
    world.write('sametime.log', line('legacy') + line('TLSv1.2'));
    await apply('manual-step', params);
    expect(operationNamed('manual-step').diff(await read('manual-step', params), params)).toEqual([]);
  });

  test('tells the proof what the other side can do afterwards', async () => {
    world.write('sametime.log', line('legacy'));
    const operation = operationNamed('manual-step');
    const params = parse('manual-step', wish, target);
    const state = await read('manual-step', params);
    expect(operation.effect(params, state)).toMatchObject([
      {
        kind: 'component-settings',
        component: 'c/proxy',
        settings: { callers: { server: { protocols: ['TLSv1.2'] } } },
      },
      { kind: 'component-stopped' },
      { kind: 'component-started' },
    ]);
    expect(operation.diff(operation.predict(state, params), params)).toEqual([]);
  });

  test('that asks for what cannot be checked is refused before any connection', async () => {
    const checks = [{ kind: 'proxy-connected' }];
    expect(await codeOf(() => parse('manual-step', { ...wish, checks }, target))).toBe('INPUT_VALUE');
    const other = [{ kind: 'log', server: 'st9', contains: ['x'] }];
    expect(await codeOf(() => parse('manual-step', { ...wish, checks: other }, target))).toBe('INPUT_VALUE');
  });
});

describe('the census gate', () => {
  const params = parse('census-gate', { maxAgeDays: 7 }, { kind: 'community', community: 'c' });
  const evidence = { verdict: 'PASS', reasons: [], legacy: [], ageMs: 0, file: 'c.jsonl' } as const;
  test.each([
    ['holds without a census', undefined, 'CENSUS_MISSING'],
    ['holds with one that is too old', { ...evidence, ageMs: 8 * 86_400_000 }, 'CENSUS_MISSING'],
    ['refuses with callers without TLS', { ...evidence, verdict: 'FAIL', legacy: ['old-bot'] }, 'CENSUS_FAILED'],
    ['is as inconclusive as its census', { ...evidence, verdict: 'INCONCLUSIVE', reasons: ['short'] }, 'INCONCLUSIVE'],
    ['is passed with one that passed', evidence, 'no error'],
  ] as const)('%s', async (_, found, code) => {
    world.evidence = found;
    expect(await codeOf(() => apply('census-gate', params))).toBe(code);
    const open = operationNamed('census-gate').diff(await read('census-gate', params), params);
    expect(open.length).toBe(code === 'no error' ? 0 : 1);
  });
});
