// Whether a server asks for a client certificate. The clear flight shows that it asks; only a handshake finished without
// a certificate tells "want" from "need". Source: RFC 5246 section 7.4.6 and the alerts that JSSE, NSS and OpenSSL send.
import { getCiphers } from 'node:tls';
import { suiteById } from './cipher-suites.ts';
import { finishHandshake } from './finish-handshake.ts';
import type { VersionsReport } from './probe-versions.ts';
import type { HelloTarget } from './send-hello.ts';

export type ClientCertificate = 'none' | 'want' | 'need';
export type ClientCertificateFinding = { readonly clientCertificate: ClientCertificate; readonly connections: number };

/** Alerts 40, 42 and 116, as Node reports them. */
const ALERT_OF_NEED = /ALERT_(HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_REQUIRED)$/;

/** `want` also stands for "asks, and whether it insists could not be tried": Node has no SSLv3 and no RC4. */
export async function findClientCertificate(
  target: HelloTarget,
  { certificateRequestedAt: version, outcomes, protocols, isTls13Read }: VersionsReport,
): Promise<ClientCertificateFinding> {
  if (version === 'TLSv1' || version === 'TLSv1.1' || version === 'TLSv1.2') {
    const accepted = outcomes[version].find((outcome) => outcome.kind === 'accepted');
    const suite = accepted === undefined ? null : (suiteById(accepted.suite)?.openssl ?? null);
    // With a suite that the server has just chosen, a refusal cannot be about suites.
    if (suite === null || !getCiphers().includes(suite.toLowerCase()))
      return { clientCertificate: 'want', connections: 0 };
    const limits = { minVersion: version, maxVersion: version, ciphers: `${suite}:@SECLEVEL=0` };
    const { failure } = await finishHandshake(target, limits);
    return { clientCertificate: ALERT_OF_NEED.test(failure ?? '') ? 'need' : 'want', connections: 1 };
  }
  if (version !== undefined && version !== 'TLSv1.3') return { clientCertificate: 'want', connections: 0 };
  const hasClearFlight = Object.values(outcomes)
    .flat()
    .some((one) => one.kind === 'accepted' && one.version !== 'TLSv1.3');
  if (hasClearFlight || protocols['TLSv1.3'] !== 'accepted') return { clientCertificate: 'none', connections: 0 };
  // Not asked for, and the flight that could have asked was read.
  if (version === undefined && isTls13Read) return { clientCertificate: 'none', connections: 0 };
  const { failure } = await finishHandshake(target, { minVersion: 'TLSv1.3' }, { listens: true });
  const isNeeded = ALERT_OF_NEED.test(failure ?? '');
  const otherwise = version === undefined ? 'none' : 'want';
  return { clientCertificate: isNeeded ? 'need' : otherwise, connections: 1 };
}
