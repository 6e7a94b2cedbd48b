import { expect, test } from 'vitest';
import { checkCommand } from '../../src/health/command.ts';
import { openHost } from '../../src/transport/index.ts';
import { makeWorld, memoryContext } from '../helpers/memory-run.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

async function checked(script: string, deadlineMs = 5000) {
  await using server = await openSshServer();
  await using host = await openHost(server.entry, { connectTimeoutMs: 5000 });
  const context = { ...memoryContext(makeWorld()), shell: async () => host.reader };
  const argv = ['sh', '-c', script];
  return await checkCommand({ kind: 'command', name: 'tools of adm', host: 'adm', argv, deadlineMs }, context);
}

test('status 0 passes, any other fails with what the command said', async () => {
  expect(await checked('exit 0')).toMatchObject({ check: 'tools of adm', verdict: 'pass' });
  expect(await checked('echo "ADMU3011E: no server" >&2; exit 3')).toMatchObject({
    verdict: 'fail',
    detail: expect.stringMatching(/adm ended with status 3: ADMU3011E: no server$/u),
  });
});

test('a command that asks whether to trust a signer fails, and one that does not end proves nothing', async () => {
  expect(await checked('echo "*** SSL SIGNER EXCHANGE PROMPT ***"; sleep 30')).toMatchObject({ verdict: 'fail' });
  expect(await checked('sleep 30', 300)).toMatchObject({ verdict: 'inconclusive' });
});
