// Finishes a handshake with Node's own TLS, for what the clear flight does not show: the chain under TLS 1.3, and
// whether a client certificate is needed or only wanted. Nothing is verified here: this reads, it does not trust.
import { constants } from 'node:crypto';
import { connect as connectPlain, isIP } from 'node:net';
import { connect, getCiphers } from 'node:tls';
import type { ConnectionOptions, DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { HelloTarget } from './converse.ts';
import { passPrelude } from './prelude.ts';

/** How long a TLS 1.3 server gets to complain about a missing client certificate after the handshake, or to take it with a
 * session ticket, which it sends once it has read the client's part. Most send one: the wait is for those that do not. */
const LATE_ALERT_MS = 1000;
const ROUND_TRIPS_TO_ALERT = 5;

export const EVERYTHING: ConnectionOptions = {
  rejectUnauthorized: false,
  minVersion: 'TLSv1',
  ciphers: 'ALL:@SECLEVEL=0',
  // Servers from before RFC 5746 are no worse to look at than others.
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
};

/** @param suite OpenSSL's name */
export const canFinishWith = (suite: string): boolean => getCiphers().includes(suite.toLowerCase());

export type Handshake = {
  /** DER, as served; empty if the handshake did not get that far */
  readonly chain: readonly Uint8Array[];
  /** Node's code of what went wrong, also after the handshake; null: nothing */
  readonly failure: string | null;
  /** what the server chose by ALPN; null: nothing */
  readonly applicationProtocol: string | null;
};

/** @param limits versions and suites for the handshake; default: everything that Node can still do
 * @param listens under TLS 1.3, whether to wait for a late alert */
export async function finishHandshake(
  target: HelloTarget,
  limits: ConnectionOptions = {},
  { listens = false }: { readonly listens?: boolean } = {},
): Promise<Handshake> {
  const { gate } = target;
  if (gate === undefined) return handshakeOnce(target, limits, listens);
  const isOpen = await gate.enter();
  if (!isOpen) return { chain: [], failure: 'BUDGET', applicationProtocol: null };
  try {
    return await handshakeOnce(target, limits, listens);
  } finally {
    gate.leave();
  }
}

function handshakeOnce(target: HelloTarget, limits: ConnectionOptions, listens: boolean): Promise<Handshake> {
  const { host, port, timeoutMs, serverName, applicationProtocol, gate, prelude } = target;
  const name = serverName !== undefined && isIP(serverName) === 0 ? { servername: serverName } : {};
  const asked = applicationProtocol === undefined ? {} : { ALPNProtocols: [applicationProtocol] };
  return new Promise((resolve) => {
    let chain: readonly Uint8Array[] = [];
    let chosen: string | null = null;
    let lateTimer: NodeJS.Timeout | undefined;
    const plain = connectPlain({ host, port, noDelay: true });
    const end = (failure: string | null): void => {
      clearTimeout(timer);
      clearTimeout(lateTimer);
      plain.destroy();
      resolve({ chain, failure, applicationProtocol: chosen });
    };
    const endByError = (error: NodeJS.ErrnoException): void => end(error.code ?? error.message);
    const timer = setTimeout(() => end('ETIMEDOUT'), timeoutMs);
    const secure = (): void => {
      const socket = connect({ socket: plain, ...name, ...asked, ...EVERYTHING, ...limits });
      socket.once('secureConnect', () => {
        chain = readPeerChain(socket);
        chosen = socket.alpnProtocol === false ? null : socket.alpnProtocol;
        if (!listens || socket.getProtocol() !== 'TLSv1.3') end(null);
        else lateTimer = setTimeout(() => end(null), LATE_ALERT_MS + ROUND_TRIPS_TO_ALERT * (gate?.roundTripMs() ?? 0));
      });
      socket.once('data', () => end(null));
      if (listens) socket.once('session', () => end(null));
      socket.once('end', () => end(chain.length > 0 ? null : 'ECONNRESET'));
      socket.on('error', endByError);
    };
    plain.once('connect', () => {
      if (prelude === undefined) secure();
      else passPrelude(plain, prelude, (fault) => (fault === undefined ? secure() : end(fault)));
    });
    plain.on('error', endByError);
    plain.once('close', () => end(chain.length > 0 ? null : 'ECONNRESET'));
  });
}

export function readPeerChain(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (current?.raw !== undefined) {
    chain.push(Uint8Array.from(current.raw));
    // A root names itself as its issuer.
    current = current.issuerCertificate === current ? undefined : current.issuerCertificate;
  }
  return chain;
}
