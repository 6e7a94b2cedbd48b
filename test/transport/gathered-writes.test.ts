import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { gatherWrites } from '../../src/transport/gathered-writes.ts';

test('what is written in one turn goes out in one piece, in its order, and the next turn does not wait for more', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const arrived = once(server, 'connection');
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  gatherWrites(socket);
  const [peer] = await arrived;
  const read = async (): Promise<string> => String((await once(peer, 'data'))[0]);
  const first = read();
  for (const piece of ['a', 'b', 'c', 'd']) socket.write(piece);
  expect(socket.writableCorked).toBe(1);
  expect(await first).toBe('abcd');
  expect(socket.writableCorked).toBe(0);
  const second = read();
  socket.write('e');
  expect(await second).toBe('e');
  socket.destroy();
  server.close();
});

test('a socket that is reset in the same turn sends nothing of it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const arrived = once(server, 'connection');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  gatherWrites(socket);
  const [peer] = await arrived;
  const pieces: string[] = [];
  peer.on('data', (chunk: Buffer) => void pieces.push(String(chunk)));
  const closed = new Promise((resolve) => peer.once('close', resolve));
  peer.on('error', () => undefined);
  socket.write('save');
  socket.resetAndDestroy();
  await closed;
  expect(pieces).toEqual([]);
  server.close();
});
