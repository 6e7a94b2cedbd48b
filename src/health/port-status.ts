// What a port is for whoever uses it now: encrypted, always or only if asked for; with which version and suite; by whose
// certificate, and whether that is one for the name that callers ask for. One or two connections; nobody is logged in.
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { CertificateSummary } from '../core/certificate.ts';
import { identityFor } from '../products/sun-im/certificate-identity.ts';
import { probeMode } from '../tls/probe-mode.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import { openXmppLine, type TlsFacts } from '../tls/xmpp-line.ts';
import { readStreamMode } from './read-stream-mode.ts';

export type StatusPort = {
  /** "chat/im1 client" */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** what callers expect in its certificate */
  readonly asksFor: string;
  /** tls: encrypted from the first byte; sametime: VP, with TLS or without; xmpp-*: startTLS */
  readonly speaks: 'tls' | 'sametime' | 'xmpp-client' | 'xmpp-server';
};

export type PortStatus = StatusPort & {
  /** always: nothing goes without; offered: who does not ask for it goes without */
  readonly encrypted: 'always' | 'offered' | 'never' | 'not known';
  readonly detail: string;
  readonly version: string | null;
  /** IANA name */
  readonly suite: string | null;
  readonly certificate: Pick<CertificateSummary, 'subject' | 'sha256' | 'notAfter' | 'names'> | null;
  /** the certificate is for the name, in its time, and not signed by itself; trust is every caller's own matter */
  readonly authenticated: boolean;
  readonly because: string;
};

const TIMEOUT_MS = 5000;
const WORDS = { strict: 'always', dynamic: 'offered', legacy: 'never', inconclusive: 'not known' } as const;

/** Never throws. */
export async function readPortStatus(port: StatusPort, now: Date): Promise<PortStatus> {
  const { encrypted, detail, tls } = await look(port);
  const leaf = tls?.chain[0];
  const certificate = leaf === undefined ? null : summarizeCertificate(leaf);
  const objection = certificate === null ? 'no certificate was shown' : objectionTo(certificate, port, now);
  return {
    ...port,
    encrypted,
    detail,
    version: tls?.protocol ?? null,
    suite: tls?.suite ?? null,
    certificate: certificate === null ? null : shown(certificate),
    authenticated: objection === undefined,
    because: objection ?? `the certificate is for ${port.asksFor}`,
  };
}

type Look = Pick<PortStatus, 'encrypted' | 'detail'> & { readonly tls: TlsFacts | null };

async function look({ address: host, port, asksFor, speaks }: StatusPort): Promise<Look> {
  const target = { host, port, timeoutMs: TIMEOUT_MS };
  if (speaks === 'xmpp-client' || speaks === 'xmpp-server') {
    const service = speaks === 'xmpp-client' ? 'client' : 'server';
    const { mode, detail, tls } = await readStreamMode({ ...target, domain: asksFor }, service);
    if (mode !== 'inconclusive' || tls !== null) return { encrypted: WORDS[mode], detail, tls };
    const direct = await shakeHands(host, port, asksFor);
    if (typeof direct === 'string') return { encrypted: 'not known', detail, tls: null };
    return { encrypted: 'always', detail: 'SSL from the first byte', tls: direct };
  }
  if (speaks === 'sametime') {
    const { mode, detail } = await probeMode(target);
    const tls = mode === 'legacy' ? '' : await shakeHands(host, port, asksFor);
    return { encrypted: WORDS[mode], detail, tls: typeof tls === 'string' ? null : tls };
  }
  const tls = await shakeHands(host, port, asksFor);
  if (typeof tls === 'string') return { encrypted: 'not known', detail: tls, tls: null };
  return { encrypted: 'always', detail: 'TLS from the first byte', tls };
}

/** Text: why not. */
async function shakeHands(host: string, port: number, domain: string): Promise<TlsFacts | string> {
  using line = openXmppLine({ host, port, domain, timeoutMs: TIMEOUT_MS });
  return await line.secure();
}

const shown = ({ subject, sha256, notAfter, names }: CertificateSummary) => ({ subject, sha256, notAfter, names });

function objectionTo(certificate: CertificateSummary, { asksFor, speaks }: StatusPort, now: Date): string | undefined {
  const { notBefore, notAfter, selfSigned } = certificate;
  if (now < new Date(notBefore)) return `the certificate is not valid before ${notBefore}`;
  if (now > new Date(notAfter)) return `the certificate was valid until ${notAfter}`;
  if (selfSigned) return 'the certificate is signed by itself';
  const isFor =
    speaks === 'xmpp-client' || speaks === 'xmpp-server'
      ? identityFor(certificate, asksFor, speaks === 'xmpp-client' ? 'client' : 'server').by !== null
      : isForHost(certificate, asksFor);
  return isFor ? undefined : `the certificate is for ${certificate.names.join(', ') || 'nothing'}, not for ${asksFor}`;
}

function isForHost({ pem }: CertificateSummary, name: string): boolean {
  const certificate = new X509Certificate(pem);
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}
