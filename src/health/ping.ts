// Health check ping: a user of the server asks another domain, and the answer comes back. A strict server loses messages to a
// peer without TLS silently, so this, and no look at a port, proves a link between servers. Source: XEP-0199.
import { pingThrough } from '../tls/xmpp-ping.ts';
import type { HealthContext } from './context.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive } from './until.ts';

type PingCheck = Extract<HealthCheck, { kind: 'ping' }>;

const ANSWER_TIMEOUT_MS = 10_000;

export const checkPing = (check: PingCheck, context: HealthContext): Promise<HealthResult> =>
  untilConclusive(check.deadlineMs, context, async () => {
    const { name, address: host, port, domain, to } = check;
    const login = context.login(check.login);
    if (login === undefined)
      return { result: { check: name, verdict: 'inconclusive', detail: `no log-in for ${check.login} is declared` } };
    const result = await pingThrough({ host, port, domain, timeoutMs: ANSWER_TIMEOUT_MS }, login, to);
    const verdict = { answered: 'pass', lost: 'fail', 'not-asked': 'inconclusive' } as const;
    return { result: { check: name, verdict: verdict[result.kind], detail: result.detail } };
  });
