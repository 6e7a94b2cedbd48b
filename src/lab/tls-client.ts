// The calling side of every TLS connection in the lab: offers exactly a range of versions and trusts exactly a list of
// signers. Failures have the words of Java's JSSE, since that is what administrators see in WebSphere's logs.
import type { X509Certificate } from 'node:crypto';
import { X509Certificate as Certificate, constants } from 'node:crypto';
import { checkServerIdentity, connect, createSecureContext } from 'node:tls';
import type { SecureContext, SecureVersion, TLSSocket } from 'node:tls';
import type { ProtocolVersion } from '../tls/types.ts';
import type { ServedKey } from './stores.ts';

/** What an end of a connection can be made to speak with Node's own TLS. */
export type VersionRange = {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  /** versions left out between them */
  readonly secureOptions?: number;
};

export type TlsCall = {
  readonly host: string;
  readonly port: number;
  readonly versions: VersionRange;
  readonly ciphers: string;
  readonly timeoutMs: number;
  /** shown when the listener asks for it */
  readonly key?: ServedKey | undefined;
};

export type TlsFailure = Error & {
  /** refused: nobody listens; handshake: no TLS came about; signer: the chain is not trusted */
  readonly kind: 'refused' | 'handshake' | 'signer';
};

export const tlsFailure = (kind: TlsFailure['kind'], text: string): TlsFailure =>
  Object.assign(new Error(text), { kind });

export const isTlsFailure = (error: unknown): error is TlsFailure => error instanceof Error && 'kind' in error;

// TLS 1.0 and 1.1 need the lowest security level of OpenSSL 3; DEFAULT holds no suite without authentication.
export const ANY_CIPHERS = 'DEFAULT:@SECLEVEL=0';

const NODE_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

const LEAVE_OUT: readonly (readonly [ProtocolVersion, number])[] = [
  ['TLSv1.1', constants.SSL_OP_NO_TLSv1_1],
  ['TLSv1.2', constants.SSL_OP_NO_TLSv1_2],
];

/** For a listener, gaps included: it chooses among its own versions whatever lies between them. */
export function listenerRange(versions: readonly ProtocolVersion[]): VersionRange | undefined {
  const known = NODE_VERSIONS.filter((version) => versions.includes(version));
  const [minVersion, maxVersion] = [known[0], known.at(-1)];
  if (minVersion === undefined || maxVersion === undefined) return undefined;
  const range = rangeOf(versions);
  if (range !== undefined) return range;
  const left = LEAVE_OUT.filter(([version]) => !versions.includes(version));
  return { minVersion, maxVersion, secureOptions: left.reduce((all, [, option]) => all | option, 0) };
}

/** For a caller. Undefined when there is none, or a gap between them: OpenSSL then offers less than Java would. */
export function rangeOf(versions: readonly ProtocolVersion[]): VersionRange | undefined {
  const known = NODE_VERSIONS.filter((version) => versions.includes(version));
  const [minVersion, maxVersion] = [known[0], known.at(-1)];
  if (minVersion === undefined || maxVersion === undefined) return undefined;
  const span = NODE_VERSIONS.indexOf(maxVersion) - NODE_VERSIONS.indexOf(minVersion) + 1;
  return span === known.length ? { minVersion, maxVersion } : undefined;
}

// By versions and suites: making one takes as long as half a handshake.
const contexts = new Map<string, SecureContext>();

function contextFor({ minVersion, maxVersion }: VersionRange, ciphers: string, own?: ServedKey): SecureContext {
  const key = `${minVersion} ${maxVersion} ${ciphers} ${own?.chain[0] ?? ''}`;
  const shown = own === undefined ? {} : { key: own.key, cert: own.chain.join('') };
  const context = contexts.get(key) ?? createSecureContext({ minVersion, maxVersion, ciphers, ...shown });
  contexts.set(key, context);
  return context;
}

/** A connection after its handshake; the peer's chain is not checked yet.
 * @throws TlsFailure */
export function openTls({ host, port, versions, ciphers, timeoutMs, key }: TlsCall): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  // Trust is decided by findUntrusted(), as Java does; names by wrongName(), for callers that compare them.
  const socket = connect({ host, port, secureContext: contextFor(versions, ciphers, key), rejectUnauthorized: false });
  const failed = (error: NodeJS.ErrnoException): void => {
    socket.destroy();
    reject(
      error.code === 'ECONNREFUSED'
        ? tlsFailure('refused', `java.net.ConnectException: ${host}:${port}`)
        : tlsFailure('handshake', javaText(error)),
    );
  };
  socket.setTimeout(timeoutMs, () => failed(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
  socket.once('error', failed);
  socket.once('secureConnect', () => {
    socket.off('error', failed);
    socket.on('error', () => socket.destroy());
    socket.setTimeout(0);
    socket.setNoDelay(true);
    resolve(socket);
  });
  return promise;
}

function javaText(error: NodeJS.ErrnoException): string {
  const code = error.code ?? '';
  const alert = /^ERR_SSL_(?:TLSV\d+|SSLV3|SSL\/TLS)_ALERT_(.+)$/.exec(code)?.[1];
  if (alert !== undefined) return `javax.net.ssl.SSLHandshakeException: Received fatal alert: ${alert.toLowerCase()}`;
  if (code === 'ERR_SSL_UNSUPPORTED_PROTOCOL' || code === 'ERR_SSL_WRONG_SSL_VERSION') {
    return 'javax.net.ssl.SSLHandshakeException: Server chose a protocol version that is not enabled or not supported by the client.';
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return 'javax.net.ssl.SSLHandshakeException: Remote host closed connection during handshake';
  }
  if (code === 'ETIMEDOUT') return 'java.net.SocketTimeoutException: Read timed out';
  return `javax.net.ssl.SSLHandshakeException: ${error.message}`;
}

/** What the peer sent, leaf first. */
export function peerChain(socket: TLSSocket): readonly X509Certificate[] {
  const chain: Certificate[] = [];
  let next = socket.getPeerCertificate(true);
  while (next?.raw !== undefined) {
    const certificate = new Certificate(next.raw);
    if (chain.some(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256)) break;
    chain.push(certificate);
    next = next.issuerCertificate;
  }
  return chain;
}

/** Why the listener's certificate is not for the name that the caller asked for; undefined: it is. */
export const wrongName = (socket: TLSSocket, asked: string): string | undefined =>
  checkServerIdentity(asked, socket.getPeerCertificate()) === undefined
    ? undefined
    : `java.security.cert.CertificateException: No name matching ${asked} found`;

const isIssued = (one: X509Certificate, by: X509Certificate): boolean =>
  one.checkIssued(by) && one.verify(by.publicKey);

/** The last certificate that no signer vouches for; undefined when the chain leads to a trusted one. */
export function findUntrusted(
  chain: readonly X509Certificate[],
  signers: readonly X509Certificate[],
): X509Certificate | undefined {
  const isSigner = (one: X509Certificate): boolean =>
    signers.some(({ fingerprint256 }) => fingerprint256 === one.fingerprint256);
  for (const [at, certificate] of chain.entries()) {
    if (isSigner(certificate) || signers.some((signer) => isIssued(certificate, signer))) return undefined;
    const issuer = chain[at + 1];
    if (issuer === undefined || !isIssued(certificate, issuer)) return certificate;
  }
  return undefined;
}
