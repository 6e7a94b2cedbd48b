// One question to a port: sends one hello over one connection, reads the clear flight, closes at once.
// Only what the server says counts as a refusal; silence and a closed port never do.
import { makeClientHello } from './client-hello.ts';
import type { HelloOffer } from './client-hello.ts';
import { converse } from './converse.ts';
import type { Ending, HelloTarget } from './converse.ts';
import { readServerFlight } from './server-flight.ts';
import type { FlightReading } from './server-flight.ts';
import type { FlightFacts } from './flight-facts.ts';
import { isSslv2Record, readSslv2Flight } from './sslv2-flight.ts';
import type { HelloOutcome } from './types.ts';

export type { HelloTarget } from './converse.ts';

export type HelloExchange = {
  readonly outcome: HelloOutcome;
  readonly certificateRequested: boolean;
  /** undefined: not accepted */
  readonly facts?: FlightFacts;
};

export const sendHello = async (target: HelloTarget, offer: HelloOffer): Promise<HelloOutcome> =>
  (await exchangeHello(target, offer)).outcome;

export const exchangeHello = (target: HelloTarget, offer: HelloOffer): Promise<HelloExchange> =>
  converse(target, {
    opening: () => makeClientHello(offer, fillHello(), target),
    read(received) {
      const reading = readAnswer(received, offer);
      return reading.kind === 'answered' ? reading : undefined;
    },
    ended: (ending, received) => judgeEnding(ending, received, offer),
  });

/** Not from node:crypto, which takes longer to load than a port to answer: nothing is ever encrypted with these bytes. */
const fillHello = (): Uint8Array => Uint8Array.from({ length: 32 }, () => Math.random() * 256);

const unanswered = (outcome: HelloOutcome): HelloExchange => ({ outcome, certificateRequested: false });

/** The answer ended without a verdict: nothing at all is a refusal, half an answer is not. */
export function judgeEnding(ending: Ending, received: Uint8Array, offer: HelloOffer): HelloExchange {
  if ('detail' in ending) return unanswered({ kind: 'inconclusive', why: ending.kind, detail: ending.detail });
  const { kind: how } = ending;
  const reading = readAnswer(received, offer);
  if (reading.kind === 'answered') return reading;
  if (reading.note === undefined)
    return unanswered({ kind: 'refused', how, detail: `connection ${how} after the hello` });
  return unanswered({ kind: 'inconclusive', why: 'not-tls', detail: `${reading.note} (${how})` });
}

export function readAnswer(bytes: Uint8Array, offer: HelloOffer): FlightReading {
  if (bytes.length === 0) return { kind: 'waiting', note: undefined };
  if (offer.version !== 'SSLv2') return readServerFlight(bytes, offer);
  if (isSslv2Record(bytes)) return readSslv2Flight(bytes, offer);
  return readServerFlight(bytes, offer);
}
