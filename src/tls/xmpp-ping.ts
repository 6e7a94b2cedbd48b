// A ping through an XMPP server to another domain and back: the only thing that proves both directions of a link between
// servers. The user is logged in inside TLS only. Sources: RFC 6120 (SASL PLAIN, resource binding), XEP-0199.
import { randomBytes } from 'node:crypto';
import type { Login } from '../core/operation.ts';
import { exposeSecret } from '../core/secret.ts';
import { openStream, openXmppLine, startTls, type XmppLine, type XmppTarget } from './xmpp-line.ts';

export type PingResult =
  | { readonly kind: 'answered'; readonly ms: number; readonly detail: string }
  /** nothing, or an error of the own server, in the time */
  | { readonly kind: 'lost'; readonly detail: string }
  /** the question could not be asked */
  | { readonly kind: 'not-asked'; readonly detail: string };

/** @param to domain of the other server; never throws */
export async function pingThrough(target: XmppTarget, login: Login, to: string): Promise<PingResult> {
  using line = openXmppLine(target);
  const problem = await logIn(line, target, login);
  if (problem !== undefined) return { kind: 'not-asked', detail: `${target.host}:${target.port}: ${problem}` };
  const id = `ping-${randomBytes(6).toString('hex')}`;
  const startedAt = performance.now();
  line.say(`<iq type='get' id='${id}' to='${escaped(to)}'><ping xmlns='urn:xmpp:ping'/></iq>`);
  const heard = await line.hear((text) => answerTo(text, id));
  const ms = Math.round(performance.now() - startedAt);
  if (heard.kind !== 'heard') return { kind: 'lost', detail: `a ping to ${to} got no answer: ${heard.detail}` };
  const { type, from, text } = heard.answer;
  // An error can come from the own server, which says by it that it did not get through.
  const isTheirs = from.split('@').at(-1)?.split('/')[0]?.toLowerCase() === to.toLowerCase();
  const isEcho = type === 'result' || /<(?:service-unavailable|feature-not-implemented)\b/u.test(text);
  if (isTheirs && isEcho) return { kind: 'answered', ms, detail: `${to} answered after ${ms} ms` };
  const condition = /<error\b[^<>]*>\s*<([\w-]+)/u.exec(text)?.[1] ?? type;
  return { kind: 'lost', detail: `a ping to ${to} was answered with ${condition} by ${from || 'the own server'}` };
}

type Answer = { readonly type: string; readonly from: string; readonly text: string };

function answerTo(text: string, id: string): Answer | undefined {
  for (const [whole, head = ''] of text.matchAll(/<iq\b((?:[^<>"']|"[^"]*"|'[^']*')*?)(?:\/>|>[\s\S]*?<\/iq\s*>)/gu)) {
    const attribute = (name: string): string =>
      new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'u').exec(head)?.slice(1).find(Boolean) ?? '';
    const type = attribute('type');
    if (attribute('id') === id && (type === 'result' || type === 'error'))
      return { type, from: attribute('from'), text: whole };
  }
  return undefined;
}

/** Text: why not. */
async function logIn(line: XmppLine, target: XmppTarget, { user, password }: Login): Promise<string | undefined> {
  const opened = await openStream(line, target, 'xmpp-client');
  if (opened.kind !== 'heard') return `no stream: ${opened.detail}`;
  if (!/<(?:[\w.-]+:)?starttls\b/u.test(opened.answer))
    return 'startTLS is not offered, and nobody is logged in without';
  const tls = await startTls(line);
  if (typeof tls === 'string') return tls;
  const inside = await openStream(line, target, 'xmpp-client');
  if (inside.kind !== 'heard') return `no stream inside TLS: ${inside.detail}`;
  if (!/>\s*PLAIN\s*</u.test(inside.answer)) return 'the log-in PLAIN is not offered inside TLS';
  const message = Buffer.from(`\0${user}\0${exposeSecret(password)}`).toString('base64');
  line.say(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${message}</auth>`);
  const answer = await line.hear((text) => /<(?:[\w.-]+:)?(success|failure)\b/u.exec(text)?.[1]);
  if (answer.kind !== 'heard') return `no answer to the log-in of ${user}: ${answer.detail}`;
  if (answer.answer === 'failure') return `the log-in of ${user} is refused`;
  const bound = await openStream(line, target, 'xmpp-client');
  if (bound.kind !== 'heard') return `no stream after the log-in: ${bound.detail}`;
  line.say(
    "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>strictstep</resource></bind></iq>",
  );
  const resource = await line.hear((text) => answerTo(text, 'bind'));
  if (resource.kind !== 'heard') return `no resource: ${resource.detail}`;
  if (resource.answer.type !== 'result') return 'no resource: the server refused it';
  // Servers from before RFC 6121 want it, newer ones do not know it.
  if (!/urn:ietf:params:xml:ns:xmpp-session/u.test(bound.answer)) return undefined;
  line.say("<iq type='set' id='session'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
  await line.hear((text) => answerTo(text, 'session'));
  return undefined;
}

const escaped = (text: string): string => text.replace(/[&<>"']/gu, (char) => `&#${char.charCodeAt(0)};`);
