// One TLS port of a process: offers the range of versions, the suites and the certificate it was opened with until it is
// closed; nothing on the disk changes it. A failed handshake is told in the words of SSLC0008E.
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { openListener as openPort } from '../open-listener.ts';
import { ADDRESS } from '../site.ts';
import type { ServedKey } from '../stores.ts';
import { findUntrusted, peerChain } from '../tls-client.ts';
import type { TlsSettings } from './tls-settings.ts';

const HANDSHAKE_MS = 10_000;

export type Listener = { readonly close: () => Promise<void> };

export type ListenerParts = {
  readonly port: number;
  readonly settings: TlsSettings;
  readonly served: ServedKey;
  /** whose certificates are taken from callers, where they are asked for one */
  readonly signers: readonly X509Certificate[];
  readonly onConnection: (socket: Socket) => void;
  readonly onHandshakeFailure: (text: string) => void;
};

/** @throws Error when the port is taken */
export async function openListener(parts: ListenerParts): Promise<Listener> {
  const { port, settings, served, signers, onConnection, onHandshakeFailure } = parts;
  const secureContext = createSecureContext({
    key: served.key,
    cert: served.chain.join(''),
    ...settings.versions,
    ciphers: settings.ciphers,
  });
  return await openPort({ address: ADDRESS, port }, undefined, (socket) => {
    const peer = `${socket.remoteAddress ?? 'unknown'} host and ${socket.remotePort ?? 0} port`;
    const handshakeFailed = (text: string): void =>
      onHandshakeFailure(handshakeMessage(peer, ADDRESS, port, `javax.net.ssl.${text}`));
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
    // The hello's version is read here, since OpenSSL does not tell it; then the bytes go on to the handshake. Only
    // `readable` leaves the socket in a state from which TLS can take it over.
    socket.once('readable', () => {
      const hello: unknown = socket.read();
      if (!Buffer.isBuffer(hello)) return;
      socket.unshift(hello);
      let isSecure = false;
      let isTold = false;
      const tls = new TLSSocket(socket, {
        isServer: true,
        secureContext,
        requestCert: settings.clients !== 'none',
        rejectUnauthorized: settings.clients === 'need',
      });
      tls.once('secure', () => {
        isSecure = true;
        // Node's own check cannot end the handshake, so the connection is reset right after it. A certificate that nobody
        // vouches for is as good as none: Java's callers would not have shown it.
        if (settings.clients === 'need' && findUntrusted(peerChain(tls), signers) !== undefined) {
          handshakeFailed('SSLHandshakeException: unable to find valid certification path to requested target');
          socket.resetAndDestroy();
          return;
        }
        socket.setTimeout(0);
        onConnection(tls);
      });
      tls.on('error', (error: NodeJS.ErrnoException) => {
        tls.destroy();
        if (isSecure || isTold) return;
        isTold = true;
        handshakeFailed(exceptionOf(error, versionOf(hello)));
      });
      tls.once('close', () => {
        if (isSecure || isTold) return;
        isTold = true;
        handshakeFailed('SSLHandshakeException: Remote host closed connection during handshake');
      });
    });
  });
}

/** @param peer "<address> host and <number> port" */
export const handshakeMessage = (peer: string, address: string, port: number, exception: string): string =>
  `SSLC0008E: The SSL connection cannot be initialized from the ${peer} on the remote client to the ${address} host and ${port} port on the local server. Exception: ${exception}`;

const VERSION_NAMES: Readonly<Record<number, string>> = {
  0x0300: 'SSLv3',
  0x0301: 'TLSv1',
  0x0302: 'TLSv1.1',
  0x0303: 'TLSv1.2',
};

/** legacy_version of a ClientHello (RFC 8446, 4.1.2): record header 5 bytes, handshake header 4 bytes. */
const versionOf = (hello: Buffer): string =>
  hello.length >= 11 && hello[0] === 0x16 ? (VERSION_NAMES[hello.readUInt16BE(9)] ?? '') : '';

function exceptionOf(error: NodeJS.ErrnoException, asked: string): string {
  const text = error.code ?? error.message;
  if (text === 'ERR_SSL_UNSUPPORTED_PROTOCOL' || text === 'ERR_SSL_VERSION_TOO_LOW') {
    return `SSLHandshakeException: Client requested protocol ${asked} not enabled or not supported`;
  }
  if (text === 'ERR_SSL_NO_SHARED_CIPHER') return 'SSLHandshakeException: no cipher suites in common';
  const alert = /_ALERT_(.+)$/.exec(text)?.[1];
  if (alert !== undefined) return `SSLHandshakeException: Received fatal alert: ${alert.toLowerCase()}`;
  return `SSLException: ${error.message}`;
}
