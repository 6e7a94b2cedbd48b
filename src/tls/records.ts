// The record layer of an unencrypted flight: splits what came so far into handshake messages and alerts.
// Source: RFC 5246 section 6.2.1, RFC 8446 section 5.1.
import { makeByteReader } from './byte-reader.ts';

type WireMessage =
  | { readonly kind: 'handshake'; readonly type: number; readonly body: Uint8Array }
  | { readonly kind: 'alert'; readonly level: number; readonly description: number };

/** `fault`: what follows the messages breaks the format; undefined: the rest may still come. */
export type Flight = {
  readonly messages: readonly WireMessage[];
  readonly fault: string | undefined;
  /** bytes of an unfinished record or message are waiting for more */
  readonly isPartial: boolean;
};

const ALERT = 21;
const HANDSHAKE = 22;
const MAX_FRAGMENT = 2 ** 14;
/** Far above any real chain; keeps a hostile length from being waited for. */
const MAX_MESSAGE = 2 ** 17;

type Record_ = { readonly type: number; readonly fragment: Uint8Array };

export function readFlight(bytes: Uint8Array): Flight {
  const { records, fault, rest } = splitRecords(bytes);
  const messages: WireMessage[] = [];
  let handshake: Uint8Array = new Uint8Array(0);
  let alert: Uint8Array = new Uint8Array(0);
  for (const { type, fragment } of records) {
    if (type === HANDSHAKE) {
      const split = splitMessages(handshake.length === 0 ? fragment : Buffer.concat([handshake, fragment]));
      messages.push(...split.messages);
      if (split.fault !== undefined) return { messages, fault: split.fault, isPartial: false };
      handshake = split.rest;
    } else if (type === ALERT) {
      alert = Buffer.concat([alert, fragment]);
      while (alert.length >= 2) {
        const [level = 0, description = 0] = alert;
        if (level !== 1 && level !== 2) return { messages, fault: `an alert of level ${level}`, isPartial: false };
        messages.push({ kind: 'alert', level, description });
        alert = alert.subarray(2);
      }
    } else {
      return { messages, fault: `a record of type ${type} in the clear flight`, isPartial: false };
    }
  }
  return { messages, fault, isPartial: rest + handshake.length + alert.length > 0 };
}

function splitRecords(bytes: Uint8Array): { records: readonly Record_[]; fault: string | undefined; rest: number } {
  const records: Record_[] = [];
  const reader = makeByteReader(bytes);
  let rest = reader.left();
  while (rest > 0) {
    // The first bytes tell a foreign protocol before a whole header is there.
    const start = bytes.subarray(bytes.length - rest);
    const fault = faultOfHeader(start);
    if (fault !== undefined) return { records, fault, rest: 0 };
    const type = reader.uint(1);
    reader.uint(2);
    const fragment = reader.vector(2);
    if (!reader.isWhole()) break;
    records.push({ type, fragment });
    rest = reader.left();
  }
  return { records, fault: undefined, rest };
}

function faultOfHeader(bytes: Uint8Array): string | undefined {
  const [type = HANDSHAKE, major = 3, minor = 0, high, low] = bytes;
  if (type < 20 || type > 23) return `a first byte ${type} that starts no TLS record`;
  if (major !== 3 || minor > 4) return `a record of version ${major}.${minor}`;
  if (high === undefined || low === undefined) return undefined;
  const length = high * 256 + low;
  if (length === 0) return 'an empty record';
  return length > MAX_FRAGMENT ? `a record of ${length} bytes` : undefined;
}

type Split = {
  readonly messages: readonly WireMessage[];
  readonly rest: Uint8Array;
  readonly fault: string | undefined;
};

function splitMessages(bytes: Uint8Array): Split {
  const messages: WireMessage[] = [];
  let rest = bytes;
  while (rest.length >= 4) {
    const reader = makeByteReader(rest);
    const type = reader.uint(1);
    const length = reader.uint(3);
    if (length > MAX_MESSAGE) return { messages, rest, fault: `a handshake message of ${length} bytes` };
    if (reader.left() < length) break;
    messages.push({ kind: 'handshake', type, body: reader.take(length) });
    rest = rest.subarray(4 + length);
  }
  return { messages, rest, fault: undefined };
}
