// Health check client-link: a hello with exactly what a client population offers must be answered.
import { probeVersions } from '../tls/probe-versions.ts';
import type { HealthContext } from './context.ts';
import { isRefusedInTls } from './refused-in-tls.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive } from './until.ts';

type ClientLinkCheck = Extract<HealthCheck, { kind: 'client-link' }>;

const HELLO_TIMEOUT_MS = 5000;

export const checkClientLink = (check: ClientLinkCheck, context: HealthContext): Promise<HealthResult> =>
  untilConclusive(check.deadlineMs, context, async () => {
    const target = { host: check.address, port: check.port, timeoutMs: HELLO_TIMEOUT_MS };
    const { protocols, outcomes } = await probeVersions(target, check.offers);
    const common = check.offers.filter((version) => protocols[version] === 'accepted');
    const where = `${check.address}:${check.port}`;
    if (common.length > 0) {
      const detail = `${check.client} reaches ${where} with ${common.at(-1) ?? ''}`;
      return { result: { check: check.name, verdict: 'pass', detail } };
    }
    const isRefused = check.offers.every((version) => protocols[version] === 'refused');
    const verdict = isRefused ? 'fail' : 'inconclusive';
    const detail = `${check.client} offers ${check.offers.join(', ')}; ${where} accepts none of it`;
    return {
      result: { check: check.name, verdict, detail },
      isLasting: isRefused && check.offers.every((version) => isRefusedInTls(outcomes[version])),
    };
  });
