// A port of a lab's program. When it is closed its connections are gone with it, as when a process ends.
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { SocketTable } from './sockets.ts';

export type OpenPort = { readonly close: () => Promise<void> };

/** @param sockets what netstat of the host shows; undefined: its connections are not in it
 * @throws Error when the port is taken */
export async function openListener(
  { address, port }: { readonly address: string; readonly port: number },
  sockets: SocketTable | undefined,
  onSocket: (socket: Socket) => void,
): Promise<OpenPort> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets?.note(socket);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ port, host: address }, listening.resolve);
  await listening.promise;
  return {
    close: () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of open) socket.destroy();
      return closed.promise;
    },
  };
}
