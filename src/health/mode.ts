// Health check mode: a port is legacy, dynamic or strict. What a file says does not count, only what the port answers.
import { probeMode } from '../tls/probe-mode.ts';
import type { HealthContext } from './context.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive } from './until.ts';

type ModeCheck = Extract<HealthCheck, { kind: 'mode' }>;

const QUESTION_TIMEOUT_MS = 5000;

/** Another mode is asked again until the deadline: a process that starts may open its ports one after the other. */
export const checkMode = (check: ModeCheck, context: HealthContext): Promise<HealthResult> =>
  untilConclusive(check.deadlineMs, context, async () => {
    const { address, port, name, is } = check;
    const { mode, detail } = await probeMode({ host: address, port, timeoutMs: QUESTION_TIMEOUT_MS });
    const said = `${address}:${port} is ${mode} (${detail})`;
    if (mode === is) return { result: { check: name, verdict: 'pass', detail: said } };
    const verdict = mode === 'inconclusive' ? 'inconclusive' : 'fail';
    return { result: { check: name, verdict, detail: `${said}, wanted ${is}` } };
  });
