// The talk with wsadmin.sh before any request: log-in prompts, the banner that says what it is connected to, and the start
// of the agent. wsadmin goes on in local mode when it cannot connect, and a node agent's port answers, too: only the
// banner WASX7209I with "DeploymentManager" counts. Source: IBM WebSphere 8.5.5, "wsadmin scripting tool".
import { OperatorError } from '../../core/errors.ts';
import type { Login } from '../../core/operation.ts';
import type { Session } from '../../core/shell.ts';
import { causeOf, unwrapLines } from './admin-messages.ts';
import { AGENT_READY, renderAgentLine } from './agent-codec.ts';
import { agentSource } from './agent-source.ts';

const USERNAME = 'Username:';
const PASSWORD = 'Password:';
const PROMPT = 'wsadmin>';
const FAILURES = ['WASX7023E', 'WASX7246E', 'WASX7213I', 'WASX7357I'];
const AGENT_FAILURES = ['Traceback', 'SyntaxError', 'WASX7015E', 'WASX7017E'];
/** how long to listen for the rest of a message that already told the failure */
const REST_MS = 1500;

export type StartOptions = {
  /** "cell c1 on host dm", for messages */
  readonly where: string;
  readonly login?: Login | undefined;
  readonly timeoutMs: number;
};

/** @throws OperatorError WSADMIN_CONNECT, SIGNER_PROMPT, COMMAND_TIMEOUT */
export async function startAgent(session: Session, { where, login, timeoutMs }: StartOptions): Promise<void> {
  const startedAt = performance.now();
  const remainingMs = (): number => Math.max(1, timeoutMs - (performance.now() - startedAt));
  let seen = '';
  let hasSentPassword = false;
  while (!seen.endsWith(PROMPT)) {
    seen += await readText(session, [PROMPT, USERNAME, PASSWORD, ...FAILURES], remainingMs(), where);
    if (FAILURES.some((id) => seen.endsWith(id))) throw await notConnected(session, seen, where);
    if (seen.endsWith(USERNAME)) {
      if (login === undefined || hasSentPassword) throw refusedLogin(where, login !== undefined);
      await session.send([login.user, '\n']);
    }
    if (seen.endsWith(PASSWORD)) {
      if (login === undefined) throw refusedLogin(where, false);
      await session.send([login.password, '\n']);
      hasSentPassword = true;
    }
  }
  requireDeploymentManager(seen, where);
  await session.send([renderAgentLine(agentSource()), '\n']);
  const answer = await readText(session, [AGENT_READY, ...AGENT_FAILURES], remainingMs(), where);
  if (answer.endsWith(AGENT_READY)) return;
  const rest = await readRest(session);
  throw new OperatorError('WSADMIN_CONNECT', `${where}: wsadmin did not run the agent: ${lastLine(answer + rest)}`, {
    hint: 'Try the same wsadmin.sh with -lang jython by hand on the host.',
  });
}

function requireDeploymentManager(text: string, where: string): void {
  const banner = unwrapLines(text).find((line) => line.includes('WASX7209I'));
  const type = /process is: *(?<type>\w+)/u.exec(banner ?? '')?.groups?.['type'];
  if (type === 'DeploymentManager') return;
  const fact = banner === undefined ? lastLine(text.replace(PROMPT, '')) : banner.trim();
  throw new OperatorError('WSADMIN_CONNECT', `${where}: wsadmin is not connected to a deployment manager: ${fact}`, {
    hint: 'Check com.ibm.ws.scripting.host and port in properties/wsadmin.properties of the deployment manager profile.',
  });
}

/** Session.text, but an end of the output is the connection that did not come about. */
async function readText(session: Session, until: readonly string[], timeoutMs: number, where: string): Promise<string> {
  try {
    return await session.text(until, timeoutMs);
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'REMOTE_REPLY') throw error;
    throw new OperatorError('WSADMIN_CONNECT', `${where}: wsadmin ended before it was ready: ${error.message}`, {
      hint: 'Read logs/wsadmin.traceout in the deployment manager profile.',
      cause: error,
    });
  }
}

async function notConnected(session: Session, seen: string, where: string): Promise<OperatorError> {
  const text = seen + (await readRest(session));
  const failure = unwrapLines(text).findLast((line) => FAILURES.some((id) => line.includes(id)));
  const cause = causeOf(text);
  const facts = [failure?.trim(), cause].filter(
    (line, index, all) => line !== undefined && all.indexOf(line) === index,
  );
  return new OperatorError('WSADMIN_CONNECT', `${where}: wsadmin did not connect: ${facts.join('; ')}`, {
    hint: 'Check that the deployment manager is running and that its SOAP port accepts the protocol in ssl.client.props.',
  });
}

/** Lines that come at once; a pending prompt or the end of the output ends them. */
async function readRest(session: Session): Promise<string> {
  let rest = '';
  try {
    for (let line = await session.line(REST_MS); line !== undefined; line = await session.line(REST_MS)) {
      rest += `${line}\n`;
    }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
  }
  return rest;
}

const lastLine = (text: string): string =>
  unwrapLines(text)
    .map((line) => line.trim())
    .findLast((line) => line !== '') ?? 'it printed nothing';

const refusedLogin = (where: string, hasLogin: boolean): OperatorError =>
  new OperatorError(
    'WSADMIN_CONNECT',
    hasLogin
      ? `${where}: wsadmin refused the log-in`
      : `${where}: wsadmin asks for a log-in and the inventory has none`,
    {
      hint: hasLogin
        ? 'Check user and password file of the credential that the cell names.'
        : 'Give the cell a login in the inventory, or put one into soap.client.props of the deployment manager profile.',
    },
  );
