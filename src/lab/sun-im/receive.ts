// The receiving side of a stream, of clients and of servers: what is offered, what is refused, and who gets in. With requiressl
// "the server will terminate any connection that does not request a TLS connection after the initial stream session is set up"
// (table 12-1); in which words is in no page, so the features and the error are those of RFC 6120, as Prosody has them.
import { randomBytes } from 'node:crypto';
import { beginSasl, MECHANISMS } from './accounts.ts';
import type { SaslStep } from './accounts.ts';
import { coserverOf, domainOf, header, mustEncrypt, route, streamError } from './engine.ts';
import type { Engine, Seat } from './engine.ts';
import { verifyAtHome } from './peer-link.ts';
import { childNamed, encode, is, NS } from './stanza.ts';
import type { Stanza, StreamPiece } from './stanza.ts';
import type { Wire } from './wire.ts';

type Head = Extract<StreamPiece, { kind: 'head' }>['attributes'];

/** How long a caller may think before it is logged in. */
const IDLE_MS = 30_000;

/** Resolves when the connection has ended. */
export async function receiveStream(engine: Engine, wire: Wire, from: string): Promise<void> {
  try {
    const first = await wire.next(IDLE_MS);
    if (first.kind !== 'head') return;
    if (first.attributes['xmlns'] === NS.server) await receiveServer(engine, wire, first.attributes, from);
    else await receiveClient(engine, wire, first.attributes, from);
  } finally {
    wire.close();
  }
}

const features = (...parts: readonly string[]): string => `<stream:features>${parts.join('')}</stream:features>`;

const startTlsFeature = (required: boolean): string =>
  required ? `<starttls xmlns='${NS.tls}'><required/></starttls>` : `<starttls xmlns='${NS.tls}'/>`;

