// Health check listener: what a port offers, proved by raw hellos from here. A version counts as refused only when
// the port said so; a timeout is inconclusive.
import type { ProtocolVersion } from '../tls/types.ts';
import { probeVersions } from '../tls/probe-versions.ts';
import { sha256Colons } from './fingerprint.ts';
import type { HealthContext } from './context.ts';
import { isRefusedInTls } from './refused-in-tls.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive, type Answer } from './until.ts';

type ListenerCheck = Extract<HealthCheck, { kind: 'listener' }>;

const HELLO_TIMEOUT_MS = 5000;

export const checkListener = (check: ListenerCheck, context: HealthContext): Promise<HealthResult> =>
  untilConclusive(check.deadlineMs, context, () => probeOnce(check));

async function probeOnce(check: ListenerCheck): Promise<Answer> {
  const versions: readonly ProtocolVersion[] = [...check.accepts, ...check.refuses];
  const target = { host: check.address, port: check.port, timeoutMs: HELLO_TIMEOUT_MS };
  const probe = await probeVersions(target, versions);
  const unclear = versions.filter((version) => probe.protocols[version] === 'inconclusive');
  const missing = check.accepts.filter((version) => probe.protocols[version] === 'refused');
  const extra = check.refuses.filter((version) => probe.protocols[version] === 'accepted');
  const result = (verdict: HealthResult['verdict'], detail: string, isLasting = false): Answer => ({
    result: { check: check.name, verdict, detail },
    isLasting,
  });

  if (missing.length > 0) {
    const isLasting = missing.every((version) => isRefusedInTls(probe.outcomes[version]));
    return result('fail', `${where(check)} refuses ${missing.join(', ')}`, isLasting);
  }
  if (extra.length > 0) return result('fail', `${where(check)} still accepts ${extra.join(', ')}`, true);
  if (unclear.length > 0)
    return result('inconclusive', `${where(check)} gave no clear answer to ${unclear.join(', ')}`);
  if (check.chainSha256 !== null) {
    const served = probe.chain.map(sha256Colons);
    if (!isServedChain(served, check.chainSha256)) return result('fail', chainText(check, served), true);
  }
  return result(
    'pass',
    `${where(check)} accepts ${check.accepts.join(', ') || 'nothing'}, refuses ${check.refuses.join(', ') || 'nothing'}`,
  );
}

/** A server may leave out the root: the caller must have it anyway. */
export const isServedChain = (served: readonly string[], wanted: readonly string[]): boolean =>
  served.join() === wanted.join() || (wanted.length > 1 && served.join() === wanted.slice(0, -1).join());

const chainText = (check: ListenerCheck, served: readonly string[]): string =>
  `${where(check)} serves ${served.length} certificates beginning with ${served[0] ?? 'none'}, wanted ${check.chainSha256?.length ?? 0} beginning with ${check.chainSha256?.[0] ?? 'none'}`;

const where = (check: ListenerCheck): string => `${check.address}:${check.port}`;
