// The answer to an SSL 2.0 CLIENT-HELLO. Source: draft-hickman-netscape-ssl-00 sections 1.1 and 2.6.
import { makeByteReader } from './byte-reader.ts';
import { WIRE_VERSION } from './protocol-versions.ts';
import type { FlightReading } from './server-flight.ts';
import type { HelloOffer } from './client-hello.ts';
import type { HelloOutcome } from './types.ts';

/** SSL_CK_* kinds, three bytes each: RC4, RC4 export, RC2, RC2 export, IDEA, DES, 3DES. */
export const SSLV2_SUITES: readonly number[] = [0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700c0];

const ERROR = 0;
const SERVER_HELLO = 4;

/** Whether the first byte of an answer can start an SSL 2.0 record with the two-byte header. */
export const isSslv2Record = (bytes: Uint8Array): boolean => ((bytes[0] ?? 0) & 0x80) !== 0;

export function readSslv2Flight(bytes: Uint8Array, { suites }: HelloOffer): FlightReading {
  const reader = makeByteReader(bytes);
  const body = makeByteReader(reader.take(reader.uint(2) & 0x7fff));
  if (!reader.isWhole()) return { kind: 'waiting', note: 'its answer ended within a record' };
  const outcome = readMessage(body, suites);
  return { kind: 'answered', outcome, certificateRequested: false };
}

function readMessage(body: ReturnType<typeof makeByteReader>, suites: readonly number[]): HelloOutcome {
  const type = body.uint(1);
  if (type === ERROR && body.left() === 2) {
    return { kind: 'refused', how: 'alert', detail: `SSLv2 error ${body.uint(2)}` };
  }
  const notSslv2: HelloOutcome = { kind: 'inconclusive', why: 'not-tls', detail: 'no well-formed SSLv2 SERVER-HELLO' };
  if (type !== SERVER_HELLO) return notSslv2;
  // session id hit and certificate type, then the version
  body.take(2);
  const version = body.uint(2);
  const [certificateLength, specsLength, connectionIdLength] = [body.uint(2), body.uint(2), body.uint(2)];
  const certificate = body.take(certificateLength);
  const specs = makeByteReader(body.take(specsLength));
  body.take(connectionIdLength);
  if (!body.isExact() || version !== WIRE_VERSION.SSLv2 || specsLength % 3 !== 0) return notSslv2;
  const answered: number[] = [];
  while (specs.left() > 0) answered.push(specs.uint(3));
  const suite = answered.find((spec) => suites.includes(spec));
  if (suite === undefined) return { kind: 'refused', how: 'alert', detail: 'SSLv2 with no suite in common' };
  return {
    kind: 'accepted',
    version: 'SSLv2',
    suite,
    chain: certificate.length > 0 ? [Uint8Array.from(certificate)] : [],
  };
}
