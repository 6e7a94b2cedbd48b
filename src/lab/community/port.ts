// One port that takes VP, TLS, or both: the first byte decides (0x00 a VP message, 0x16 a TLS record). What the port does
// not speak is closed without an answer. Real dynamic ports upgrade inside the log-in, of which the bytes are not known;
// here a caller that can do TLS begins with it.
import { createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer } from 'node:tls';
import type { X509Certificate } from 'node:crypto';
import { openListener } from '../open-listener.ts';
import type { OpenPort } from '../open-listener.ts';
import { findUntrusted } from '../tls-client.ts';
import { isNamed } from './names.ts';
import { isStrongEnough } from './security-level.ts';
import type { ScopeTls } from './member-settings.ts';
import type { Link } from './session.ts';
import type { SocketTable } from '../sockets.ts';

export type PortParts = {
  readonly address: string;
  readonly port: number;
  readonly takesPlain: boolean;
  /** undefined: it does not speak TLS */
  readonly tls: ScopeTls | undefined;
  readonly sockets: SocketTable;
  readonly onLink: (link: Link) => void;
  /** what was refused, and why */
  readonly onRefused: (address: string, reason: string) => void;
};

const FIRST_BYTE_MS = 10_000;

/** @throws Error when the port is taken */
export async function openPort(parts: PortParts): Promise<OpenPort> {
  const { address, port, takesPlain, sockets, onLink, onRefused } = parts;
  const secure = parts.tls === undefined ? undefined : tlsServer(parts.tls, parts);
  return await openListener({ address, port }, sockets, (socket) => {
    const from = socket.remoteAddress ?? 'unknown';
    socket.setTimeout(FIRST_BYTE_MS, () => socket.destroy());
    // Only `readable` leaves the socket in a state from which TLS can take it over.
    socket.once('readable', () => {
      const first: unknown = socket.read();
      if (!Buffer.isBuffer(first)) return;
      const isTls = first[0] === 0x16;
      if (isTls && secure !== undefined) {
        socket.unshift(first);
        secure.emit('connection', socket);
        return;
      }
      if (!isTls && takesPlain && first[0] === 0) {
        socket.unshift(first);
        socket.setTimeout(0);
        onLink({ stream: socket, secure: null, address: from });
        return;
      }
      onRefused(from, isTls ? 'a TLS hello on a port without TLS' : 'a legacy log-in without TLS');
      socket.destroy();
    });
  });
}

/** Never listens itself: it gets connections whose first byte was looked at. */
function tlsServer(tls: ScopeTls, { onLink, onRefused }: PortParts): TlsServer {
  const { key, versions, ciphers, clientAuthentication, trust = [] } = tls;
  const server = createTlsServer({
    ...(key === undefined ? {} : { key: key.key, cert: key.chain.join('') }),
    ...versions,
    ...(ciphers === undefined ? {} : { ciphers }),
    requestCert: clientAuthentication !== 'none',
    rejectUnauthorized: clientAuthentication === 'need',
    ca: trust.map((certificate) => certificate.toString()),
    allowPartialTrustChain: true,
  });
  server.on('secureConnection', (socket) => {
    const from = socket.remoteAddress ?? 'unknown';
    socket.setTimeout(0);
    // The chain was checked by OpenSSL: Node does not give a server the certificates between leaf and root.
    const leaf = clientAuthentication === 'none' ? undefined : socket.getPeerX509Certificate();
    const untrusted = leaf === undefined || socket.authorized ? undefined : notTrusted(leaf);
    const objection = leaf === undefined ? undefined : (untrusted ?? objectionToName(leaf, tls));
    if (objection === undefined) {
      onLink({ stream: socket, secure: socket.getProtocol(), address: from });
      return;
    }
    onRefused(from, objection);
    socket.destroy();
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    // A caller that goes away in the middle was not refused.
    if (error.code !== 'ECONNRESET' && socket.remoteAddress !== undefined)
      onRefused(socket.remoteAddress, `the TLS handshake failed: ${handshakeText(error)}`);
    socket.destroy();
  });
  return server;
}

/** OpenSSL's reason out of `407DC6:error:0A000102:SSL routines:function:unsupported protocol:file:line:` */
export const handshakeText = (error: Error): string =>
  /SSL routines:[^:]*:([^:]+)/.exec(error.message)?.[1] ?? error.message.trim();

/** What is wrong with the chain that the other side showed; undefined: nothing */
export function objectionTo(chain: readonly X509Certificate[], tls: ScopeTls): string | undefined {
  const [leaf] = chain;
  if (leaf === undefined) return 'no certificate was shown';
  const untrusted = findUntrusted(chain, tls.trust ?? []);
  return untrusted === undefined ? objectionToName(leaf, tls) : notTrusted(untrusted);
}

const notTrusted = ({ subject }: X509Certificate): string =>
  `the certificate of ${subject.replaceAll('\n', ', ')} is not trusted`;

function objectionToName(leaf: X509Certificate, { trustedNames, level }: ScopeTls): string | undefined {
  if (!isNamed(leaf, trustedNames))
    return `the certificate is for none of the trusted hosts ${trustedNames.join(', ')}`;
  return isStrongEnough(level, leaf) ? undefined : `the certificate is too weak for security level ${level}`;
}
