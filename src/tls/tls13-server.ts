// What a TLS 1.3 server shows only encrypted: its chain as served, and whether it asks for a client certificate. Reads
// the server's first flight with an ephemeral key of our own and closes; nothing is verified, nothing is sent back.
import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync, randomBytes } from 'node:crypto';
import { makeByteReader } from './byte-reader.ts';
import { makeClientHello } from './client-hello.ts';
import type { KeyShare } from './client-hello.ts';
import { converse } from './converse.ts';
import type { HelloTarget } from './converse.ts';
import { makeServerOpener, READABLE_SUITES } from './tls13-keys.ts';
import type { OpenRecord } from './tls13-keys.ts';

export type Tls13Server = { readonly chain: readonly Uint8Array[]; readonly certificateRequested: boolean };

const X25519 = 0x001d;
/** secp256r1, secp384r1 and secp521r1 */
const CURVES = [
  [0x0017, 'prime256v1'],
  [0x0018, 'secp384r1'],
  [0x0019, 'secp521r1'],
] as const;
/** SubjectPublicKeyInfo of an X25519 key, before the key itself (RFC 8410). */
const X25519_HEADER = Buffer.from('302a300506032b656e032100', 'hex');
const [CHANGE_CIPHER_SPEC, HANDSHAKE, APPLICATION_DATA] = [20, 22, 23];
const [SERVER_HELLO, CERTIFICATE, CERTIFICATE_REQUEST, FINISHED, KEY_SHARE] = [2, 11, 13, 20, 51];

type Ephemeral = {
  readonly shares: readonly KeyShare[];
  readonly agree: (group: number, key: Uint8Array) => Uint8Array | undefined;
};

/** undefined: this reader cannot tell; another group or suite, or no complete flight */
export function readTls13Server(target: HelloTarget): Promise<Tls13Server | undefined> {
  const ephemeral = makeEphemeral();
  const offer = { version: 'TLSv1.3', suites: READABLE_SUITES, keyShares: ephemeral.shares } as const;
  const hello = makeClientHello(offer, randomBytes(32), target);
  return converse<{ readonly server: Tls13Server | undefined }>(target, {
    opening: () => hello,
    read(received) {
      const server = readTls13Flight(received, hello.subarray(5), ephemeral.agree);
      return server === 'waiting' ? undefined : { server };
    },
    ended: () => ({ server: undefined }),
  }).then(({ server }) => server);
}

/** @param clientHello without its record header. @returns undefined: cannot be read, ever */
export function readTls13Flight(
  received: Uint8Array,
  clientHello: Uint8Array,
  agree: Ephemeral['agree'],
): Tls13Server | 'waiting' | undefined {
  let open: OpenRecord | undefined;
  let sequence = 0;
  let messages: Uint8Array = new Uint8Array(0);
  let rest = received;
  while (rest.length >= 5) {
    const [type, , , high = 0, low = 0] = rest;
    const length = 5 + high * 256 + low;
    if (rest.length < length) return 'waiting';
    const record = rest.subarray(0, length);
    rest = rest.subarray(length);
    if (type === HANDSHAKE && open === undefined) {
      open = makeOpener(record.subarray(5), clientHello, agree);
      if (open === undefined) return undefined;
    } else if (type === APPLICATION_DATA && open !== undefined) {
      const content = withoutPadding(open(record, sequence));
      if (content === undefined) return undefined;
      sequence += 1;
      messages = Buffer.concat([messages, content]);
      const found = readMessages(messages);
      if (found !== 'waiting') return found;
    } else if (type !== CHANGE_CIPHER_SPEC) return undefined;
  }
  return 'waiting';
}

function makeOpener(
  serverHello: Uint8Array,
  clientHello: Uint8Array,
  agree: Ephemeral['agree'],
): OpenRecord | undefined {
  const reader = makeByteReader(serverHello);
  const type = reader.uint(1);
  const body = makeByteReader(reader.vector(3));
  body.take(34);
  body.vector(1);
  const suite = body.uint(2);
  body.uint(1);
  const extensions = makeByteReader(body.vector(2));
  if (type !== SERVER_HELLO || !reader.isExact() || !body.isExact()) return undefined;
  while (extensions.left() > 0) {
    const [id, value] = [extensions.uint(2), makeByteReader(extensions.vector(2))];
    if (id !== KEY_SHARE) continue;
    const [group, key] = [value.uint(2), value.vector(2)];
    const secret = value.isExact() ? agree(group, key) : undefined;
    return secret === undefined
      ? undefined
      : makeServerOpener(suite, secret, Buffer.concat([clientHello, serverHello]));
  }
  return undefined;
}

/** The last byte that is not zero is the type; only handshake bytes belong to this flight. */
function withoutPadding(plain: Uint8Array | undefined): Uint8Array | undefined {
  const at = plain?.findLastIndex((byte) => byte !== 0) ?? -1;
  return plain !== undefined && plain[at] === HANDSHAKE ? plain.subarray(0, at) : undefined;
}

function readMessages(bytes: Uint8Array): Tls13Server | 'waiting' | undefined {
  const reader = makeByteReader(bytes);
  let certificateRequested = false;
  while (reader.left() > 0) {
    const type = reader.uint(1);
    const body = reader.vector(3);
    if (!reader.isWhole()) return 'waiting';
    if (type === CERTIFICATE_REQUEST) certificateRequested = true;
    if (type === FINISHED) return { chain: [], certificateRequested };
    if (type === CERTIFICATE) return readCertificates(body, certificateRequested);
  }
  return 'waiting';
}

function readCertificates(body: Uint8Array, certificateRequested: boolean): Tls13Server | undefined {
  const outer = makeByteReader(body);
  outer.vector(1);
  const list = makeByteReader(outer.vector(3));
  const chain: Uint8Array[] = [];
  while (list.left() > 0) {
    chain.push(Uint8Array.from(list.vector(3)));
    list.vector(2);
  }
  return outer.isExact() && list.isExact() ? { chain, certificateRequested } : undefined;
}

function makeEphemeral(): Ephemeral {
  const x25519 = generateKeyPairSync('x25519');
  const curves = CURVES.map(([group, name]) => ({ group, exchange: createECDH(name) }));
  const x25519Key = x25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(X25519_HEADER.length);
  return {
    shares: [
      { group: X25519, key: x25519Key },
      ...curves.map(({ group, exchange }) => ({ group, key: exchange.generateKeys() })),
    ],
    agree(group, key) {
      try {
        const curve = curves.find((one) => one.group === group);
        if (curve !== undefined) return curve.exchange.computeSecret(key);
        if (group !== X25519) return undefined;
        const der = Buffer.concat([X25519_HEADER, key]);
        const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
        return diffieHellman({ privateKey: x25519.privateKey, publicKey });
      } catch {
        // A point that is not on the curve: a hostile answer, not a bug.
        return undefined;
      }
    },
  };
}
