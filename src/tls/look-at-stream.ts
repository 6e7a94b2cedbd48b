// What an XMPP port does with its callers, seen from outside: the features in the clear, a log-in without TLS, STARTTLS, and the
// same log-in inside. It gives texts and facts; what they prove is said by the product. Source: RFC 6120 sections 5 and 6.
import { randomBytes } from 'node:crypto';
import { openStream, openXmppLine, startTls, type TlsFacts, type XmppLine, type XmppTarget } from './xmpp-line.ts';
import { readOffer, type XmppStarttls } from './xmpp-prelude.ts';

export type LoginAttempt = { readonly mechanism: string; readonly answer: string; readonly closed: boolean };

export type StreamLook = {
  /** up to the features; '' : nothing that could be read */
  readonly clear: string;
  /** why there are no features, or why TLS did not work; '' : nothing went wrong */
  readonly fault: string;
  readonly tls: TlsFacts | null;
  /** features inside TLS; '' : none */
  readonly inside: string;
  /** null: not tried */
  readonly clearAttempt: LoginAttempt | null;
  readonly insideAttempt: LoginAttempt | null;
};

const NOTHING: StreamLook = { clear: '', fault: '', tls: null, inside: '', clearAttempt: null, insideAttempt: null };

/** Two connections at most; never throws. Nobody is logged in: the log-in is one that cannot succeed.
 * @param mechanismsOf names of the mechanisms in a text with features */
export async function lookAtStream(
  target: XmppTarget,
  service: XmppStarttls,
  mechanismsOf: (text: string) => readonly string[],
): Promise<StreamLook> {
  using line = openXmppLine(target);
  const opened = await openStream(line, target, service);
  if (opened.kind !== 'heard') return { ...NOTHING, fault: opened.detail };
  const clear = opened.answer;
  const offer = readOffer(clear);
  if (offer === undefined) return { ...NOTHING, fault: 'a stream error instead of features' };
  if (offer === 'absent') return { ...NOTHING, clear };
  const tls = await startTls(line);
  if (typeof tls === 'string') return { ...NOTHING, clear, fault: tls };
  const again = await openStream(line, target, service);
  if (again.kind !== 'heard') return { ...NOTHING, clear, tls, fault: `inside TLS: ${again.detail}` };
  const inside = again.answer;
  if (service === 'xmpp-server') return { ...NOTHING, clear, tls, inside };
  const mechanism = telling([...mechanismsOf(clear), ...mechanismsOf(inside)]);
  const insideAttempt = await attempt(line, mechanism);
  using second = openXmppLine(target);
  const reopened = await openStream(second, target, service);
  const clearAttempt = reopened.kind === 'heard' ? await attempt(second, mechanism) : null;
  return { clear, fault: '', tls, inside, clearAttempt, insideAttempt };
}

/** PLAIN is refused without TLS by servers that take others there, so it tells nothing. */
const telling = (offered: readonly string[]): string =>
  offered.find((name) => !['PLAIN', 'EXTERNAL', 'ANONYMOUS'].includes(name.toUpperCase())) ?? 'SCRAM-SHA-1';

async function attempt(line: XmppLine, mechanism: string): Promise<LoginAttempt> {
  line.say(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='${mechanism}'>${firstMessage(mechanism)}</auth>`);
  const heard = await line.hear((text) =>
    /<(?:[\w.-]+:)?(?:challenge|success|failure|error)\b[\s\S]*>/u.test(text) ? text : undefined,
  );
  return { mechanism, answer: heard.text, closed: heard.kind === 'closed' };
}

/** A user that nobody has: .invalid names belong to nobody (RFC 2606). */
const firstMessage = (mechanism: string): string =>
  mechanism.toUpperCase().startsWith('SCRAM')
    ? Buffer.from(`n,,n=probe.invalid,r=${randomBytes(12).toString('hex')}`).toString('base64')
    : '=';
