// A running Instant Messaging server: port for other servers (and clients without a multiplexor), port for its multiplexor. All of it
// from iim.conf and the stores as they were when it started. A key store that cannot be opened does not keep it from starting:
// startTLS is then offered and answered with a failure. Not documented is what the product does.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Life } from '../component.ts';
import type { SocketTable } from '../sockets.ts';
import { ANY_CIPHERS, listenerRange } from '../tls-client.ts';
import { readAccounts } from './accounts.ts';
import { readConf } from './conf.ts';
import { makeDialbackKey } from './engine.ts';
import type { Engine, ServerLog } from './engine.ts';
import { makePeerLink } from './peer-link.ts';
import { receiveStream } from './receive.ts';
import { readServerSettings } from './settings.ts';
import type { Place, ServerSettings } from './settings.ts';
import { openServerStore } from './stores.ts';
import type { ServerStore } from './stores.ts';
import { openWire } from './wire.ts';

export type ServerParts = {
  readonly confFile: string;
  /** absent: it has none */
  readonly accountsFile?: string;
  readonly sockets: SocketTable;
  readonly log: ServerLog;
};

/** @throws Error when a port is taken */
export async function openServer({ confFile, accountsFile, sockets, log }: ServerParts): Promise<Life> {
  const settings = readServerSettings(readConf(readFileSync(confFile, 'latin1')), path.dirname(confFile));
  const store = storeOf(settings, log);
  const ended = new AbortController();
  const versions = listenerRange(settings.versions);
  const engine: Engine = {
    settings,
    store,
    context:
      store === undefined
        ? undefined
        : createSecureContext({
            key: store.key.key,
            cert: store.key.chain.join(''),
            ciphers: ANY_CIPHERS,
            ...versions,
          }),
    accounts: () => readAccounts(accountsFile === undefined ? '' : readFileSync(accountsFile, 'utf8')),
    seats: new Set(),
    peers: new Map(settings.coservers.map((peer) => [peer.domain, makePeerLink(() => engine, peer)])),
    sockets,
    log,
    ended: ended.signal,
    dialbackKey: makeDialbackKey(),
  };
  const ports: OpenPort[] = [];
  const end = async (): Promise<void> => {
    ended.abort();
    await Promise.all(ports.map((port) => port.close()));
  };
  try {
    for (const place of [...settings.ports, ...(settings.link === undefined ? [] : [settings.link])])
      ports.push(await openPort(place, sockets, (socket) => void accept(engine, socket)));
  } catch (error) {
    await end();
    throw error;
  }
  log('INFO', `server of ${settings.domain} is up`);
  return { end };
}

function storeOf({ keyStore, passwordFile }: ServerSettings, log: ServerLog): ServerStore | undefined {
  if (keyStore === undefined) return undefined;
  try {
    return openServerStore(keyStore, passwordFile);
  } catch (error) {
    log('ERROR', `the key store cannot be used: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function accept(engine: Engine, socket: Socket): Promise<void> {
  const from = `${socket.remoteAddress}:${socket.remotePort}`;
  try {
    await receiveStream(engine, openWire(socket), from);
  } catch (error) {
    engine.log('ERROR', `connection of ${from}: ${error instanceof Error ? error.message : String(error)}`);
    socket.destroy();
  }
}

export type OpenPort = { readonly close: () => Promise<void> };

/** @throws Error when the port is taken */
export async function openPort(
  { address, port }: Place,
  sockets: SocketTable,
  onSocket: (socket: Socket) => void,
): Promise<OpenPort> {
  const open = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.note(socket);
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
