// One SSH connection. The socket is ours: on loss it is reset, not closed, because bytes that wait in the kernel would
// otherwise reach the host when the link comes back, and be executed long after the run has given up.
// Source: RFC 4253, 4254 (7.2: direct-tcpip); ssh2 1.17 (keep-alive).
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { Client } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { LogInEntry } from '../inventory/types.ts';
import { algorithmsFor } from './algorithms.ts';
import { connectError, reasonOf, unreachable } from './connect-error.ts';
import type { HostKeyCheck, NewHostKey } from './host-key.ts';
import { gatherWrites } from './gathered-writes.ts';
import { loadHostKeyCheck } from './host-key.ts';
import { loadLogInMethods } from './identity.ts';
import { prepareKeys } from './prepared-keys.ts';
import { renderMs } from './wording.ts';

export interface Connection {
  readonly client: Client;
  isLost(): boolean;
  /** Drops it at once, with what waits to be sent: none of it may be executed later. */
  reset(): void;
  /** Ends what still runs; resolves when the connection is gone. */
  close(): Promise<void>;
}

export type ConnectOptions = {
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  /** opens the private keys that are protected */
  readonly passphrase?: Secret | undefined;
  /** told of the first key of a host, which is then believed; absent: it is refused */
  readonly acceptHostKey?: ((key: NewHostKey) => void) | undefined;
};

const KEEP_ALIVES_LOST = 3;
const CLOSE_LIMIT_MS = 2000;

/** The bytes below a connection: a socket, or a way through another connection. */
export type Carrier = { readonly stream: Duplex; readonly reset: () => void; readonly end: () => Promise<void> };

/** @param via a connection to the host before it, which is ended with this one
 * @throws OperatorError HOST_UNREACHABLE, HOST_KEY, HOST_LOGIN, INPUT_UNREADABLE, SECRET_EXPOSED */
export async function openConnection(
  entry: LogInEntry,
  options: ConnectOptions,
  via?: Connection,
): Promise<Connection> {
  const { connectTimeoutMs, keepAliveMs } = options;
  const [methods, hostKey] = await Promise.all([
    loadLogInMethods(entry, options.passphrase),
    loadHostKeyCheck(entry, options.acceptHostKey, via === undefined),
  ]);
  const deadline = Date.now() + connectTimeoutMs;
  const carrier =
    via === undefined ? await openSocket(entry, connectTimeoutMs) : await openWay(entry, via, connectTimeoutMs);
  const client = new ssh2.Client();
  let isLost = false;
  const hostKeyCheck = verifier(hostKey);
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', (error) => {
      isLost = true;
      carrier.reset();
      reject(hostKeyCheck.error() ?? connectError(entry, error, connectTimeoutMs));
    });
    client.once('close', () => {
      isLost = true;
      reject(hostKeyCheck.error() ?? unreachable(entry, 'the host closed the connection before the log-in'));
    });
  });
  client.on('handshake', () => prepareKeys(client));
  const left = [...methods];
  client.connect({
    sock: carrier.stream,
    username: entry.user,
    // Typed without it, but false is how ssh2 is told that there is no more; `none` would be tried.
    authHandler: (_methods, _partial, next) => next(left.shift() ?? (false as never)),
    readyTimeout: Math.max(1, deadline - Date.now()),
    keepaliveInterval: keepAliveMs,
    keepaliveCountMax: KEEP_ALIVES_LOST,
    algorithms: algorithmsFor(entry.legacyAlgorithms ?? [], hostKey.algorithms),
    hostVerifier: hostKeyCheck.verify,
  });
  await ready;
  return {
    client,
    isLost: () => isLost,
    reset() {
      isLost = true;
      carrier.reset();
    },
    async close() {
      if (isLost) return carrier.reset();
      isLost = true;
      await closeClient(client, carrier);
      await carrier.end();
    },
  };
}

type Verifier = {
  readonly verify: (offered: Buffer, answer: (isTrusted: boolean) => void) => void;
  readonly error: () => OperatorError | undefined;
};

function verifier({ judge }: HostKeyCheck): Verifier {
  let failure: OperatorError | undefined;
  return {
    error: () => failure,
    verify(offered, answer) {
      const decide = async (): Promise<void> => {
        try {
          failure = await judge(offered);
        } catch (error) {
          failure = error instanceof OperatorError ? error : undefined;
          return answer(false);
        }
        return answer(failure === undefined);
      };
      void decide();
    },
  };
}

async function openSocket(entry: LogInEntry, connectTimeoutMs: number): Promise<Carrier> {
  const socket = connect({ host: entry.address, port: entry.port });
  socket.setNoDelay(true); // Without it every command waits for a delayed acknowledgement: 90 ms instead of 3.
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectTimeoutMs) });
  } catch (cause) {
    socket.destroy();
    const isTimeout = cause instanceof Error && cause.name === 'AbortError';
    throw unreachable(entry, isTimeout ? `no answer within ${renderMs(connectTimeoutMs)}` : reasonOf(cause), cause);
  }
  gatherWrites(socket);
  return { stream: socket, reset: () => socket.resetAndDestroy(), end: () => endSocket(socket) };
}

/** What is left of it after the connection was ended in good order. */
function endSocket(socket: Socket): Promise<void> {
  if (!socket.destroyed) socket.resetAndDestroy();
  return Promise.resolve();
}

/** A reset goes down to the socket: only there bytes can wait that would arrive later.
 * @throws OperatorError HOST_UNREACHABLE */
export async function openWay(
  entry: Pick<LogInEntry, 'name' | 'address' | 'port'>,
  via: Connection,
  limitMs: number,
): Promise<Carrier> {
  const { address, port } = entry;
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const timer = setTimeout(() => reject(unreachable(entry, `no answer within ${renderMs(limitMs)}`)), limitMs);
  via.client.once('close', () => reject(unreachable(entry, 'the connection to the jump host was lost')));
  via.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
    if (error === undefined) resolve(channel);
    else reject(unreachable(entry, `the jump host did not open the way: ${error.message}`, error));
  });
  try {
    const stream = await promise;
    stream.on('error', () => undefined);
    return { stream, reset: () => via.reset(), end: () => via.close() };
  } finally {
    clearTimeout(timer);
  }
}

async function closeClient(client: Client, { stream, reset }: Carrier): Promise<void> {
  if (stream.destroyed) return;
  const closed = once(client, 'close', { signal: AbortSignal.timeout(CLOSE_LIMIT_MS) });
  client.end();
  await closed.catch(() => reset());
}
