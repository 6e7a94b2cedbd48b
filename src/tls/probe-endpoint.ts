// The whole picture of one port, in the form that `probe --json` prints (docs: the command line contract).
import type { CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import { renderSuiteId, suiteById } from './cipher-suites.ts';
import { findClientCertificate } from './client-certificate.ts';
import type { ClientCertificate } from './client-certificate.ts';
import { describeChain } from './describe-chain.ts';
import { probeCiphers } from './probe-ciphers.ts';
import type { VersionCiphers } from './probe-ciphers.ts';
import { probeVersions } from './probe-versions.ts';
import type { VersionsReport } from './probe-versions.ts';
import type { HelloTarget } from './send-hello.ts';
import { PROTOCOL_VERSIONS } from './types.ts';
import type { HelloOutcome, ProtocolVersion, Verdict } from './types.ts';

export type Starttls = 'none' | 'xmpp-client' | 'xmpp-server' | 'sametime';

type CipherFacts = {
  /** 0xC02F */
  readonly id: string;
  readonly iana: string;
  readonly openssl: string | null;
  /** OpenJDK's name, else the one that IBM's JSSE would give it */
  readonly jsse: string;
  readonly bits: number;
  readonly forwardSecrecy: boolean;
};

export type ProbeReport = {
  readonly schema: 1;
  readonly host: string;
  readonly port: number;
  readonly starttls: Starttls;
  readonly reachable: boolean;
  readonly cleartext: 'accepted' | 'refused' | 'not-applicable' | 'inconclusive';
  readonly mode: 'legacy' | 'dynamic' | 'strict' | 'tls' | 'inconclusive';
  readonly protocols: Readonly<Record<ProtocolVersion, Verdict>>;
  /** accepted versions only; empty in quick mode and for SSLv2 */
  readonly ciphers: Readonly<Partial<Record<ProtocolVersion, readonly CipherFacts[]>>>;
  /** versions whose list of ciphers may be longer than shown, because the port stopped answering */
  readonly ciphersIncomplete: readonly ProtocolVersion[];
  readonly preference: Readonly<Partial<Record<ProtocolVersion, 'server' | 'client'>>>;
  readonly clientCertificate: ClientCertificate;
  readonly chain: readonly CertificateSummary[];
  readonly chainComplete: boolean;
  readonly connections: number;
  readonly durationMs: number;
  readonly policy: PolicyVerdict | null;
};

type PolicyVerdict = {
  readonly name: string;
  readonly pass: boolean;
  readonly violations: readonly { readonly code: string; readonly what: string }[];
};

export type ProbeOptions = {
  /** versions and chain only */
  readonly quick?: boolean;
  readonly starttls?: Starttls;
};

/** @param target timeoutMs holds for each hello
 * @throws OperatorError USAGE */
export async function probeEndpoint(target: HelloTarget, options: ProbeOptions = {}): Promise<ProbeReport> {
  const { quick = false, starttls = 'none' } = options;
  if (starttls !== 'none') {
    const hint = 'Leave --starttls out to probe a port that speaks TLS from the first byte.';
    throw new OperatorError('USAGE', `probe --starttls ${starttls} comes with a later release`, { hint });
  }
  const startedAt = performance.now();
  const versions = await probeVersions(target);
  const isTls = Object.values(versions.protocols).includes('accepted');
  const scanned = quick ? [] : await scanCiphers(target, versions);
  const client = await findClientCertificate(target, versions);
  return {
    schema: 1,
    host: target.host,
    port: target.port,
    starttls,
    reachable: Object.values(versions.outcomes).flat().some(isAnswered),
    cleartext: 'not-applicable',
    mode: isTls ? 'tls' : 'inconclusive',
    protocols: versions.protocols,
    ciphers: Object.fromEntries(scanned.map(([version, { suites }]) => [version, suites.map(describeSuite)])),
    ciphersIncomplete: scanned.filter(([, { isComplete }]) => !isComplete).map(([version]) => version),
    preference: Object.fromEntries(
      scanned.flatMap(([version, { preference }]) => (preference === null ? [] : [[version, preference]])),
    ),
    clientCertificate: client.clientCertificate,
    ...describeChain(versions.chain),
    connections:
      versions.connections + client.connections + scanned.reduce((sum, [, { connections }]) => sum + connections, 0),
    durationMs: Math.round(performance.now() - startedAt),
    policy: null,
  };
}

/** A timeout counts: the port took the connection. */
const isAnswered = (outcome: HelloOutcome): boolean =>
  outcome.kind !== 'inconclusive' || outcome.why === 'timeout' || outcome.why === 'not-tls';

const scanCiphers = (
  target: HelloTarget,
  { outcomes, protocols }: VersionsReport,
): Promise<readonly (readonly [ProtocolVersion, VersionCiphers])[]> =>
  Promise.all(
    PROTOCOL_VERSIONS.filter((version) => version !== 'SSLv2' && protocols[version] === 'accepted').flatMap((version) =>
      outcomes[version]
        .filter((outcome) => outcome.kind === 'accepted')
        .slice(0, 1)
        .map(async ({ suite }) => [version, await probeCiphers(target, version, suite)] as const),
    ),
  );

function describeSuite(id: number): CipherFacts {
  const suite = suiteById(id);
  if (suite === undefined) throw new RangeError(`suite ${renderSuiteId(id)} was offered but is not registered`);
  const { iana, openssl, jsse, ibm, bits, forwardSecrecy } = suite;
  return { id: renderSuiteId(id), iana, openssl, jsse: jsse ?? ibm, bits, forwardSecrecy };
}
