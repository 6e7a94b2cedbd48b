// What a server's answer to one hello means: its choice, its chain, its alert, or that it is not TLS.
// Source: RFC 5246 section 7.4, RFC 8446 sections 4.1.3 and 4.1.4 (a HelloRetryRequest is a ServerHello).
import { alertName } from './alerts.ts';
import { makeByteReader } from './byte-reader.ts';
import { groupName, readEphemeralKey } from './flight-facts.ts';
import type { FlightFacts } from './flight-facts.ts';
import { protocolVersionOf, WIRE_VERSION } from './protocol-versions.ts';
import { readFlight } from './records.ts';
import type { HelloOffer } from './client-hello.ts';
import type { HelloOutcome } from './types.ts';

/** `waiting`: more bytes are needed; `note` says for what, should the server end here. */
export type FlightReading =
  | { readonly kind: 'waiting'; readonly note: string | undefined }
  | {
      readonly kind: 'answered';
      readonly outcome: HelloOutcome;
      readonly certificateRequested: boolean;
      readonly facts?: FlightFacts;
    };

type ServerHello = {
  readonly wireVersion: number;
  readonly suite: number;
  readonly compression: number;
  readonly extensions: ReadonlyMap<number, Uint8Array>;
};

const HELLO_REQUEST = 0;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const CERTIFICATE_REQUEST = 13;
const SERVER_HELLO_DONE = 14;
const SERVER_KEY_EXCHANGE = 12;
/** Seen, not read. */
const CERTIFICATE_STATUS = 22;
const EXTENDED_MASTER_SECRET = 23;
const SUPPORTED_VERSIONS = 43;
const KEY_SHARE = 51;
const RENEGOTIATION_INFO = 0xff01;

const answered = (outcome: HelloOutcome, certificateRequested = false): FlightReading => ({
  kind: 'answered',
  outcome,
  certificateRequested,
});
const notTls = (detail: string): FlightReading => answered({ kind: 'inconclusive', why: 'not-tls', detail });

export function readServerFlight(bytes: Uint8Array, offer: HelloOffer): FlightReading {
  const { messages, fault, isPartial } = readFlight(bytes);
  let hello: ServerHello | undefined;
  let chain: readonly Uint8Array[] = [];
  let certificateRequested = false;
  let ephemeralKey: string | null = null;
  for (const message of messages) {
    if (message.kind === 'alert') {
      const { level, description } = message;
      const isWarning = level === 1 && description !== 0;
      if (isWarning) continue;
      if (description === 0) return answered({ kind: 'refused', how: 'closed', detail: 'close_notify' });
      return answered({ kind: 'refused', how: 'alert', detail: alertName(description) });
    }
    const { type, body } = message;
    if (hello === undefined) {
      if (type === HELLO_REQUEST && body.length === 0) continue;
      hello = type === SERVER_HELLO ? parseServerHello(body) : undefined;
      if (hello === undefined) return notTls('the first message is no well-formed ServerHello');
      const early = judgeHello(hello, offer);
      if (early !== undefined) return early;
    } else if (type === CERTIFICATE) {
      const parsed = parseCertificateList(body);
      if (parsed === undefined) return notTls('a Certificate message with wrong lengths');
      chain = parsed;
    } else if (type === CERTIFICATE_REQUEST) {
      certificateRequested = true;
    } else if (type === SERVER_HELLO_DONE && body.length === 0) {
      const outcome = { kind: 'accepted', version: offer.version, suite: hello.suite, chain } as const;
      return { kind: 'answered', outcome, certificateRequested, facts: factsOf(hello, ephemeralKey) };
    } else if (type === SERVER_KEY_EXCHANGE) {
      ephemeralKey = readEphemeralKey(body, hello.suite);
    } else if (type !== CERTIFICATE_STATUS) {
      return notTls(`a handshake message of type ${type} in the server's flight`);
    }
  }
  if (fault !== undefined) return notTls(fault);
  if (hello !== undefined) return { kind: 'waiting', note: 'its flight ended after the ServerHello' };
  return { kind: 'waiting', note: isPartial ? 'its answer ended within a record' : undefined };
}

