// Whether a server asks for a client certificate. Its flight shows that it asks; only a handshake finished without a
// certificate tells "want" from "need". Source: RFC 5246 section 7.4.6 and the alerts that JSSE, NSS and OpenSSL send.
import { suiteById } from './cipher-suites.ts';
import type { VersionsReport } from './probe-versions.ts';
import type { HelloTarget } from './send-hello.ts';
import type { ProtocolVersion } from './types.ts';

/** inconclusive: whether it asks, or whether it insists, could not be tried */
export type ClientCertificate = 'none' | 'want' | 'need' | 'inconclusive';
export type ClientCertificateFinding = { readonly clientCertificate: ClientCertificate; readonly connections: number };

/** Alerts 40, 42 and 116, as Node reports them. */
const ALERT_OF_NEED = /ALERT_(HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_REQUIRED)$/;

export async function findClientCertificate(
  target: HelloTarget,
  report: VersionsReport,
): Promise<ClientCertificateFinding> {
  const { certificateRequestedAt: version, outcomes, protocols, isTls13Read } = report;
  if (version === 'TLSv1' || version === 'TLSv1.1' || version === 'TLSv1.2') return finishAt(target, version, report);
  // Node has no SSLv3, so nobody can say whether a server insists there.
  if (version !== undefined && version !== 'TLSv1.3') return unasked('inconclusive');
  const all = Object.values(outcomes).flat();
  if (version === undefined && all.every(({ kind }) => kind === 'refused')) return unasked('none');
  // Only a server that shows a certificate of its own may ask for one, and SSLv2 asks later than in its first flight.
  const hasClearAnswer = all.some(
    (one) => one.kind === 'accepted' && one.version !== 'SSLv2' && one.version !== 'TLSv1.3' && one.chain.length > 0,
  );
  if (version === undefined && (hasClearAnswer || isTls13Read)) return unasked('none');
  if (protocols['TLSv1.3'] !== 'accepted') return unasked('inconclusive');
  // Few ports need a handshake of Node's, so its TLS is loaded when one does.
  const { finishHandshake } = await import('./finish-handshake.ts');
  const { failure } = await finishHandshake(target, { minVersion: 'TLSv1.3' }, { listens: true });
  // It was not seen asking, nor could its flight be read: going on without a certificate may be "none" or "want".
  const otherwise = version === undefined ? 'inconclusive' : wordFor(failure);
  return { clientCertificate: isNeed(failure) ? 'need' : otherwise, connections: 1 };
}

const unasked = (clientCertificate: ClientCertificate): ClientCertificateFinding => ({
  clientCertificate,
  connections: 0,
});

const isNeed = (failure: string | null): boolean => ALERT_OF_NEED.test(failure ?? '');

const wordFor = (failure: string | null): ClientCertificate => {
  if (isNeed(failure)) return 'need';
  return failure === null ? 'want' : 'inconclusive';
};

/** With a suite that the server has just chosen, a refusal cannot be about suites. Where Node does not have it, only a
 * handshake that succeeds says something. */
async function finishAt(
  target: HelloTarget,
  version: Extract<ProtocolVersion, 'TLSv1' | 'TLSv1.1' | 'TLSv1.2'>,
  { outcomes }: VersionsReport,
): Promise<ClientCertificateFinding> {
  const accepted = outcomes[version].find((outcome) => outcome.kind === 'accepted');
  const suite = accepted === undefined ? null : (suiteById(accepted.suite)?.openssl ?? null);
  const { canFinishWith, finishHandshake } = await import('./finish-handshake.ts');
  const hasSuite = suite !== null && canFinishWith(suite);
  const ciphers = hasSuite ? { ciphers: `${suite}:@SECLEVEL=0` } : {};
  const { failure } = await finishHandshake(target, { minVersion: version, maxVersion: version, ...ciphers });
  const found = wordFor(failure);
  return { clientCertificate: hasSuite || found === 'want' ? found : 'inconclusive', connections: 1 };
}
