// A running multiplexor: it passes the bytes of clients to the server and back, so startTLS is between client and server. With
// iim_mux.usessl=on it "requires an SSL handshake for each connection it accepts, before exchanging any application data" (table
// 12-2), and the rest of the way is in the clear. SSL 3.0 of the guide cannot be had from Node: TLS 1.0 stands in.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Life } from '../component.ts';
import { openListener } from '../open-listener.ts';
import type { SocketTable } from '../sockets.ts';
import { ANY_CIPHERS, listenerRange } from '../tls-client.ts';
import { readConf } from './conf.ts';
import type { ServerLog } from './engine.ts';
import { readMuxSettings } from './settings.ts';
import type { Place } from './settings.ts';
import { openMuxKey } from './stores.ts';

export type MuxParts = { readonly confFile: string; readonly sockets: SocketTable; readonly log: ServerLog };

/** @throws Error when a port is taken, or when SSL is wanted and the databases cannot be used */
export async function openMultiplexor({ confFile, sockets, log }: MuxParts): Promise<Life> {
  const settings = readMuxSettings(readConf(readFileSync(confFile, 'latin1')), path.dirname(confFile));
  let context: SecureContext | undefined;
  if (settings.legacySsl) {
    const { key, chain } = openMuxKey(settings);
    context = createSecureContext({ key, cert: chain.join(''), ciphers: ANY_CIPHERS, ...listenerRange(['TLSv1']) });
  }
  const port = await openListener(settings.listen, sockets, (socket) => {
    if (context === undefined) relay(socket, settings.server, sockets);
    else acceptSsl(socket, context, settings.server, { sockets, log });
  });
  log('INFO', `multiplexor is up, ${context === undefined ? 'passing bytes' : 'SSL'}`);
  return { end: () => port.close() };
}

function relay(client: Socket, { address, port }: Place, sockets: SocketTable): void {
  const server = connect({ host: address, port, noDelay: true });
  sockets.note(server);
  server.on('error', () => server.destroy());
  client.pipe(server);
  server.pipe(client);
  // What one side wrote last still arrives at the other.
  client.once('close', () => server.destroySoon());
  server.once('close', () => client.destroySoon());
}

function acceptSsl(
  socket: Socket,
  secureContext: SecureContext,
  server: Place,
  { sockets, log }: Pick<MuxParts, 'sockets' | 'log'>,
): void {
  const secure = new TLSSocket(socket, { isServer: true, secureContext });
  secure.on('error', (error) => {
    log('WARN', `SSL with ${socket.remoteAddress}: ${error.message}`);
    socket.destroy();
  });
  secure.once('secure', () => relay(secure, server, sockets));
}
