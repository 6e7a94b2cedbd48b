// Health check callers: who had a connection to the server port before the step has one again. It needs no inventory, so it
// also finds the program that nobody knew. Clients may go to another server meanwhile, so they are only counted.
import type { ReadShell } from '../core/shell.ts';
import { parseSockets, SOCKETS_SCRIPT, type SocketPair } from '../products/sametime/socket-list.ts';
import type { Callers, HealthContext } from './context.ts';
import { readLogEvents } from './log-events.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive } from './until.ts';

type CallersCheck = Extract<HealthCheck, { kind: 'callers' }>;

const COMMAND_TIMEOUT_MS = 30_000;
/** Between two looks: who is seen in one alone was only passing, such as a probe. */
const LOOK_AGAIN_MS = 1000;

/** Text: why they cannot be listed. */
export async function readCallers(check: CallersCheck, context: HealthContext): Promise<Callers | string> {
  const first = await lookOnce(check, context);
  if (typeof first === 'string') return first;
  await context.pause(LOOK_AGAIN_MS);
  const second = await lookOnce(check, context);
  if (typeof second === 'string') return second;
  return { ...second, server: second.server.filter((address) => first.server.includes(address)) };
}

/** Text: why they cannot be listed. */
export async function listConnections(shell: ReadShell): Promise<readonly SocketPair[] | string> {
  const { exitCode, stdout, stderr } = await shell.query({
    argv: ['sh', '-c', SOCKETS_SCRIPT],
    timeoutMs: COMMAND_TIMEOUT_MS,
  });
  if (exitCode !== 0) return `status ${exitCode}: ${stderr.trim().slice(0, 200)}`;
  return parseSockets(stdout) ?? 'the list has a line of an unknown form';
}

async function lookOnce(
  { host, serverPort, clientPort }: CallersCheck,
  context: HealthContext,
): Promise<Callers | string> {
  const pairs = await listConnections(await context.shell(host));
  if (typeof pairs === 'string') return pairs;
  const server = pairs.filter(({ localPort }) => localPort === serverPort).map(({ remote }) => remote);
  const client = pairs.filter(({ localPort }) => localPort === clientPort).length;
  return { server: [...new Set(server)].toSorted(), client };
}

export async function checkCallers(check: CallersCheck, context: HealthContext): Promise<HealthResult> {
  const before = context.callersBefore(check.name);
  if (before === undefined)
    return { check: check.name, verdict: 'inconclusive', detail: 'nobody looked who was connected before' };
  const { comesAndGoes, except, name } = check;
  const asked = before.server.filter((address) => !except.includes(address));
  return await untilConclusive(check.deadlineMs, context, async () => {
    const now = await readCallers(check, context);
    if (typeof now === 'string') return { result: { check: name, verdict: 'inconclusive', detail: now } };
    const refusals = await refusalsOf(check, context);
    const missing = asked.filter(
      (address) => !now.server.includes(address) && (refusals.has(address) || !comesAndGoes.includes(address)),
    );
    const clients = `connections at the client port: ${before.client} before, ${now.client} now`;
    if (missing.length === 0)
      return {
        result: { check: name, verdict: 'pass', detail: `all ${asked.length} callers are connected again; ${clients}` },
      };
    const told = missing.map((address) => {
      const reason = refusals.get(address);
      return reason === undefined ? `${address} has not come back` : `${address} was refused: ${reason}`;
    });
    // Times are left out of it: what is said again and again counts.
    const isLasting = missing.every((address) => refusals.has(address));
    return { result: { check: name, verdict: 'fail', detail: told.join('; ') }, isLasting };
  });
}

/** Whose last word in the log since the step began is a refusal at the server port. */
async function refusalsOf({ host, log }: CallersCheck, context: HealthContext): Promise<ReadonlyMap<string, string>> {
  const events = await readLogEvents(await context.shell(host), log, context.logOffset(host, log) ?? 0);
  const refused = new Map<string, string>();
  for (const { kind, address, port, reason } of events) {
    if (address === null || port !== 'server') continue;
    if (kind === 'caller-refused') refused.set(address, reason ?? 'no reason is given');
    if (kind === 'caller-connected') refused.delete(address);
  }
  return refused;
}
