// Whether a person's work is done, as far as it can be seen from outside. Read only; a doubt is a no.
import type { ReadContext } from '../../core/operation.ts';
import { readLog } from '../../products/sametime/log.ts';
import { readProxyInfo } from '../../products/sametime/proxy-info.ts';
import { getText } from '../../tls/get-text.ts';
import { probeMode } from '../../tls/probe-mode.ts';
import type { Check, Params } from './params.ts';

const PROBE_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;

/** undefined: done; else what is seen instead */
export async function whatIsMissing(check: Check, params: Params, context: ReadContext): Promise<string | undefined> {
  switch (check.kind) {
    case 'mode':
      return await missingMode(check, params);
    case 'proxy-connected':
      return await missingConnection(params.proxyInfo ?? '');
    case 'tls-session':
      return await missingSession(params, context);
    case 'log':
      return await missingLine(check, params, context);
    case 'file':
      return (await hasLine(context, check.host, check.path, check.contains))
        ? undefined
        : `host ${check.host}: no line of ${check.path} has ${check.contains.join(' and ')}`;
  }
}

async function missingMode(check: Extract<Check, { kind: 'mode' }>, { members }: Params): Promise<string | undefined> {
  const member = members.find(({ name }) => name === check.server);
  const port = check.port === 'server' ? member?.serverPort : member?.clientPort;
  if (member === undefined || port === undefined || port === null) return `${check.server} has no ${check.port} port`;
  const { mode } = await probeMode({ host: member.address, port, timeoutMs: PROBE_TIMEOUT_MS });
  return mode === check.is ? undefined : `the ${check.port} port of ${check.server} is ${mode}, wanted ${check.is}`;
}

async function missingConnection(url: string): Promise<string | undefined> {
  try {
    const { status, text } = await getText(url, REQUEST_TIMEOUT_MS);
    if (status !== 200) return `${url} answers with status ${status}`;
    return readProxyInfo(text, url).communityConnected ? undefined : `${url} says that the proxy is not connected`;
  } catch (error) {
    return `${url}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The forms of these lines are the lab's; whether a real server tells it is not known, see products/sametime/log.ts. */
async function missingSession(
  { members, connects, subject }: Params,
  context: ReadContext,
): Promise<string | undefined> {
  const own = subject.name.slice(subject.name.indexOf('/') + 1);
  for (const { name, host, log } of members.filter((member) => connects.includes(member.name))) {
    const bytes = (await (await context.shell(host)).readFile(log)) ?? new Uint8Array();
    const logins = readLog(bytes).events.filter((event) => event.kind === 'caller-connected' && event.name === own);
    const last = logins.at(-1);
    if (last === undefined) return `${log} of ${name} has no log-in of ${own}`;
    if (last.encryption !== 'tls') return `the last log-in of ${own} at ${name} was made without TLS`;
  }
  return undefined;
}

async function missingLine(
  { server, contains }: Extract<Check, { kind: 'log' }>,
  { members }: Params,
  context: ReadContext,
): Promise<string | undefined> {
  const member = members.find(({ name }) => name === server);
  if (member !== undefined && (await hasLine(context, member.host, member.log, contains))) return undefined;
  return `no line of ${member?.log ?? 'the log'} on ${server} has ${contains.join(' and ')}`;
}

async function hasLine(context: ReadContext, host: string, path: string, texts: readonly string[]): Promise<boolean> {
  const bytes = await (await context.shell(host)).readFile(path);
  const lines = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split(/\r\n|\n|\r/u);
  return lines.some((line) => texts.every((text) => line.includes(text)));
}
