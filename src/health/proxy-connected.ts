// Health check proxy-connected: the Sametime proxy says itself that it holds its connection to the community server.
// Source: field communityConnected of /stwebapi/proxyinfo, as public check scripts for 12.0.4 read it; see proxy-info.ts.
import { readProxyInfo } from '../products/sametime/proxy-info.ts';
import { getText } from '../tls/get-text.ts';
import type { HealthContext } from './context.ts';
import type { HealthCheck, HealthResult, HealthVerdict } from './types.ts';
import { untilConclusive } from './until.ts';

type ProxyCheck = Extract<HealthCheck, { kind: 'proxy-connected' }>;

const REQUEST_TIMEOUT_MS = 10_000;

export const checkProxyConnected = (check: ProxyCheck, context: HealthContext): Promise<HealthResult> =>
  untilConclusive(check.deadlineMs, context, async () => {
    const [verdict, detail] = await askProxy(check.url);
    return { result: { check: check.name, verdict, detail } };
  });

async function askProxy(url: string): Promise<readonly [HealthVerdict, string]> {
  try {
    const { status, text } = await getText(url, REQUEST_TIMEOUT_MS);
    if (status !== 200) return ['inconclusive', `${url} answers with status ${status}`];
    const { communityConnected } = readProxyInfo(text, url);
    return communityConnected
      ? ['pass', `${url} says that it is connected to the community`]
      : ['fail', `${url} says that it is not connected to the community`];
  } catch (error) {
    return ['inconclusive', `${url}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
