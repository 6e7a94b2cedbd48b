// VP messages as bytes: u32 length, then u16 type, u16 options, u32 channel, body. Source: the libmeanwhile sources
// (message.c, session.c). The hand-shake has its real form; the bodies of log-ins and of what follows are JSON, ours.
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../core/json.ts';
import { isObject } from '../json-lines.ts';

export const VP = {
  handshake: 0x0000,
  handshakeAck: 0x8000,
  login: 0x0001,
  loginAck: 0x8001,
  /** carries a reason code */
  channelDestroy: 0x0003,
  /** a message between two users */
  channelSend: 0x0004,
} as const;

export const REASON = { incorrectLogin: 0x8000_0211, verificationDown: 0x8000_0214, notInList: 0x8000_0200 } as const;

export type Frame = { readonly type: number; readonly body: Buffer };

const HEAD = 8;
const MOST = 2 ** 20;

export function writeFrame(stream: Duplex, type: number, body: Uint8Array): void {
  const frame = Buffer.alloc(4 + HEAD + body.length);
  frame.writeUInt32BE(HEAD + body.length, 0);
  frame.writeUInt16BE(type, 4);
  frame.set(body, 4 + HEAD);
  if (stream.writable) stream.write(frame);
}

export const writeJsonFrame = (stream: Duplex, type: number, body: JsonObject): void =>
  writeFrame(stream, type, Buffer.from(JSON.stringify(body)));

export function jsonOf({ body }: Frame): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value as JsonObject) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** Calls `take` for every message; a stream with anything else is destroyed. */
export function onFrames(stream: Duplex, take: (frame: Frame) => void): void {
  let rest = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      // A byte with the high bit in front of a length is a sign of life.
      const start = rest.findIndex((byte) => byte < 0x80);
      if (start === -1) rest = Buffer.alloc(0);
      else if (start > 0) rest = rest.subarray(start);
      if (rest.length < 4) return;
      const length = rest.readUInt32BE(0);
      if (length > MOST || (length > 0 && length < HEAD)) {
        stream.destroy();
        return;
      }
      if (rest.length < 4 + length) return;
      const message = rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
      if (length > 0) take({ type: message.readUInt16BE(0), body: Buffer.from(message.subarray(HEAD)) });
    }
  });
}

const MAJOR = 0x1e;
const MINOR = 0x1d;

export function handshakeBody(): Buffer {
  const body = Buffer.alloc(22);
  body.writeUInt16BE(MAJOR, 0);
  body.writeUInt16BE(MINOR, 2);
  body.writeUInt16BE(0x1002, 12);
  body.writeUInt16BE(0x0100, 18);
  const name = Buffer.from('\u0000\u0000\u0000\u0000\u0000\u0003lab', 'latin1');
  return Buffer.concat([body.subarray(0, 20), name]);
}

/** The caller's minor version decides whether the key of the key exchange is sent. */
export function handshakeAckBody(handshake: Buffer): Buffer {
  const minor = handshake.length >= 4 ? handshake.readUInt16BE(2) : 0;
  const head = Buffer.alloc(8);
  head.writeUInt16BE(MAJOR, 0);
  head.writeUInt16BE(minor, 2);
  if (minor <= 0x18) return head;
  const key = Buffer.alloc(4 + 4 + 64, 0x5a);
  key.writeUInt32BE(0x0001, 0);
  key.writeUInt32BE(64, 4);
  return Buffer.concat([head, key]);
}
