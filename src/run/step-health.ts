// The health checks of a step: where logs end before it, and what holds after it.
import { OperatorError } from '../core/errors.ts';
import { callersInJournal } from '../journal/replay.ts';
import { readCallers } from '../health/callers.ts';
import { executeHealthCheck } from '../health/index.ts';
import { readLogSize } from '../health/log.ts';
import type { HealthCheck } from '../health/types.ts';
import { stepName } from '../plan/step-name.ts';
import type { Step } from '../plan/types.ts';
import type { RunPorts } from './execute.ts';

export async function markBefore(step: Step, ports: RunPorts): Promise<void> {
  const { context } = ports;
  const logs = step.healthChecks.flatMap((check) => {
    if (check.kind === 'log') return [{ host: check.host, path: check.path }];
    if (check.kind === 'callers') return [{ host: check.host, path: check.log }];
    if (check.kind !== 'peers') return [];
    return [check, ...check.expects].map(({ host, log: path }) => ({ host, path }));
  });
  for (const { host, path } of logs) context.markLog(host, path, await readLogSize(await context.shell(host), path));
  for (const check of step.healthChecks) if (check.kind === 'callers') await markCallers(check, step, ports);
}

/** A step that was cut off may have its server down now: what its first start saw counts. */
async function markCallers(
  check: Extract<HealthCheck, { readonly kind: 'callers' }>,
  step: Step,
  { context, journal, now }: RunPorts,
): Promise<void> {
  const known = callersInJournal(journal.events, step.id);
  const seen = known ?? (await readCallers(check, context));
  if (typeof seen === 'string') {
    const hint = 'Give the host ss (iproute2) or netstat; without a list nobody can say afterwards who is missing.';
    throw new OperatorError('INCONCLUSIVE', `host ${check.host}: its connections cannot be listed: ${seen}`, { hint });
  }
  if (known === undefined) await journal.append('callers-seen', step.id, { ...seen }, now());
  context.markCallers(check.name, seen);
}

/** In order, and stops at the first that does not pass: no further server is touched. */
export async function checkHealth(
  step: Step,
  { context, journal, now, emit, isOnlyRecorded }: RunPorts,
): Promise<void> {
  for (const check of step.healthChecks) {
    const result = await executeHealthCheck(check, context);
    await journal.append('health', step.id, { ...result }, now());
    emit({ type: 'health', step, result });
    if (result.verdict === 'pass' || isOnlyRecorded?.(check) === true) continue;
    const code = result.verdict === 'fail' ? 'HEALTH_FAILED' : 'INCONCLUSIVE';
    const hint = `${hintFor(check.kind)} No further server was touched; when the cause is corrected, run the same command again.`;
    throw new OperatorError(code, `step ${step.id} (${stepName(step)}), check ${check.name}: ${result.detail}`, {
      hint,
    });
  }
}

const hintFor = (kind: Step['healthChecks'][number]['kind']): string =>
  ({
    listener:
      'Look at the SSL configuration and certificate alias that this server inherits; it reads them when it starts, so restart it after a correction.',
    process:
      'A node agent that stops and starts has no protocol in common with a peer: look at XDADefaultSSLSettings and at ssl.client.props of its node.',
    replica: 'Look at logs/syncNode.log of the node.',
    log: 'Look at the log line named.',
    'client-link': 'These clients are cut off; they need a protocol in common with the listener.',
    mode: 'Only the answer of the port counts: look at sametime.ini and sametime.log of the server, and try another strictSpelling when strict is written and the port is not.',
    peers:
      'Look at sametime.log of both servers for the reason; a server that was restarted is called again only after a while.',
    callers:
      'Who does not come back may be one that nobody knew: find the program at that address, and declare it in the inventory.',
    command: 'Run the same command on the host by hand: it tells what it cannot do any more.',
    stream:
      'Only the answer of the port counts: look at iim.conf, at xmppd.log, and at who may read the key store and the password file.',
    ping: 'Messages to that domain are lost: look whether the other server offers TLS and trusts this one, and at coserver settings of both.',
    'proxy-connected': 'Look at the log of the Sametime proxy; it may need its trust store, or a restart.',
  })[kind];
