// What an XMPP stream says in the clear, and what that proves. Strict is never proved by a client that gets in with TLS: that works
// on a dynamic server too. Sources: RFC 6120 sections 5 and 6, XEP-0178; measured with Prosody 0.12. The features of Sun's own
// server are in no source, so a connection that it ends counts as a refusal only when the same is answered inside TLS.
import { readOffer, type XmppOffer } from '../../tls/xmpp-prelude.ts';

export type StreamFeatures = {
  readonly starttls: XmppOffer;
  /** SASL, in the order of the server */
  readonly mechanisms: readonly string[];
  /** the log-in of before RFC 3920 */
  readonly legacyAuth: boolean;
  /** also offered by strict servers */
  readonly dialback: boolean;
};

const FEATURES =
  /<(?:[\w.-]+:)?features\b(?:[^<>"']|"[^"]*"|'[^']*')*?(?:\/>|>([\s\S]*?)<\/(?:[\w.-]+:)?features\s*>)/u;
const MECHANISM = /<(?:[\w.-]+:)?mechanism(?:\s[^<>]*)?>\s*([^<>]*?)\s*<\/(?:[\w.-]+:)?mechanism\s*>/gu;

/** undefined: the features have not arrived whole */
export function parseFeatures(text: string): StreamFeatures | undefined {
  const starttls = readOffer(text);
  const found = FEATURES.exec(text);
  if (starttls === undefined || found === null) return undefined;
  const inside = found[1] ?? '';
  return {
    starttls,
    mechanisms: [...inside.matchAll(MECHANISM)].map(([, name = '']) => name).filter((name) => name !== ''),
    legacyAuth: /http:\/\/jabber\.org\/features\/iq-auth/u.test(inside),
    dialback: /urn:xmpp:features:dialback/u.test(inside),
  };
}

/** What the features alone say: nobody has tried yet. */
export function modeByFeatures({ starttls, mechanisms, legacyAuth }: StreamFeatures): 'strict' | 'dynamic' | 'plain' {
  if (starttls === 'absent') return 'plain';
  return starttls === 'required' && mechanisms.length === 0 && !legacyAuth ? 'strict' : 'dynamic';
}

/** How a log-in without TLS was answered. */
export type ClearAttempt = {
  readonly mechanism: string;
  /** what the server sent afterwards */
  readonly answer: string;
  /** it ended the connection */
  readonly closed: boolean;
};
export type ClearVerdict = 'allowed' | 'refused' | 'closed' | 'not-telling';

export function judgeClearAttempt({ mechanism, answer, closed }: ClearAttempt): ClearVerdict {
  if (/<(?:[\w.-]+:)?(?:challenge|success)[\s/>]/u.test(answer)) return 'allowed';
  // PLAIN is refused in the clear by dynamic servers too.
  if (mechanism.toUpperCase() === 'PLAIN') return 'not-telling';
  if (/<(?:[\w.-]+:)?(?:encryption-required|policy-violation)[\s/>]/u.test(answer)) return 'refused';
  return closed && !/<(?:[\w.-]+:)?failure[\s/>]/u.test(answer) ? 'closed' : 'not-telling';
}

export type StrictEvidence = {
  readonly features: StreamFeatures;
  readonly clear: ClearVerdict;
  /** after STARTTLS; null: the handshake or the new stream failed */
  readonly inside: StreamFeatures | null;
  /** the same log-in got an answer inside TLS */
  readonly answeredInside: boolean;
};

/** Why strict is not proved; empty: it is. */
export function objectionsToStrict({ features, clear, inside, answeredInside }: StrictEvidence): readonly string[] {
  const { starttls, mechanisms, legacyAuth } = features;
  return [
    ...(starttls === 'absent' ? ['startTLS is not offered'] : []),
    ...(mechanisms.length > 0 ? [`log-ins are offered without TLS: ${mechanisms.join(', ')}`] : []),
    ...(legacyAuth ? ['the old log-in (iq:auth) is offered without TLS'] : []),
    ...(clear === 'allowed' ? ['a log-in without TLS was let in'] : []),
    ...(clear === 'not-telling' ? ['the answer to a log-in without TLS does not tell strict from dynamic'] : []),
    ...(clear === 'closed' && !answeredInside
      ? ['a log-in without TLS was cut off, and inside TLS it got no answer either']
      : []),
    ...(inside === null ? ['startTLS was offered and did not work'] : []),
    ...(inside !== null && inside.mechanisms.length === 0 ? ['no log-in is offered inside TLS'] : []),
    ...(inside !== null && inside.starttls !== 'absent' ? ['startTLS is offered again inside TLS'] : []),
  ];
}
