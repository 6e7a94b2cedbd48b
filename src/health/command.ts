// Health check command: a program of the host that the inventory names, such as a command line tool whose settings were
// changed. Once only: it is no server that takes its time to come up.
import { OperatorError } from '../core/errors.ts';
import type { HealthContext } from './context.ts';
import type { HealthCheck, HealthResult } from './types.ts';

type CommandCheck = Extract<HealthCheck, { kind: 'command' }>;

/** What it waits for nobody types in: it is ended then. */
const PROMPTS = { 'SSL SIGNER EXCHANGE PROMPT': 'SIGNER_PROMPT' } as const;

export async function checkCommand(
  { name: check, host, argv, deadlineMs: timeoutMs }: CommandCheck,
  context: HealthContext,
): Promise<HealthResult> {
  const shell = await context.shell(host);
  try {
    const { exitCode, stdout, stderr } = await shell.query({ argv, timeoutMs, prompts: PROMPTS, short: 'program' });
    if (exitCode === 0) return { check, verdict: 'pass', detail: `${argv[0] ?? ''} on ${host} ended with status 0` };
    const said =
      `${stderr}\n${stdout}`
        .split('\n')
        .find((line) => line.trim() !== '')
        ?.trim() ?? 'no output';
    return { check, verdict: 'fail', detail: `${argv.join(' ')} on ${host} ended with status ${exitCode}: ${said}` };
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code === 'HOST_UNREACHABLE') throw error;
    const verdict = error.code === 'SIGNER_PROMPT' ? 'fail' : 'inconclusive';
    return { check, verdict, detail: error.message };
  }
}
