// What holds of the ports without Java.
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ended } from './java-ports.ts';

test('a connection that breaks while its process ends has ended', async () => {
  const socket = new Socket();
  socket.on('error', () => socket.destroy());
  const end = ended(socket);
  socket.destroy(new Error('write after end'));
  await expect(end).resolves.toBeUndefined();
});
