// One SSH connection. The socket is ours: on loss it is reset, not closed, because bytes that wait in the kernel would
// otherwise reach the host when the link comes back, and be executed long after the run has given up.
// Source: RFC 4253; ssh2 1.17 (default order of key exchanges; keep-alive).
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Client, KexAlgorithm } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import type { HostEntry } from '../inventory/types.ts';
import { loadHostKeyCheck } from './host-key.ts';
import { loadIdentity } from './identity.ts';
import { renderMs } from './wording.ts';

export interface Connection {
  readonly client: Client;
  isLost(): boolean;
  /** Drops it at once, with what waits to be sent: none of it may be executed later. */
  reset(): void;
  /** Ends what still runs; resolves when the connection is gone. */
  close(): Promise<void>;
}

export type Limits = { readonly connectTimeoutMs: number; readonly keepAliveMs: number };

/** Group exchange is last: it costs seconds with pure JavaScript arithmetic. */
const KEY_EXCHANGES: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group-exchange-sha256',
];
const KEEP_ALIVES_LOST = 3;
const CLOSE_LIMIT_MS = 2000;

/** @throws OperatorError HOST_UNREACHABLE, HOST_KEY, HOST_LOGIN, INPUT_UNREADABLE, SECRET_EXPOSED */
export async function openConnection(entry: HostEntry, limits: Limits): Promise<Connection> {
  const { connectTimeoutMs } = limits;
  const [key, hostKey] = await Promise.all([loadIdentity(entry.name, entry.identityFile), loadHostKeyCheck(entry)]);
  const deadline = Date.now() + connectTimeoutMs;
  const socket = await openSocket(entry, connectTimeoutMs);
  const client = new ssh2.Client();
  let hostKeyError: OperatorError | undefined;
  let isLost = false;
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', (error) => {
      isLost = true;
      socket.resetAndDestroy();
      reject(hostKeyError ?? connectError(entry, error, connectTimeoutMs));
    });
    client.once('close', () => {
      isLost = true;
      reject(unreachable(entry, 'the host closed the connection before the log-in'));
    });
  });
  client.connect({
    sock: socket,
    username: entry.user,
    privateKey: key,
    authHandler: ['publickey'],
    readyTimeout: Math.max(1, deadline - Date.now()),
    keepaliveInterval: limits.keepAliveMs,
    keepaliveCountMax: KEEP_ALIVES_LOST,
    algorithms: { kex: KEY_EXCHANGES, serverHostKey: hostKey.algorithms },
    hostVerifier: (offered: Buffer) => {
      hostKeyError = hostKey.judge(offered);
      return hostKeyError === undefined;
    },
  });
  await ready;
  return {
    client,
    isLost: () => isLost,
    reset() {
      isLost = true;
      socket.resetAndDestroy();
    },
    async close() {
      isLost = true;
      await closeConnection(client, socket);
    },
  };
}

async function openSocket(entry: HostEntry, connectTimeoutMs: number): Promise<Socket> {
  const socket = connect({ host: entry.address, port: entry.port });
  socket.setNoDelay(true); // Without it every command waits for a delayed acknowledgement: 90 ms instead of 3.
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectTimeoutMs) });
    return socket;
  } catch (cause) {
    socket.destroy();
    const isTimeout = cause instanceof Error && cause.name === 'AbortError';
    throw unreachable(entry, isTimeout ? `no answer within ${renderMs(connectTimeoutMs)}` : reasonOf(cause), cause);
  }
}

async function closeConnection(client: Client, socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(CLOSE_LIMIT_MS) });
  client.end();
  await closed.catch(() => socket.resetAndDestroy());
}

function connectError(entry: HostEntry, error: Error & { level?: string }, limitMs: number): OperatorError {
  if (error.level === 'client-authentication') {
    const message = `host ${entry.name}: ${entry.address}:${entry.port} refused the log-in of ${entry.user} with ${entry.identityFile}`;
    const hint = `Add the public key to the authorized_keys of ${entry.user} on the host, or correct user and identityFile.`;
    return new OperatorError('HOST_LOGIN', message, { hint, cause: error });
  }
  const isTimeout = error.level === 'client-timeout';
  return unreachable(entry, isTimeout ? `no log-in within ${renderMs(limitMs)}` : reasonOf(error), error);
}

function unreachable({ name, address, port }: HostEntry, reason: string, cause?: unknown): OperatorError {
  return new OperatorError('HOST_UNREACHABLE', `host ${name}: no SSH connection to ${address}:${port}: ${reason}`, {
    hint: 'Check address and port in the inventory, the network and whether sshd runs.',
    cause,
  });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  // Several addresses for one name give an AggregateError without a message.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : undefined;
  return first instanceof Error ? first.message : cause.message;
}
