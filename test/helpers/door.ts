// A network between a run and a host that a test can take away.
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A door to a port that can be shut: what goes through it is cut off at once. */
export interface Door extends AsyncDisposable {
  readonly port: number;
  shut(): void;
  open(): void;
}

export async function openDoor(to: number): Promise<Door> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer({ noDelay: true }, (socket) => {
    const behind = connect({ port: to, host: '127.0.0.1', noDelay: true });
    for (const end of [socket, behind]) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        sockets.delete(end);
        (end === socket ? behind : socket).destroy();
      });
    }
    if (!isOpen) socket.destroy();
    socket.pipe(behind).pipe(socket);
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ port: 0, host: '127.0.0.1' }, () => listening.resolve());
  await listening.promise;
  const address = server.address();
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    shut: () => {
      isOpen = false;
      drop();
    },
    open: () => {
      isOpen = true;
    },
    [Symbol.asyncDispose]: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      drop();
      return promise;
    },
  };
}
