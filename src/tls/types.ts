// Words of the TLS room. Sources: RFC 8446 (record and hello formats), RFC 5246; cli-contract `probe --json`.

import type { ProtocolVersion } from '../core/protocol-version.ts';

export { PROTOCOL_VERSIONS, type ProtocolVersion } from '../core/protocol-version.ts';

/** One question to a port. `refused` needs an explicit answer: an alert, a close or reset after the hello, or a lower
 * version than offered. A timeout or a closed port is never a refusal. */
export type HelloOutcome =
  | {
      readonly kind: 'accepted';
      readonly version: ProtocolVersion;
      readonly suite: number;
      readonly chain: readonly Uint8Array[];
    }
  | { readonly kind: 'refused'; readonly how: 'alert' | 'closed' | 'reset' | 'lower-version'; readonly detail: string }
  | {
      readonly kind: 'inconclusive';
      readonly why: 'timeout' | 'connection-refused' | 'unreachable' | 'not-tls' | 'budget';
      readonly detail: string;
    };

export type Verdict = 'accepted' | 'refused' | 'inconclusive';

/** The server broke down over its own choice, as JSSE does with some DSS keys: another offer may well be accepted. */
export const isFault = (outcome: HelloOutcome): boolean =>
  outcome.kind === 'refused' && outcome.how === 'alert' && outcome.detail === 'internal_error';
