// One connection, one question: connects, passes what comes before TLS, sends the opening and collects the answer until
// its reader is content. Always ends, within the timeout, with the connection closed.
import { connect } from 'node:net';
import type { ConnectionGate } from './connection-gate.ts';
import { nowMs } from './now-ms.ts';
import { passPrelude } from './prelude.ts';
import type { Prelude } from './prelude.ts';

export type HelloTarget = {
  readonly host: string;
  readonly port: number;
  /** whole question, connection included */
  readonly timeoutMs: number;
  /** sent as server_name; an IP address is left out */
  readonly serverName?: string;
  /** offered by ALPN (RFC 7301): for direct TLS of XMPP xmpp-client or xmpp-server (XEP-0368); default: no ALPN */
  readonly applicationProtocol?: string;
  /** counts and holds back connections; default: no limits */
  readonly gate?: ConnectionGate;
  /** default: TLS from the first byte */
  readonly prelude?: Prelude;
};

/** How a conversation ended before its reader was content. */
export type Ending =
  | { readonly kind: 'closed' | 'reset' }
  | {
      readonly kind: 'timeout' | 'unreachable' | 'connection-refused' | 'not-tls' | 'budget';
      readonly detail: string;
    };

export type Talk<Answer> = {
  readonly opening: () => Uint8Array;
  /** undefined: more bytes are needed */
  readonly read: (received: Uint8Array) => Answer | undefined;
  readonly ended: (ending: Ending, received: Uint8Array) => Answer;
};

/** No real flight is longer; a server that goes on talking is not answering a hello. */
const MAX_FLIGHT = 2 ** 18;

/** Never throws. */
export async function converse<Answer>(target: HelloTarget, talk: Talk<Answer>): Promise<Answer> {
  const { gate } = target;
  if (gate === undefined) return talkOnce(target, talk);
  const isOpen = await gate.enter();
  if (!isOpen) return talk.ended({ kind: 'budget', detail: 'the connection budget is spent' }, new Uint8Array(0));
  try {
    return await talkOnce(target, talk);
  } finally {
    gate.leave();
  }
}

function talkOnce<Answer>(target: HelloTarget, { opening, read, ended }: Talk<Answer>): Promise<Answer> {
  const { host, port, timeoutMs, gate, prelude } = target;
  return new Promise((resolve) => {
    const startedAt = nowMs();
    const socket = connect({ host, port, noDelay: true });
    // Ready when this process looks for the first time: however late it looks, that is no distance.
    let isFirstLook = true;
    setImmediate(() => (isFirstLook = false));
    let [isConnected, isSent] = [false, false];
    let received: Uint8Array = new Uint8Array(0);
    let isOver = false;
    const end = (answer: Answer): void => {
      isOver = true;
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    // Every connection closes in the end: an answer that was read whole is not judged again then.
    const endAs = (ending: Ending): void => {
      if (!isOver) end(ended(ending, received));
    };
    const endBy = (kind: 'closed' | 'reset'): void => {
      if (isSent) endAs({ kind });
      else endAs({ kind: 'not-tls', detail: `connection ${kind} before TLS` });
    };
    const timer = setTimeout(() => {
      if (isConnected) endAs({ kind: 'timeout', detail: `no complete answer within ${timeoutMs} ms` });
      else endAs({ kind: 'unreachable', detail: `no connection within ${timeoutMs} ms` });
    }, timeoutMs);
    const send = (): void => {
      isSent = true;
      const sentAt = nowMs();
      socket.on('data', (chunk) => {
        if (received.length === 0) gate?.noteAnswered(nowMs() - sentAt);
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const answer = read(received);
        if (answer !== undefined) end(answer);
        else if (received.length > MAX_FLIGHT) endAs({ kind: 'not-tls', detail: 'an endless answer' });
      });
      socket.write(opening());
    };
    socket.once('connect', () => {
      isConnected = true;
      gate?.noteConnected(isFirstLook ? 0 : nowMs() - startedAt);
      if (prelude === undefined) send();
      else
        passPrelude(socket, prelude, (fault) =>
          fault === undefined ? send() : endAs({ kind: 'not-tls', detail: fault }),
        );
    });
    socket.once('end', () => endBy('closed'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      if (isConnected && isReset) endBy('reset');
      else
        endAs({
          kind: error.code === 'ECONNREFUSED' ? 'connection-refused' : 'unreachable',
          detail: error.code ?? error.message,
        });
    });
    // After 'error' this finds the question answered; alone it is a connection that somebody else destroyed.
    socket.once('close', () => endBy('closed'));
  });
}
