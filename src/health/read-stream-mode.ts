// The mode of an XMPP port, by what its streams prove: one word, why, and what TLS there is. Never a client's success: that
// works on a dynamic server too. Source: products/sun-im/stream-features.ts.
import {
  judgeClearAttempt,
  modeByFeatures,
  objectionsToStrict,
  parseFeatures,
  type StreamFeatures,
} from '../products/sun-im/stream-features.ts';
import { lookAtStream, type StreamLook } from '../tls/look-at-stream.ts';
import type { TlsFacts, XmppTarget } from '../tls/xmpp-line.ts';

export type StreamModeReport = {
  readonly mode: 'legacy' | 'dynamic' | 'strict' | 'inconclusive';
  readonly detail: string;
  readonly tls: TlsFacts | null;
};

/** Never throws. */
export async function readStreamMode(target: XmppTarget, service: 'client' | 'server'): Promise<StreamModeReport> {
  const look = await lookAtStream(target, `xmpp-${service}`, mechanismsOf);
  const features = parseFeatures(look.clear);
  const { tls, fault } = look;
  const told = (mode: StreamModeReport['mode'], detail: string): StreamModeReport => ({ mode, detail, tls });
  if (features === undefined) return told('inconclusive', fault === '' ? 'no stream features' : fault);
  const claimed = modeByFeatures(features);
  if (claimed === 'plain') return told('legacy', 'startTLS is not offered');
  if (tls === null) return told('inconclusive', `startTLS is offered and does not work: ${fault}`);
  const tlsText = `${tls.protocol} with ${tls.suite}`;
  if (claimed === 'dynamic') return told('dynamic', `startTLS is offered and not required; ${tlsText}`);
  const objections = service === 'server' ? [] : objectionsOf(features, look);
  if (objections.length > 0) return told('inconclusive', `strict is claimed and not proved: ${objections.join('; ')}`);
  const proof = service === 'server' ? 'startTLS is required' : 'startTLS is required, a log-in without it is refused';
  return told('strict', `${proof}; ${tlsText}`);
}

function objectionsOf(features: StreamFeatures, look: StreamLook): readonly string[] {
  const { clearAttempt, insideAttempt } = look;
  const answered =
    insideAttempt !== null && /<(?:[\w.-]+:)?(?:challenge|success|failure)\b/u.test(insideAttempt.answer);
  return objectionsToStrict({
    features,
    clear: clearAttempt === null ? 'not-telling' : judgeClearAttempt(clearAttempt),
    inside: parseFeatures(look.inside) ?? null,
    answeredInside: answered,
  });
}

const mechanismsOf = (text: string): readonly string[] => parseFeatures(text)?.mechanisms ?? [];
