// One VP session after the bytes flow, with TLS around it or without: hand-shake, log-in, then messages both ways.
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../core/json.ts';
import { textOf } from '../json-lines.ts';
import {
  REASON,
  VP,
  handshakeAckBody,
  handshakeBody,
  jsonOf,
  onFrames,
  writeFrame,
  writeJsonFrame,
} from './vp-frames.ts';
import type { Frame } from './vp-frames.ts';

/** Bytes of a connection, and who is at its other end. */
export type Link = {
  readonly stream: Duplex;
  /** version of TLS; null: legacy encryption, which the lab leaves out */
  readonly secure: string | null;
  readonly address: string;
};

export type Identity = {
  readonly kind: 'server' | 'mux' | 'application' | 'client';
  readonly name: string;
  /** a client's home server */
  readonly home?: string;
};

export interface Session {
  readonly identity: Identity;
  readonly secure: string | null;
  readonly address: string;
  send(message: JsonObject): void;
  close(): void;
}

/** How secure a session is, in the log's words. */
export const secureText = (secure: string | null): string => secure ?? 'legacy';

const LOGIN_MS = 5_000;
const KINDS: readonly Identity['kind'][] = ['server', 'mux', 'application', 'client'];

export type Reception = {
  /** a reason code: it is refused with that */
  readonly admit: (identity: Identity, link: Link) => number | undefined;
  readonly opened: (session: Session) => void;
  readonly message: (session: Session, message: JsonObject) => void;
  readonly closed: (session: Session) => void;
};

/** The accepting side. A connection that never logs in (a probe) leaves nothing behind. */
export function receiveSession(link: Link, reception: Reception): void {
  const { stream, secure, address } = link;
  let session: Session | undefined;
  const timer = setTimeout(() => stream.destroy(), LOGIN_MS);
  stream.on('error', () => stream.destroy());
  stream.on('close', () => {
    clearTimeout(timer);
    if (session !== undefined) reception.closed(session);
  });
  const login = (frame: Frame): void => {
    const asked = jsonOf(frame);
    const kind = KINDS.find((one) => one === textOf(asked, 'kind'));
    const identity =
      kind === undefined ? undefined : { kind, name: textOf(asked, 'name'), home: textOf(asked, 'home') };
    const refusal = identity === undefined ? REASON.incorrectLogin : reception.admit(identity, link);
    if (identity === undefined || refusal !== undefined) {
      writeFrame(stream, VP.channelDestroy, reasonBody(refusal ?? 0));
      stream.end();
      return;
    }
    clearTimeout(timer);
    session = { identity, secure, address, ...ends(stream) };
    writeFrame(stream, VP.loginAck, Buffer.alloc(0));
    reception.opened(session);
  };
  onFrames(stream, (frame) => {
    if (frame.type === VP.handshake) writeFrame(stream, VP.handshakeAck, handshakeAckBody(frame.body));
    else if (frame.type === VP.login && session === undefined) login(frame);
    else if (frame.type === VP.channelSend && session !== undefined) reception.message(session, jsonOf(frame));
  });
}

const reasonBody = (reason: number): Buffer => {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(reason, 0);
  return body;
};

const ends = (stream: Duplex): Pick<Session, 'send' | 'close'> => ({
  send: (message) => writeJsonFrame(stream, VP.channelSend, message),
  close: () => stream.destroy(),
});

export type CallerParts = {
  readonly identity: Identity;
  readonly message?: (message: JsonObject) => void;
  readonly closed: () => void;
};

/** The calling side: gives the session after the log-in was acknowledged.
 * @throws Error with the reason */
export function openSession(link: Link, { identity, message, closed }: CallerParts): Promise<Session> {
  const { stream, secure, address } = link;
  const { promise, resolve, reject } = Promise.withResolvers<Session>();
  let isOpen = false;
  const timer = setTimeout(() => stream.destroy(), LOGIN_MS);
  stream.on('error', () => stream.destroy());
  stream.on('close', () => {
    clearTimeout(timer);
    if (isOpen) closed();
    reject(new Error('the connection was closed before the log-in was acknowledged'));
  });
  onFrames(stream, (frame) => {
    if (frame.type === VP.handshakeAck) writeJsonFrame(stream, VP.login, { ...identity, home: identity.home ?? '' });
    else if (frame.type === VP.channelDestroy) {
      reject(new Error(`the log-in was refused, reason code 0x${frame.body.readUInt32BE(0).toString(16)}`));
      stream.destroy();
    } else if (frame.type === VP.loginAck) {
      clearTimeout(timer);
      isOpen = true;
      resolve({ identity, secure, address, ...ends(stream) });
    } else if (frame.type === VP.channelSend) message?.(jsonOf(frame));
  });
  writeFrame(stream, VP.handshake, handshakeBody());
  return promise;
}
