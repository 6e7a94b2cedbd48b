// STARTTLS of XMPP, client to server and server to server. Source: RFC 6120 sections 4 and 5, XEP-0178; order and quotes
// of attributes vary between runs of one server, so elements are read, strings are not compared.
import type { Prelude, PreludeStep } from './prelude.ts';

export type XmppStarttls = 'xmpp-client' | 'xmpp-server';
/** what the features in the clear say of TLS */
export type XmppOffer = 'required' | 'optional' | 'absent';

const TLS_NAMESPACE = 'urn:ietf:params:xml:ns:xmpp-tls';
export const STARTTLS = `<starttls xmlns='${TLS_NAMESPACE}'/>`;
const TAG = /<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g;

type Tag = { readonly name: string; readonly isEnd: boolean; readonly isEmpty: boolean; readonly rest: string };

const readTags = (text: string): readonly Tag[] =>
  [...text.matchAll(TAG)].map(([, slash = '', name = '', rest = '']) => ({
    // A prefix is free to choose: <stream:features> and <features> are the same.
    name: name.slice(name.indexOf(':') + 1),
    isEnd: slash === '/',
    isEmpty: rest.endsWith('/'),
    rest,
  }));

/** undefined: the features have not arrived whole */
export function readOffer(text: string): XmppOffer | undefined {
  const tags = readTags(text);
  const start = tags.findIndex(({ name, isEnd }) => name === 'features' && !isEnd);
  if (start === -1) return undefined;
  if (tags[start]?.isEmpty === true) return 'absent';
  const length = tags.slice(start).findIndex(({ name, isEnd }) => name === 'features' && isEnd);
  if (length === -1) return undefined;
  const inside = tags.slice(start, start + length);
  const at = inside.findIndex(({ name, isEnd, rest }) => name === 'starttls' && !isEnd && rest.includes(TLS_NAMESPACE));
  if (at === -1) return 'absent';
  if (inside[at]?.isEmpty === true) return 'optional';
  const end = inside.slice(at).findIndex(({ name, isEnd }) => name === 'starttls' && isEnd);
  const children = inside.slice(at, end === -1 ? undefined : at + end);
  return children.some(({ name }) => name === 'required') ? 'required' : 'optional';
}

/** @param noteOffer gets what the features say, each time they were read */
export function makeXmppPrelude(kind: XmppStarttls, domain: string, noteOffer: (offer: XmppOffer) => void): Prelude {
  return { opening: streamHeader(kind, domain), read };

  function read(received: string, turn: number): PreludeStep {
    if (!/^\s*(<|$)/.test(received)) return { kind: 'refused', detail: 'an answer that is not XML before TLS' };
    const tags = readTags(received);
    if (tags.some(({ name }) => name === 'error')) return { kind: 'refused', detail: 'a stream error before TLS' };
    if (turn > 0) return readProceed(received, tags);
    const offer = readOffer(received);
    if (offer === undefined) return { kind: 'waiting' };
    noteOffer(offer);
    if (offer === 'absent') return { kind: 'refused', detail: 'features without starttls' };
    // Nothing may follow before <proceed/>: servers treat that as an attack.
    return { kind: 'say', text: STARTTLS };
  }
}

function readProceed(received: string, tags: readonly Tag[]): PreludeStep {
  const answer = tags.find(
    ({ name, rest }) => (name === 'proceed' || name === 'failure') && rest.includes(TLS_NAMESPACE),
  );
  if (answer?.name === 'failure') return { kind: 'refused', detail: 'starttls answered with a failure' };
  if (answer === undefined) return { kind: 'waiting' };
  const isWhole = answer.isEmpty || tags.some(({ name, isEnd }) => name === 'proceed' && isEnd);
  if (!isWhole) return { kind: 'waiting' };
  return received.trimEnd().endsWith('>') ? { kind: 'ready' } : { kind: 'refused', detail: 'bytes behind <proceed/>' };
}

export function streamHeader(kind: XmppStarttls, domain: string): string {
  const to = domain.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  const isServer = kind === 'xmpp-server';
  const namespaces = isServer ? "xmlns='jabber:server' xmlns:db='jabber:server:dialback'" : "xmlns='jabber:client'";
  // A server has to say who it is; .invalid belongs to nobody (RFC 2606).
  const from = isServer ? " from='probe.invalid'" : '';
  return `<?xml version='1.0'?><stream:stream ${namespaces} xmlns:stream='http://etherx.jabber.org/streams' to='${to}'${from} version='1.0'>`;
}
