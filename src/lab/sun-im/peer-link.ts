// The calling side of a link with another server: one connection carries what this server has to say, the other side has its own
// (RFC 6120, XEP-0220). TLS where this server has a key store and the other side offers it; never without where iim.conf requires
// it, and then what was to be sent is lost without a word: the worse of what was measured with Prosody. How Sun's servers prove
// their names to each other (coserver password) is in no page that could be read: dialback stands in.
import { once } from 'node:events';
import { connect } from 'node:net';
import { ANY_CIPHERS, findUntrusted, peerChain, rangeOf } from '../tls-client.ts';
import { bounce, coserverOf, header, mustEncrypt } from './engine.ts';
import type { Engine } from './engine.ts';
import type { Coserver } from './settings.ts';
import { childNamed, encode, is, NS, renderStanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';
import { openWire } from './wire.ts';
import type { Wire } from './wire.ts';

export interface PeerLink {
  send(stanza: Stanza): void;
  close(): void;
}

type Called =
  | { readonly kind: 'open'; readonly wire: Wire; readonly id: string }
  /** silent: who wanted to send is not told */
  | { readonly kind: 'failed'; readonly reason: string; readonly isSilent: boolean };

const ANSWER_MS = 5_000;
/** What waits for a link that does not come up. */
const LIMIT = 1_000;

const failed = (reason: string, isSilent = false): Called => ({ kind: 'failed', reason, isSilent });

/** A stream to the other server, encrypted as both sides want it, and not proved yet. */
async function call(engine: Engine, peer: Coserver): Promise<Called> {
  const { sockets, ended } = engine;
  const socket = connect({ host: peer.address, port: peer.port, noDelay: true });
  sockets.note(socket);
  const abort = (): void => void socket.destroy();
  ended.addEventListener('abort', abort);
  socket.once('close', () => ended.removeEventListener('abort', abort));
  socket.setTimeout(ANSWER_MS, abort);
  try {
    await once(socket, 'connect');
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
  socket.setTimeout(0);
  const wire = openWire(socket);
  const outcome = await negotiate(engine, peer, wire);
  if (outcome.kind === 'failed') wire.close();
  return outcome;
}

type Greeting = { readonly id: string; readonly features: Stanza } | { readonly reason: string };

async function greet({ settings }: Engine, { domain }: Coserver, wire: Wire): Promise<Greeting> {
  wire.send(header('server', { to: domain, from: settings.domain }));
  const head = await wire.next(ANSWER_MS);
  if (head.kind !== 'head') return { reason: 'there came no stream' };
  const first = await wire.next(ANSWER_MS);
  if (first.kind !== 'element' || !/(?:^|:)features$/.test(first.element.name))
    return { reason: first.kind === 'element' ? renderStanza(first.element) : 'there came no features' };
  return { id: head.attributes['id'] ?? '', features: first.element };
}

async function negotiate(engine: Engine, peer: Coserver, wire: Wire): Promise<Called> {
  const { store, settings } = engine;
  const before = await greet(engine, peer, wire);
  if ('reason' in before) return failed(before.reason);
  const isOffered = childNamed(before.features, 'starttls')?.attributes['xmlns'] === NS.tls;
  if (!isOffered || store === undefined) {
    const mine = mustEncrypt(engine, peer.domain);
    if (mine)
      return failed(isOffered ? 'this side has no usable key store' : 'the other side offers no startTLS', true);
    return { kind: 'open', wire, id: before.id };
  }
  wire.send(`<starttls xmlns='${NS.tls}'/>`);
  const answer = await wire.next(ANSWER_MS);
  if (answer.kind !== 'element' || !is(answer.element, 'proceed', NS.tls)) return failed('startTLS was refused');
  try {
    await wire.startTls({
      ...rangeOf(settings.versions),
      ciphers: ANY_CIPHERS,
      key: store.key.key,
      cert: store.key.chain.join(''),
      rejectUnauthorized: false,
    });
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
  const objection = objectionTo(engine, wire);
  if (objection !== undefined) return failed(objection);
  const after = await greet(engine, peer, wire);
  return 'reason' in after ? failed(after.reason) : { kind: 'open', wire, id: after.id };
}

function objectionTo({ store, settings, log }: Engine, wire: Wire): string | undefined {
  const secure = wire.peer();
  const chain = secure === undefined ? [] : peerChain(secure);
  if (settings.trustsAll) {
    // Table 12-1: it will also add the certificate information into the log files.
    for (const { subject, fingerprint256 } of chain)
      log('INFO', `certificate ${subject.replaceAll('\n', ', ')} ${fingerprint256}`);
    return undefined;
  }
  const untrusted = chain.length === 0 ? undefined : findUntrusted(chain, store?.trusted ?? []);
  if (chain.length === 0) return 'no certificate was shown';
  return untrusted === undefined
    ? undefined
    : `the certificate of ${untrusted.subject.replaceAll('\n', ', ')} is not trusted`;
}

/** Asks the server of a domain whether it made that key for the stream with that id. */
export async function verifyAtHome(engine: Engine, domain: string, id: string, key: string): Promise<boolean> {
  const peer = coserverOf(engine, domain);
  if (peer === undefined) return false;
  const called = await call(engine, peer);
  if (called.kind === 'failed') {
    engine.log('WARN', `server ${domain} cannot be asked: ${called.reason}`);
    return false;
  }
  const { wire } = called;
  const [to, from, stream, text] = [domain, engine.settings.domain, id, key].map(encode);
  wire.send(`<db:verify to='${to}' from='${from}' id='${stream}'>${text}</db:verify>`);
  const answer = await wire.next(ANSWER_MS);
  wire.close();
  return (
    answer.kind === 'element' && answer.element.name === 'db:verify' && answer.element.attributes['type'] === 'valid'
  );
}

export function makePeerLink(engine: () => Engine, peer: Coserver): PeerLink {
  const queue: Stanza[] = [];
  let wire: Wire | undefined;
  let isCalling = false;
  const open = async (): Promise<void> => {
    isCalling = true;
    const outcome = await proved(engine(), peer);
    isCalling = false;
    const waiting = queue.splice(0);
    if (outcome.kind === 'failed') {
      engine().log('WARN', `server ${peer.domain} (${peer.name}) cannot be called: ${outcome.reason}`);
      if (!outcome.isSilent) for (const stanza of waiting) bounce(engine(), stanza, 'remote-server-not-found');
      return;
    }
    ({ wire } = outcome);
    engine().log('INFO', `called server ${peer.domain} (${peer.name}), ${wire.secure() ?? 'in the clear'}`);
    void watch(wire);
    for (const stanza of waiting) wire.send(renderStanza(stanza));
  };
  const watch = async (watched: Wire): Promise<void> => {
    const { kind } = await watched.next();
    if (wire === watched) wire = undefined;
    watched.close();
    engine().log('INFO', `the link to server ${peer.domain} (${peer.name}) ended: ${kind}`);
  };
  return {
    send: (stanza) => {
      if (wire !== undefined) {
        wire.send(renderStanza(stanza));
        return;
      }
      if (queue.length < LIMIT) queue.push(stanza);
      if (!isCalling && !engine().ended.aborted) void open();
    },
    close: () => wire?.close(),
  };
}

async function proved(engine: Engine, peer: Coserver): Promise<Called> {
  const called = await call(engine, peer);
  if (called.kind === 'failed') return called;
  const { wire, id } = called;
  const { domain } = engine.settings;
  const key = engine.dialbackKey(peer.domain, domain, id);
  wire.send(`<db:result to='${encode(peer.domain)}' from='${encode(domain)}'>${key}</db:result>`);
  const answer = await wire.next(2 * ANSWER_MS);
  const type =
    answer.kind === 'element' && answer.element.name === 'db:result' ? answer.element.attributes['type'] : '';
  if (type === 'valid') return called;
  wire.close();
  // A strict other side ends the stream here: as measured with Prosody, nobody is told.
  return failed(
    answer.kind === 'element' ? renderStanza(answer.element) : `no answer to dialback: ${answer.kind}`,
    true,
  );
}
