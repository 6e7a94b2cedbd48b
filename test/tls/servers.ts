// Real servers on 127.0.0.1 for the prober: Node's own TLS, and raw ones that say whatever a test wants.
import { once } from 'node:events';
import { createServer as createRawServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import type { HelloTarget } from '../../src/tls/send-hello.ts';
import { CHAIN, LEAF } from './authority.ts';

export type RunningServer = AsyncDisposable & { readonly target: HelloTarget };

export async function openTlsServer(options: TlsOptions = {}): Promise<RunningServer> {
  const server = createTlsServer({
    key: LEAF.key.export({ type: 'pkcs8', format: 'pem' }),
    cert: CHAIN.map(({ pem }) => pem).join(''),
    ciphers: 'DEFAULT:@SECLEVEL=0',
    ...options,
  });
  // A probe breaks off on purpose.
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', (socket) => socket.on('error', () => undefined));
  return listen(server);
}

/** @param answer gets the connection and the number of bytes of the hello */
export async function openRawServer(
  answer: (socket: Socket, hello: Uint8Array, turn: number) => void,
): Promise<RunningServer> {
  let turns = 0;
  const server = createRawServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (hello) => {
      turns += 1;
      answer(socket, hello, turns);
    });
  });
  return listen(server);
}

async function listen(server: Server): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    target: { host: '127.0.0.1', port, timeoutMs: 5000 },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port on which nothing listens any more. */
export async function closedPort(): Promise<HelloTarget> {
  await using server = await openRawServer(() => undefined);
  return server.target;
}
