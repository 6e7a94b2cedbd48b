// Whether a Sametime port still takes the plaintext VP handshake: sends the handshake, reads the first answer, closes
// before any log-in. Wire format: the libmeanwhile sources (session.c, message.c); not verified on a real Sametime server.
import { makeByteReader } from './byte-reader.ts';
import { converse } from './converse.ts';
import type { Ending, HelloTarget } from './converse.ts';
import type { Verdict } from './types.ts';

export type VpOutcome = { readonly verdict: Verdict; readonly detail: string };
export type VpReport = VpOutcome & { readonly connections: number };

/** detail of an answer in another protocol */
export const NOT_VP = 'an answer that is no VP message';

const HANDSHAKE_ACK = 0x8000;
/** In front of a length, a byte with the high bit set is a sign of life. */
const KEEP_ALIVE = 0x80;
const MAX_MESSAGE = 2 ** 16;

const HEAD = '0000000000000000';
const ADDRESSES = '0000000000000000';
const BINARY_LOGIN = '100200000000';
/** Protocol 30.29 with the name of the caller, and 30.24 without, as older clients say it. */
export const HANDSHAKES = [
  `00000027${HEAD}001e001d${ADDRESSES}${BINARY_LOGIN}010000000000000570726f6265`,
  `0000001a${HEAD}001e0018${ADDRESSES}${BINARY_LOGIN}`,
].map((hex) => Buffer.from(hex, 'hex'));

/** A refusal counts when both forms of the handshake are refused. */
export async function probeVp(target: HelloTarget): Promise<VpReport> {
  const [newer, older] = HANDSHAKES;
  if (newer === undefined || older === undefined) throw new RangeError('two forms of the handshake are known');
  const first = await askVp(target, newer);
  if (first.verdict === 'accepted') return { ...first, connections: 1 };
  const second = await askVp(target, older);
  const isRefused = first.verdict === 'refused' && second.verdict === 'refused';
  const settled = second.verdict === 'accepted' || isRefused ? second : { ...first, verdict: 'inconclusive' as const };
  return { ...settled, connections: 2 };
}

const askVp = (target: HelloTarget, handshake: Uint8Array): Promise<VpOutcome> =>
  converse(target, { opening: () => handshake, read: readVpAnswer, ended: judgeEnding });

/** undefined: more bytes are needed */
export function readVpAnswer(received: Uint8Array): VpOutcome | undefined {
  const [start] = received;
  if (start === 0x15 || start === 0x16) return { verdict: 'refused', detail: 'a TLS record instead of a VP message' };
  let at = 0;
  while (at < received.length) {
    if ((received[at] ?? 0) >= KEEP_ALIVE) {
      at += 1;
      continue;
    }
    const reader = makeByteReader(received.subarray(at));
    const length = reader.uint(4);
    if (!reader.isWhole()) return undefined;
    if (length > MAX_MESSAGE) return { verdict: 'inconclusive', detail: NOT_VP };
    const message = makeByteReader(reader.take(length));
    if (!reader.isWhole()) return undefined;
    at += 4 + length;
    if (length === 0) continue;
    const [type] = [message.uint(2), message.take(6)];
    if (message.isWhole() && type === HANDSHAKE_ACK)
      return { verdict: 'accepted', detail: 'VP handshake acknowledged' };
    return { verdict: 'inconclusive', detail: `a VP message of type 0x${type.toString(16).padStart(4, '0')}` };
  }
  return undefined;
}

function judgeEnding(ending: Ending, received: Uint8Array): VpOutcome {
  if ('detail' in ending) return { verdict: 'inconclusive', detail: ending.detail };
  if (received.length > 0)
    return { verdict: 'inconclusive', detail: `its answer ended within a message (${ending.kind})` };
  return { verdict: 'refused', detail: `connection ${ending.kind} after the VP handshake` };
}
