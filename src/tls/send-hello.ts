// One question to a port: sends one hello over one connection, reads the clear flight, closes at once.
// Only what the server says counts as a refusal; silence and a closed port never do.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { makeClientHello } from './client-hello.ts';
import type { HelloOffer } from './client-hello.ts';
import { readServerFlight } from './server-flight.ts';
import type { FlightReading } from './server-flight.ts';
import { isSslv2Record, readSslv2Flight } from './sslv2-flight.ts';
import type { HelloOutcome } from './types.ts';

export type HelloTarget = {
  readonly host: string;
  readonly port: number;
  /** whole question, connection included */
  readonly timeoutMs: number;
  /** sent as server_name; an IP address is left out */
  readonly serverName?: string;
};

export type HelloExchange = { readonly outcome: HelloOutcome; readonly certificateRequested: boolean };

/** No real flight is longer; a server that goes on talking is not answering a hello. */
const MAX_FLIGHT = 2 ** 18;

export const sendHello = async (target: HelloTarget, offer: HelloOffer): Promise<HelloOutcome> =>
  (await exchangeHello(target, offer)).outcome;

export function exchangeHello(target: HelloTarget, offer: HelloOffer): Promise<HelloExchange> {
  const { host, port, timeoutMs, serverName } = target;
  const hello = makeClientHello(offer, randomBytes(32), serverName);
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    let isSent = false;
    let received: Uint8Array = new Uint8Array(0);
    const end = (outcome: HelloOutcome, certificateRequested = false): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ outcome, certificateRequested });
    };
    /** the answer ended without a verdict: nothing at all is a refusal, half an answer is not */
    const endEarly = (how: 'closed' | 'reset', detail: string): void => {
      const reading = readAnswer(received, offer);
      if (reading.kind === 'answered') end(reading.outcome, reading.certificateRequested);
      else if (reading.note === undefined) end({ kind: 'refused', how, detail });
      else end({ kind: 'inconclusive', why: 'not-tls', detail: `${reading.note} (${how})` });
    };
    const timer = setTimeout(() => {
      if (isSent) end({ kind: 'inconclusive', why: 'timeout', detail: `no complete answer within ${timeoutMs} ms` });
      else end({ kind: 'inconclusive', why: 'unreachable', detail: `no connection within ${timeoutMs} ms` });
    }, timeoutMs);
    socket.once('connect', () => {
      isSent = true;
      socket.write(hello);
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const reading = readAnswer(received, offer);
      if (reading.kind === 'answered') end(reading.outcome, reading.certificateRequested);
      else if (received.length > MAX_FLIGHT) end({ kind: 'inconclusive', why: 'not-tls', detail: 'an endless answer' });
    });
    socket.once('end', () => endEarly('closed', 'connection closed after the hello'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      if (isSent && isReset) endEarly('reset', 'connection reset after the hello');
      else end(unreachable(error));
    });
    // After 'error' this finds the question answered; alone it is a connection that somebody else destroyed.
    socket.once('close', () => endEarly('closed', 'connection closed after the hello'));
  });
}

function readAnswer(bytes: Uint8Array, offer: HelloOffer): FlightReading {
  if (bytes.length === 0) return { kind: 'waiting', note: undefined };
  if (offer.version !== 'SSLv2') return readServerFlight(bytes, offer);
  if (isSslv2Record(bytes)) return readSslv2Flight(bytes, offer);
  return readServerFlight(bytes, offer);
}

function unreachable(error: NodeJS.ErrnoException): HelloOutcome {
  const why = error.code === 'ECONNREFUSED' ? 'connection-refused' : 'unreachable';
  return { kind: 'inconclusive', why, detail: error.code ?? error.message };
}
