// Keys that are made once: with every cipher that is offered the same bytes arrive, before and after keys are exchanged again.
import { KeyObject, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openConnection } from '../../src/transport/connection.ts';
import { startOverSsh } from '../../src/transport/ssh-process.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

test.each([
  ['aes128-gcm@openssh.com', true],
  ['aes256-gcm@openssh.com', true],
  ['aes256-ctr', false],
] as const)('with %s what is sent comes back, also after a new exchange of keys', async (cipher, isMadeOnce) => {
  await using server = await openSshServer({ algorithms: { cipher: [cipher] } });
  const connection = await openConnection(server.entry, { connectTimeoutMs: 5000, keepAliveMs: 5000 });
  const { _protocol: protocol } = connection.client as unknown as {
    _protocol: { rekey(): void; _cipher: { _encKey?: unknown }; _decipher: { _decipherKey?: unknown } };
  };
  const echo = async (bytes: Buffer): Promise<Buffer> => {
    const running = await startOverSsh(connection, 'host h1', 'exec cat');
    const chunks: Buffer[] = [];
    running.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
    running.stderr.resume();
    running.stdin.end(bytes);
    expect(await running.ending).toEqual({ kind: 'exit', code: 0 });
    return Buffer.concat(chunks);
  };
  const bytes = randomBytes(100_000);
  for (let exchange = 0; exchange < 2; exchange += 1) {
    expect((await echo(bytes)).equals(bytes)).toBe(true);
    const keys = [protocol._cipher._encKey, protocol._decipher._decipherKey];
    expect(keys.map((key) => key instanceof KeyObject)).toEqual([isMadeOnce, isMadeOnce]);
    const again = new Promise<void>((resolve) => void connection.client.once('handshake', () => resolve()));
    protocol.rekey();
    await again;
  }
  await connection.close();
});
