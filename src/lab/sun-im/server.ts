// A running Instant Messaging server: port for other servers (and clients without a multiplexor), port for its multiplexor. All of it
// from iim.conf and the stores as they were when it started. A key store that cannot be opened does not keep it from starting:
// startTLS is then offered and answered with a failure. Not documented is what the product does.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Life } from '../component.ts';
import { openListener } from '../open-listener.ts';
import type { OpenPort } from '../open-listener.ts';
import type { SocketTable } from '../sockets.ts';
import { ANY_CIPHERS, listenerRange } from '../tls-client.ts';
import { readAccounts } from './accounts.ts';
import { readConf } from './conf.ts';
import { makeDialbackKey } from './engine.ts';
import type { Engine, ServerLog } from './engine.ts';
import { makePeerLink } from './peer-link.ts';
import { receiveStream } from './receive.ts';
import { readServerSettings } from './settings.ts';
import type { ServerSettings } from './settings.ts';
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
      ports.push(await openListener(place, sockets, (socket) => void accept(engine, socket)));
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
