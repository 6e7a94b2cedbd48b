// Server flights made by hand, for readers of flights and for raw servers.

const uint = (value: number, width: number): number[] =>
  Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** (width - 1 - index)) % 256);
const vector = (bytes: readonly number[], width: number): number[] => [...uint(bytes.length, width), ...bytes];

export const record = (type: number, body: readonly number[]): number[] => [type, 3, 3, ...vector(body, 2)];
export const handshake = (type: number, body: readonly number[]): number[] => [type, ...vector(body, 3)];
export const alert = (level: number, description: number): number[] => record(21, [level, description]);

type HelloFields = { readonly version: number; readonly suite: number; readonly extensions?: readonly number[] };

export const serverHello = ({ version, suite, extensions }: HelloFields): number[] =>
  handshake(2, [
    ...uint(version, 2),
    ...Array.from({ length: 32 }, (_, index) => index),
    ...vector([], 1),
    ...uint(suite, 2),
    0,
    ...(extensions === undefined ? [] : vector(extensions, 2)),
  ]);

export const selectedVersion = (version: number): number[] => [...uint(43, 2), ...vector(uint(version, 2), 2)];

export const certificateMessage = (chain: readonly (readonly number[])[]): number[] =>
  handshake(
    11,
    vector(
      chain.flatMap((der) => vector(der, 3)),
      3,
    ),
  );

export const HELLO_DONE = handshake(14, []);

/** The clear flight of a TLS 1.2 server and older, each message in a record of its own. */
export const clearFlight = (fields: HelloFields, chain: readonly (readonly number[])[] = [[0x30, 0]]): number[] => [
  ...record(22, serverHello(fields)),
  ...record(22, certificateMessage(chain)),
  ...record(22, HELLO_DONE),
];

/** The same handshake bytes in records of `size` bytes. */
export function refragment(flight: readonly number[], size: number): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < flight.length;) {
    const length = (flight[at + 3] ?? 0) * 256 + (flight[at + 4] ?? 0);
    bytes.push(...flight.slice(at + 5, at + 5 + length));
    at += 5 + length;
  }
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
  return pieces.flatMap((piece) => record(22, piece));
}
