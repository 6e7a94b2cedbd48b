// The established connections of one host, as its kernel would list them: every socket of its programs is noted here.
import type { Socket } from 'node:net';

export type Connection = { readonly local: string; readonly remote: string };

export interface SocketTable {
  note(socket: Socket): void;
  established(): readonly Connection[];
}

export function makeSocketTable(): SocketTable {
  const sockets = new Set<Socket>();
  return {
    note: (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    },
    established: () =>
      [...sockets]
        .filter(({ readyState, destroyed }) => readyState !== 'opening' && !destroyed)
        .map(({ localAddress, localPort, remoteAddress, remotePort }) => ({
          local: `${localAddress}:${localPort}`,
          remote: `${remoteAddress}:${remotePort}`,
        })),
  };
}
