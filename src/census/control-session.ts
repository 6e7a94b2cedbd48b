// The positive control: one session without TLS, opened on purpose, that every sensor has to see. Hand-shake: libmeanwhile
// (session.c). The body of the log-in is the lab's; a real server refuses it, and whether it logs that is not known.
import { once } from 'node:events';
import { connect } from 'node:net';

const HANDSHAKE = Buffer.from(`0000001a${'00'.repeat(8)}001e0018${'00'.repeat(8)}100200000000`, 'hex');
const LOGIN_TYPE = 0x0001;
const ANSWER_TIMEOUT_MS = 5000;

const CONTROL_NAME = 'strictstep-census';

/** home: a client's own server */
type Caller = { readonly kind: 'application' } | { readonly kind: 'client'; readonly home: string };

/** Ends when it is disposed of.
 * @throws Error when the port does not answer */
export async function openControl(
  host: string,
  port: number,
  caller: Caller,
): Promise<AsyncDisposable & { readonly address: string }> {
  const socket = connect({ host, port, noDelay: true });
  socket.on('error', () => socket.destroy());
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    await once(socket, 'connect', { signal });
    socket.write(HANDSHAKE);
    await once(socket, 'data', { signal });
    socket.write(loginFrame(caller));
    await once(socket, 'data', { signal });
  } catch (cause) {
    socket.destroy();
    throw new Error(`${host}:${port} did not answer a session without TLS`, { cause });
  }
  return {
    address: socket.localAddress ?? '',
    [Symbol.asyncDispose]: async () => {
      if (socket.destroyed) return;
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    },
  };
}

function loginFrame(caller: Caller): Buffer {
  const body = Buffer.from(JSON.stringify({ ...caller, name: CONTROL_NAME }));
  const frame = Buffer.alloc(12 + body.length);
  frame.writeUInt32BE(8 + body.length, 0);
  frame.writeUInt16BE(LOGIN_TYPE, 4);
  frame.set(body, 12);
  return frame;
}