/** undefined: the hello is as offered and, below TLS 1.3, the rest of the flight is still to come. */
function judgeHello(hello: ServerHello, { version, suites, deflate }: HelloOffer): FlightReading | undefined {
  const { wireVersion, suite, compression } = hello;
  const chosen = protocolVersionOf(wireVersion);
  if (chosen === undefined) return notTls(`a ServerHello of version 0x${wireVersion.toString(16)}`);
  // A server that knows the SSLv2 form of a hello may choose SSLv3 or later: that is an answer, and not SSLv2.
  if (version !== 'SSLv2' && wireVersion > WIRE_VERSION[version])
    return notTls(`${chosen} chosen, which was not offered`);
  if (wireVersion !== WIRE_VERSION[version]) {
    return answered({ kind: 'refused', how: 'lower-version', detail: `${chosen} chosen instead of ${version}` });
  }
  if (!suites.includes(suite)) return notTls(`suite 0x${suite.toString(16)} chosen, which was not offered`);
  // 1 is DEFLATE, the only method ever registered for general use (RFC 3749).
  if (compression !== 0 && !(compression === 1 && deflate === true)) return notTls(`compression ${compression} chosen`);
  if (version !== 'TLSv1.3') return undefined;
  const share = hello.extensions.get(KEY_SHARE);
  const group = share === undefined || share.length < 2 ? null : groupName(makeByteReader(share).uint(2));
  const outcome = { kind: 'accepted', version, suite, chain: [] } as const;
  return { kind: 'answered', outcome, certificateRequested: false, facts: factsOf(hello, group) };
}

const factsOf = (hello: ServerHello, ephemeralKey: string | null): FlightFacts => {
  // TLS 1.3 can only do what these two extensions ask for.
  const isTls13 = hello.wireVersion === WIRE_VERSION['TLSv1.3'];
  return {
    secureRenegotiation: isTls13 || hello.extensions.has(RENEGOTIATION_INFO),
    extendedMasterSecret: isTls13 || hello.extensions.has(EXTENDED_MASTER_SECRET),
    compression: hello.compression !== 0,
    ephemeralKey,
  };
};

function parseServerHello(body: Uint8Array): ServerHello | undefined {
  const reader = makeByteReader(body);
  const legacyVersion = reader.uint(2);
  reader.take(32);
  const sessionId = reader.vector(1);
  const suite = reader.uint(2);
  const compression = reader.uint(1);
  const extensions = reader.left() > 0 ? reader.vector(2) : new Uint8Array(0);
  if (!reader.isExact() || sessionId.length > 32) return undefined;
  const parsed = parseExtensions(extensions);
  if (parsed === undefined) return undefined;
  const found = { suite, compression, extensions: parsed };
  // It is how TLS 1.3 says its version.
  const selected = parsed.get(SUPPORTED_VERSIONS);
  if (selected === undefined)
    return legacyVersion > WIRE_VERSION['TLSv1.2'] ? undefined : { ...found, wireVersion: legacyVersion };
  if (selected.length !== 2 || legacyVersion !== WIRE_VERSION['TLSv1.2']) return undefined;
  return { ...found, wireVersion: makeByteReader(selected).uint(2) };
}

/** undefined: a wrong length, or one twice */
function parseExtensions(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const reader = makeByteReader(bytes);
  const extensions = new Map<number, Uint8Array>();
  while (reader.left() > 0) {
    const id = reader.uint(2);
    const body = reader.vector(2);
    if (extensions.has(id)) return undefined;
    extensions.set(id, body);
  }
  return reader.isExact() ? extensions : undefined;
}

function parseCertificateList(body: Uint8Array): readonly Uint8Array[] | undefined {
  const outer = makeByteReader(body);
  const list = makeByteReader(outer.vector(3));
  const chain: Uint8Array[] = [];
  while (list.left() > 0) chain.push(new Uint8Array(list.vector(3)));
  return outer.isExact() && list.isExact() && chain.every(({ length }) => length > 0) ? chain : undefined;
}
