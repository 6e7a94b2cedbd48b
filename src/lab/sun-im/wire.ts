// One connection that carries XMPP streams: pieces are asked for one at a time, so that a negotiation reads as it is written in
// the RFC, and the connection can go over to TLS between two of them.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import { openPieces } from './stanza.ts';
import type { PieceReader, StreamPiece } from './stanza.ts';

export type WirePiece = StreamPiece | { readonly kind: 'gone'; readonly reason: string };

export interface Wire {
  /** version of TLS; null: in the clear */
  secure(): string | null;
  /** of the other side, after TLS */
  peer(): TLSSocket | undefined;
  send(text: string): void;
  /** the next piece; `gone` every time once the connection is lost, or when nothing came in time: then it has to be closed */
  next(timeoutMs?: number): Promise<WirePiece>;
  /** a new stream begins on the same connection */
  restart(): void;
  /** @throws Error with OpenSSL's reason */
  acceptTls(context: SecureContext): Promise<void>;
  /** @throws Error with OpenSSL's reason */
  startTls(options: ConnectionOptions): Promise<void>;
  close(): void;
}

const HANDSHAKE_MS = 10_000;
const CLOSE_MS = 500;

export function openWire(socket: Socket): Wire {
  let stream: Socket = socket;
  let pieces: PieceReader = openPieces();
  let characters = new StringDecoder('utf8');
  let lost: string | undefined;
  const arrived: WirePiece[] = [];
  const waiting: ((piece: WirePiece) => void)[] = [];
  const give = (piece: WirePiece): void => {
    const taker = waiting.shift();
    if (taker === undefined) arrived.push(piece);
    else taker(piece);
  };
  const gone = (reason: string): void => {
    if (lost !== undefined) return;
    lost = reason;
    for (const taker of waiting.splice(0)) taker({ kind: 'gone', reason });
  };
  const onData = (chunk: Buffer): void => {
    try {
      for (const piece of pieces.feed(characters.write(chunk))) give(piece);
    } catch (error) {
      give({ kind: 'gone', reason: error instanceof Error ? error.message : String(error) });
    }
  };
  const listen = (on: Socket): void => {
    stream = on;
    on.on('data', onData);
    on.once('close', () => {
      if (stream === on) gone('closed');
    });
    on.on('error', (error) => {
      gone(error.message);
      on.destroy();
    });
  };
  listen(socket);
  const takeOver = async (secure: TLSSocket, event: 'secure' | 'secureConnect'): Promise<void> => {
    pieces = openPieces();
    characters = new StringDecoder('utf8');
    secure.on('error', () => undefined);
    try {
      await once(secure, event, { signal: AbortSignal.timeout(HANDSHAKE_MS) });
    } catch (error) {
      secure.destroy();
      throw new Error(`the TLS handshake failed: ${reasonOf(error)}`, { cause: error });
    }
    listen(secure);
  };
  const release = (): void => {
    socket.off('data', onData);
    socket.pause();
  };
  const version = (): string | null => (stream instanceof TLSSocket ? stream.getProtocol() : null);
  return {
    secure: version,
    peer: () => (stream instanceof TLSSocket ? stream : undefined),
    send: (text) => {
      if (stream.writable) stream.write(text);
    },
    next: async (timeoutMs) => {
      const piece = arrived.shift();
      if (piece !== undefined) return piece;
      if (lost !== undefined) return { kind: 'gone', reason: lost };
      const { promise, resolve } = Promise.withResolvers<WirePiece>();
      waiting.push(resolve);
      if (timeoutMs === undefined) return await promise;
      const timer = setTimeout(() => resolve({ kind: 'gone', reason: 'no answer in time' }), timeoutMs);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    restart: () => {
      pieces = openPieces();
    },
    acceptTls: async (secureContext) => {
      release();
      await takeOver(new TLSSocket(socket, { isServer: true, secureContext }), 'secure');
    },
    startTls: async (options) => {
      release();
      await takeOver(connectTls({ ...options, socket }), 'secureConnect');
    },
    close: () => {
      const closing = stream;
      closing.end();
      // What was written last is to arrive; who does not close its side is cut off.
      setTimeout(() => closing.destroy(), CLOSE_MS).unref();
    },
  };
}

/** OpenSSL's reason out of `407DC6:error:0A000102:SSL routines:function:unsupported protocol:file:line:` */
const reasonOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  return /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message.trim();
};