/** Answers a request for TLS and does the handshake; gives the head of the new stream, undefined when nothing came of it. */
async function secured({ context, store, settings, log }: Engine, wire: Wire, from: string): Promise<Head | undefined> {
  if (settings.keyStore === undefined || wire.secure() !== null) {
    wire.send(streamError('unsupported-stanza-type'));
    return undefined;
  }
  if (context === undefined || store === undefined) {
    // RFC 6120 section 5.4.2.2: it was offered and cannot be done.
    wire.send(`<failure xmlns='${NS.tls}'/></stream:stream>`);
    return undefined;
  }
  wire.send(`<proceed xmlns='${NS.tls}'/>`);
  try {
    await wire.acceptTls(context);
  } catch (error) {
    log('WARN', `startTLS with ${from}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const head = await wire.next(IDLE_MS);
  return head.kind === 'head' ? head.attributes : undefined;
}

async function receiveClient(engine: Engine, wire: Wire, first: Head, from: string): Promise<void> {
  const { settings, log } = engine;
  let offersTls = settings.keyStore !== undefined;
  let user: string | undefined;
  const open = (head: Head): boolean => {
    wire.send(header('client', { id: randomBytes(8).toString('hex'), from: settings.domain }));
    if ((head['to'] ?? '').toLowerCase() !== settings.domain) {
      wire.send(streamError('host-unknown'));
      return false;
    }
    const mechanisms = `<mechanisms xmlns='${NS.sasl}'>${MECHANISMS.map((name) => `<mechanism>${name}</mechanism>`).join('')}</mechanisms>`;
    if (user !== undefined) wire.send(features(`<bind xmlns='${NS.bind}'/>`, `<session xmlns='${NS.session}'/>`));
    else if (wire.secure() !== null) wire.send(features(mechanisms));
    else if (settings.requiresTls) wire.send(features(...(offersTls ? [startTlsFeature(true)] : [])));
    else wire.send(features(...(offersTls ? [startTlsFeature(false)] : []), mechanisms));
    return true;
  };
  if (!open(first)) return;
  for (;;) {
    const piece = await wire.next(IDLE_MS);
    if (piece.kind !== 'element') return;
    const { element } = piece;
    if (is(element, 'starttls', NS.tls)) {
      const head = await secured(engine, wire, from);
      if (head === undefined || !open(head)) return;
      offersTls = false;
    } else if (settings.requiresTls && wire.secure() === null) {
      log('WARN', `client ${from} was cut off: it asked for something else than TLS`);
      wire.send(streamError('policy-violation'));
      return;
    } else if (user === undefined) {
      if (!is(element, 'auth', NS.sasl)) {
        wire.send(streamError('not-authorized'));
        return;
      }
      user = await logIn(engine, wire, element);
      if (user === undefined) continue;
      wire.restart();
      const head = await wire.next(IDLE_MS);
      if (head.kind !== 'head' || !open(head.attributes)) return;
    } else {
      const bind = childNamed(element, 'bind');
      if (bind === undefined) {
        wire.send(streamError('not-authorized'));
        return;
      }
      const wanted = childNamed(bind, 'resource')?.text ?? '';
      const resource = wanted === '' ? randomBytes(4).toString('hex') : wanted;
      const jid = `${user}@${settings.domain}/${resource}`;
      const id = encode(element.attributes['id'] ?? '');
      wire.send(`<iq type='result' id='${id}'><bind xmlns='${NS.bind}'><jid>${encode(jid)}</jid></bind></iq>`);
      const seat: Seat = { user, resource, send: (text) => wire.send(text) };
      await serveClient(engine, wire, seat, jid, from);
      return;
    }
  }
}

const decoded = (text: string): string => (text === '=' ? '' : Buffer.from(text, 'base64').toString('utf8'));
const coded = (text: string): string => Buffer.from(text).toString('base64');

async function logIn({ accounts, log }: Engine, wire: Wire, auth: Stanza): Promise<string | undefined> {
  let step: SaslStep = beginSasl(accounts(), auth.attributes['mechanism'] ?? '', decoded(auth.text.trim()));
  while (step.kind === 'challenge') {
    wire.send(`<challenge xmlns='${NS.sasl}'>${coded(step.text)}</challenge>`);
    const piece = await wire.next(IDLE_MS);
    if (piece.kind !== 'element' || !is(piece.element, 'response', NS.sasl)) {
      step = { kind: 'failure', condition: 'malformed-request' };
      break;
    }
    step = step.next(decoded(piece.element.text.trim()));
  }
  if (step.kind === 'success') {
    wire.send(`<success xmlns='${NS.sasl}'>${coded(step.text)}</success>`);
    return step.user;
  }
  log('WARN', `a log-in was refused: ${step.condition}`);
  wire.send(`<failure xmlns='${NS.sasl}'><${step.condition}/></failure>`);
  return undefined;
}

async function serveClient(engine: Engine, wire: Wire, seat: Seat, jid: string, from: string): Promise<void> {
  const { seats, log } = engine;
  seats.add(seat);
  log('INFO', `client ${jid} at ${from} logged in, ${wire.secure() ?? 'in the clear'}`);
  try {
    for (;;) {
      const piece = await wire.next();
      if (piece.kind !== 'element') return;
      const { element } = piece;
      if (childNamed(element, 'session') !== undefined)
        wire.send(`<iq type='result' id='${encode(element.attributes['id'] ?? '')}'/>`);
      else if (/^(?:message|iq|presence)$/.test(element.name)) {
        if (element.name !== 'presence')
          route(engine, { ...element, attributes: { ...element.attributes, from: jid } });
      } else {
        wire.send(streamError('unsupported-stanza-type'));
        return;
      }
    }
  } finally {
    seats.delete(seat);
    log('INFO', `client ${jid} left`);
  }
}

async function receiveServer(engine: Engine, wire: Wire, first: Head, from: string): Promise<void> {
  const { settings, log } = engine;
  /** of this stream; dialback keys are bound to it */
  let id = '';
  const proved = new Set<string>();
  const open = (head: Head): boolean => {
    id = randomBytes(8).toString('hex');
    const other = head['from']?.toLowerCase();
    wire.send(header('server', { id, from: settings.domain, to: other }));
    const to = head['to']?.toLowerCase();
    if (to !== undefined && to !== settings.domain) {
      wire.send(streamError('host-unknown'));
      return false;
    }
    const isOffered = settings.keyStore !== undefined && wire.secure() === null;
    const tls = isOffered ? [startTlsFeature(mustEncrypt(engine, other))] : [];
    // Dialback is listed by strict servers, too.
    wire.send(features(...tls, `<dialback xmlns='urn:xmpp:features:dialback'/>`));
    return true;
  };
  if (!open(first)) return;
  for (;;) {
    const piece = await wire.next(proved.size === 0 ? IDLE_MS : undefined);
    if (piece.kind !== 'element') return;
    const { element } = piece;
    const other = domainOf(element.attributes['from'] ?? first['from'] ?? '');
    if (is(element, 'starttls', NS.tls)) {
      const head = await secured(engine, wire, from);
      if (head === undefined || !open(head)) return;
    } else if (wire.secure() === null && mustEncrypt(engine, other)) {
      log('WARN', `server ${other} at ${from} was cut off: it asked for something else than TLS`);
      wire.send(streamError('policy-violation'));
      return;
    } else if (element.name === 'db:verify') {
      const { to = '', id: asked = '' } = element.attributes;
      const isRight = element.text === engine.dialbackKey(other, domainOf(to), asked);
      const [a, b, c] = [other, to, asked].map(encode);
      wire.send(`<db:verify from='${b}' to='${a}' id='${c}' type='${isRight ? 'valid' : 'invalid'}'/>`);
    } else if (element.name === 'db:result') {
      const isKnown = coserverOf(engine, other) !== undefined;
      const isRight = isKnown && (await verifyAtHome(engine, other, id, element.text));
      const type = isRight ? 'valid' : 'invalid';
      wire.send(`<db:result from='${encode(settings.domain)}' to='${encode(other)}' type='${type}'/>`);
      log(isRight ? 'INFO' : 'WARN', `server ${other} at ${from} is ${type}, ${wire.secure() ?? 'in the clear'}`);
      if (!isRight) return;
      proved.add(other);
    } else if (!proved.has(other) || domainOf(element.attributes['to'] ?? '') !== settings.domain) {
      wire.send(streamError('invalid-from'));
      return;
    } else route(engine, element);
  }
}
