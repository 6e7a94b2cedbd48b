// Health check callers: who had a connection to the server port has one again. Lists as ss prints them; invented addresses.
import { expect, test } from 'vitest';
import { checkCallers, readCallers } from '../../src/health/callers.ts';
import type { Callers, HealthContext } from '../../src/health/context.ts';
import { makeFakeHost } from '../helpers/fake-host.ts';

const check = {
  kind: 'callers',
  name: 'callers of c/st1',
  host: 'st1',
  log: '/log',
  serverPort: 1516,
  clientPort: 1533,
  except: [],
  comesAndGoes: [],
  deadlineMs: 0,
} as const;

const line = (port: number, remote: string): string => `ESTAB 0 0 10.0.0.1:${port} ${remote}:50000\n`;
const server = (...remotes: readonly string[]): string => remotes.map((remote) => line(1516, remote)).join('');

/** @param lists one after another; the last one stays */
function context(
  lists: readonly string[],
  before: Callers | undefined = { server: ['10.0.0.2', '10.0.0.3'], client: 4 },
  log = '',
): HealthContext {
  const host = makeFakeHost('st1');
  host.write('/log', log);
  let looks = 0;
  host.tools.set('sh', (words) => {
    if (words.some((word) => word.includes('wc -c'))) return { stdout: `${log.length}\n` };
    const list = lists[Math.min(looks, lists.length - 1)] ?? '';
    looks += 1;
    return list === 'broken' ? { exitCode: 255, stderr: 'no socket' } : { stdout: `State Recv-Q\n${list}` };
  });
  host.tools.set('tail', () => ({ stdout: log }));
  return {
    shell: async () => host.shell,
    pause: async () => undefined,
    logOffset: () => 0,
    login: () => undefined,
    callersBefore: () => before,
  };
}

test('only who is there in both looks was connected; clients are counted', async () => {
  const list = server('10.0.0.2', '10.0.0.3') + line(1533, '10.0.0.9') + line(1533, '10.0.0.9');
  expect(await readCallers(check, context([server('10.0.0.3', '10.0.0.8'), list]))).toEqual({
    server: ['10.0.0.3'],
    client: 2,
  });
  expect(await readCallers(check, context(['broken']))).toContain('no socket');
});

test('passes when all are back, whoever else has come', async () => {
  const result = await checkCallers(check, context([server('10.0.0.2', '10.0.0.3', '10.0.0.4')]));
  expect(result).toMatchObject({ verdict: 'pass' });
  expect(result.detail).toContain('connections at the client port: 4 before, 0 now');
});

test('names who has not come back, and the reason that the log gives', async () => {
  const refused = 'W Session 21/Nov, 13:05:54 refused 10.0.0.3 on the server port: a legacy log-in without TLS\n';
  const result = await checkCallers(check, context([server()], undefined, refused));
  expect(result).toMatchObject({
    verdict: 'fail',
    detail: '10.0.0.2 has not come back; 10.0.0.3 was refused: a legacy log-in without TLS',
  });
});

test('one that the proof gives up is not missed; one that comes and goes only when it is refused', async () => {
  const given = { ...check, except: ['10.0.0.2'], comesAndGoes: ['10.0.0.3'] };
  expect(await checkCallers(given, context([server()]))).toMatchObject({ verdict: 'pass' });
  const refused = 'W Session 21/Nov, 13:05:54 refused 10.0.0.3 on the server port: a legacy log-in without TLS\n';
  expect(await checkCallers(given, context([server()], undefined, refused))).toMatchObject({ verdict: 'fail' });
  const since = `${refused}I Session 21/Nov, 13:06:00 bot b at 10.0.0.3 logged in on the server port, TLSv1.2\n`;
  expect(await checkCallers(given, context([server()], undefined, since))).toMatchObject({ verdict: 'pass' });
});

test('without a list, before or after, nothing is proved', async () => {
  expect(await checkCallers(check, context(['broken']))).toMatchObject({ verdict: 'inconclusive' });
  const unknown = { ...context([server()]), callersBefore: () => undefined };
  expect(await checkCallers(check, unknown)).toMatchObject({ verdict: 'inconclusive' });
});
