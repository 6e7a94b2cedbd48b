// Finishes a handshake with Node's own TLS, for what the clear flight does not show: the chain under TLS 1.3, and
// whether a client certificate is needed or only wanted. Nothing is verified here: this reads, it does not trust.
import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ConnectionOptions, DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { HelloTarget } from './send-hello.ts';

/** How long a TLS 1.3 server gets to complain about a missing client certificate after the handshake. */
const LATE_ALERT_MS = 300;

export type Handshake = {
  /** DER, as served; empty if the handshake did not get that far */
  readonly chain: readonly Uint8Array[];
  /** Node's code of what went wrong, also after the handshake; null: nothing */
  readonly failure: string | null;
};

/** @param limits versions and suites for the handshake; default: everything that Node can still do
 * @param listens under TLS 1.3, whether to wait for a late alert */
export function finishHandshake(
  target: HelloTarget,
  limits: ConnectionOptions = {},
  { listens = false }: { readonly listens?: boolean } = {},
): Promise<Handshake> {
  const { host, port, timeoutMs, serverName } = target;
  const name = serverName !== undefined && isIP(serverName) === 0 ? { servername: serverName } : {};
  return new Promise((resolve) => {
    let chain: readonly Uint8Array[] = [];
    const end = (failure: string | null): void => {
      clearTimeout(timer);
      clearTimeout(lateTimer);
      socket.destroy();
      resolve({ chain, failure });
    };
    const socket = connect({
      host,
      port,
      ...name,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: 'ALL:@SECLEVEL=0',
      // Servers from before RFC 5746 are no worse to look at than others.
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
      ...limits,
    });
    const timer = setTimeout(() => end('ETIMEDOUT'), timeoutMs);
    let lateTimer: NodeJS.Timeout | undefined;
    socket.once('secureConnect', () => {
      chain = readPeerChain(socket);
      if (listens && socket.getProtocol() === 'TLSv1.3') lateTimer = setTimeout(() => end(null), LATE_ALERT_MS);
      else end(null);
    });
    socket.once('data', () => end(null));
    socket.once('end', () => end(chain.length > 0 ? null : 'ECONNRESET'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function readPeerChain(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (current?.raw !== undefined) {
    chain.push(Uint8Array.from(current.raw));
    // A root names itself as its issuer.
    current = current.issuerCertificate === current ? undefined : current.issuerCertificate;
  }
  return chain;
}
