// The calling side of VP: a caller that can do TLS begins with it. Only when the other side closes without a single byte,
// as a port without TLS does, and the caller is not strict itself, it goes on in legacy form. A handshake that fails for a
// real reason (trust, names, versions, client certificate) is never retried without TLS.
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { peerChain } from '../tls-client.ts';
import type { ScopeTls } from './member-settings.ts';
import { handshakeText, objectionTo } from './port.ts';
import type { Link } from './session.ts';
import type { SocketTable } from '../sockets.ts';

export type DialParts = {
  readonly from: string;
  readonly address: string;
  readonly port: number;
  /** undefined: it cannot do TLS */
  readonly tls: ScopeTls | undefined;
  /** goes on without TLS where the other side has none */
  readonly clear: boolean;
  readonly sockets: SocketTable;
  readonly signal: AbortSignal;
};

const CONNECT_MS = 5_000;

/** @throws Error with the reason */
export async function dial(parts: DialParts): Promise<Link> {
  const { address, tls, clear } = parts;
  if (tls !== undefined) {
    const socket = await tcp(parts);
    const outcome = await handshake(socket, tls, address);
    if (outcome !== 'silent') return outcome;
    if (!clear) throw new Error('the other side has no TLS on this port');
  }
  if (!clear) throw new Error('this side is strict and has no TLS');
  return { stream: await tcp(parts), secure: null, address };
}

async function tcp({ from, address, port, sockets, signal }: DialParts): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connectTcp({ host: address, port, localAddress: from, noDelay: true });
  sockets.note(socket);
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort);
  socket.once('close', () => signal.removeEventListener('abort', abort));
  socket.setTimeout(CONNECT_MS, () => socket.destroy());
  await once(socket, 'connect');
  socket.setTimeout(0);
  socket.on('error', () => socket.destroy());
  return socket;
}

/** silent: closed without a byte
 * @throws Error */
async function handshake(socket: Socket, tls: ScopeTls, address: string): Promise<Link | 'silent'> {
  const { key, versions, ciphers } = tls;
  if (versions === undefined || ciphers === undefined) throw new Error('no version or no cipher suite of TLS is left');
  const secure = connectTls({
    socket,
    ...(key === undefined ? {} : { key: key.key, cert: key.chain.join('') }),
    ...versions,
    ciphers,
    rejectUnauthorized: false,
  });
  try {
    await once(secure, 'secureConnect', { signal: AbortSignal.timeout(CONNECT_MS) });
  } catch (error) {
    const isClosed = socket.destroyed || socket.readableEnded;
    secure.destroy();
    if (socket.bytesRead === 0 && isClosed) return 'silent';
    throw new Error(`the TLS handshake failed: ${error instanceof Error ? handshakeText(error) : String(error)}`, {
      cause: error,
    });
  }
  secure.on('error', () => secure.destroy());
  const objection = objectionTo(peerChain(secure), tls);
  if (objection === undefined) return { stream: secure, secure: secure.getProtocol(), address };
  secure.destroy();
  throw new Error(objection);
}
