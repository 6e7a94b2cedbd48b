// Health check stream: an XMPP port is plain, dynamic or strict, as its streams prove, it serves the expected chain, and the
// certificate is for the XMPP domain. Source: products/sun-im (stream-features.ts, certificate-identity.ts).
import { identityFor } from '../products/sun-im/certificate-identity.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import type { TlsFacts } from '../tls/xmpp-line.ts';
import type { HealthContext } from './context.ts';
import { sha256Colons } from './fingerprint.ts';
import { isServedChain } from './listener.ts';
import { readStreamMode } from './read-stream-mode.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive, type Answer } from './until.ts';

type StreamCheck = Extract<HealthCheck, { kind: 'stream' }>;

/** Sun's own client waits this long for the answer to startTLS. */
const ANSWER_TIMEOUT_MS = 10_000;

export const checkStream = (check: StreamCheck, context: HealthContext): Promise<HealthResult> =>
  untilConclusive(check.deadlineMs, context, async () => {
    const { address: host, port, domain, service, is, name } = check;
    const { mode, detail, tls } = await readStreamMode({ host, port, domain, timeoutMs: ANSWER_TIMEOUT_MS }, service);
    const said = `${host}:${port} is ${mode} (${detail})`;
    const answer = (verdict: HealthResult['verdict'], text: string, isLasting = false): Answer => ({
      result: { check: name, verdict, detail: text },
      isLasting,
    });
    if (mode !== is)
      return answer(
        mode === 'inconclusive' ? 'inconclusive' : 'fail',
        `${said}, wanted ${is}`,
        mode !== 'inconclusive',
      );
    const problem = tls === null ? undefined : objectionTo(tls, check);
    return problem === undefined ? answer('pass', said) : answer('fail', `${host}:${port} ${problem}`, true);
  });

function objectionTo({ chain }: TlsFacts, { chainSha256, domain, service }: StreamCheck): string | undefined {
  const [leaf] = chain;
  if (leaf === undefined) return 'serves no certificate';
  const served = chain.map(sha256Colons);
  if (chainSha256 !== null && !isServedChain(served, chainSha256))
    return `serves ${served.length} certificates beginning with ${served[0] ?? 'none'}, wanted ${chainSha256.length} beginning with ${chainSha256[0] ?? 'none'}`;
  const { by, found } = identityFor(summarizeCertificate(leaf), domain, service);
  return by === null
    ? `serves a certificate for ${found.join(', ') || 'nothing'}, and the domain is ${domain}`
    : undefined;
}
