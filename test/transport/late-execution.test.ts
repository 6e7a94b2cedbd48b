// A link that falls silent and heals later: what was sent into the silence, as a save to wsadmin would be, is not executed
// afterwards.
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { ClientChannel } from 'ssh2';
import { expect, test } from 'vitest';
import { openHost } from '../../src/transport/index.ts';
import { openFaultProxy } from '../helpers/fault-proxy.ts';
import { openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer } from '../helpers/ssh-server.ts';

/** An end of input is no line. */
const SAVES = 'echo ready; read x && touch late';

const isThere = (server: SshServer): Promise<boolean> =>
  stat(join(server.folder, 'late')).then(
    () => true,
    () => false,
  );

test('a line that was sent into a silent link is of unknown outcome, and what it asks for is not done when the link heals', async () => {
  await using server = await openSshServer();
  await using proxy = await openFaultProxy(server.entry.port);
  await writeFile(server.entry.knownHostsFile, `[127.0.0.1]:${proxy.port} ${server.hostKey}\n`);
  await using host = await openHost({ ...server.entry, port: proxy.port }, { connectTimeoutMs: 5000, keepAliveMs: 60 });
  const session = await host.reader.open({ argv: ['sh', '-c', SAVES], timeoutMs: 5000 });
  expect(await session.line(5000)).toBe('ready');
  proxy.stall();
  await session.send(['save\n']).catch(() => undefined);
  await expect(session.line(10_000)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  proxy.heal();
  await expect.poll(() => proxy.ended(), { timeout: 5000 }).toBe(true);
  expect(await isThere(server)).toBe(false);
});

test('the same with a socket that is closed in an orderly way: the link delivers, and the change is made late', async () => {
  await using server = await openSshServer();
  await using proxy = await openFaultProxy(server.entry.port);
  const socket = connect(proxy.port, '127.0.0.1');
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  const { user: username, identityFiles } = server.entry;
  client.connect({
    sock: socket,
    username,
    privateKey: await readFile(identityFiles[0] ?? ''),
    hostVerifier: () => true,
  });
  await once(client, 'ready');
  const { promise: channel, resolve } = Promise.withResolvers<ClientChannel>();
  client.exec(SAVES, (_, opened) => resolve(opened));
  await once(await channel, 'data');
  proxy.stall();
  (await channel).write('save\n');
  socket.end();
  proxy.heal();
  await expect.poll(() => isThere(server), { timeout: 5000 }).toBe(true);
});
