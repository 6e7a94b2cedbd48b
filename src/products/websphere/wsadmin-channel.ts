// Requests and replies over a running agent, one at a time and in the order they were asked for.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import type { Session } from '../../core/shell.ts';
import type { WsadminArgument } from '../../core/wsadmin.ts';
import { messageIdOf } from './admin-messages.ts';
import { AGENT_QUIT, decodeReply, encodeRequest, type AgentReply } from './agent-codec.ts';

export type CallChannel = {
  /** @throws OperatorError WSADMIN_FAILED, COMMAND_TIMEOUT, OUTCOME_UNKNOWN, REMOTE_REPLY */
  call(call: string, args: readonly WsadminArgument[]): Promise<string>;
  /** false after a lost or confused exchange */
  isUsable(): boolean;
  end(): Promise<void>;
};

/** wsadmin itself lives on and tells the loss as an exception of the call; whether the call took effect is then unknown. */
const LOST = /\bConnectorException\b|\bConnectorNotAvailableException\b|ADMC0009E/u;

export function openCallChannel(
  session: Session,
  where: string,
  expose: (secret: Secret) => string,
  callTimeoutMs: number,
): CallChannel {
  let count = 0;
  let queue: Promise<unknown> = Promise.resolve();
  let isLost = false;

  const talk = async (call: string, args: readonly WsadminArgument[]): Promise<string> => {
    if (isLost) throw new OperatorError('OUTCOME_UNKNOWN', `${where}: the wsadmin session was lost before ${call}`);
    count += 1;
    const id = `${count}`;
    const secrets = args.flat().filter((item) => item instanceof Secret);
    const line = encodeRequest(id, call, args, expose);
    const request = secrets.length === 0 ? line : new Secret(line, `request ${call}`);
    const reply = await lostUnless(async () => {
      await session.send([request, '\n']);
      return await readReply(session, id, call, where, callTimeoutMs);
    });
    if (reply.kind === 'ok') return reply.text;
    const shown = secrets.reduce(
      (text, secret) => text.replaceAll(expose(secret) || '\0', secret.toString()),
      reply.text,
    );
    if (LOST.test(shown)) {
      isLost = true;
      const what = `${where}: the deployment manager was lost while ${call} was running: ${tellingLines(shown)}`;
      throw new OperatorError('OUTCOME_UNKNOWN', what, {
        hint: 'See that the deployment manager runs, then run the same command again: it reads before it writes.',
      });
    }
    throw new OperatorError('WSADMIN_FAILED', `${where}: ${call} ended with ${tellingLines(shown)}`, {
      hint: 'Nothing was saved by this call; correct the cause that the message names and run the same command again.',
    });
  };

  // After a failure on the way, a late reply could be taken for the next call's: the session is not used again.
  const lostUnless = async (exchange: () => Promise<AgentReply>): Promise<AgentReply> => {
    try {
      return await exchange();
    } catch (error) {
      isLost = true;
      throw error;
    }
  };

  return {
    call: async (call, args) => {
      const turn = queue.then(() => talk(call, args));
      queue = turn.catch(() => undefined);
      return await turn;
    },
    isUsable: () => !isLost,
    end: async () => {
      if (!isLost) await session.send([AGENT_QUIT, '\n']).catch(() => undefined);
      isLost = true;
      await session[Symbol.asyncDispose]();
    },
  };
}

async function readReply(
  session: Session,
  id: string,
  call: string,
  where: string,
  timeoutMs: number,
): Promise<AgentReply> {
  const startedAt = performance.now();
  for (;;) {
    const line = await session.line(Math.max(1, timeoutMs - (performance.now() - startedAt)));
    if (line === undefined) {
      throw new OperatorError('OUTCOME_UNKNOWN', `${where}: wsadmin ended while ${call} was running`);
    }
    const reply = decodeReply(line);
    if (reply === undefined) continue;
    if (reply.id === id) return reply;
    throw new OperatorError(
      'REMOTE_REPLY',
      `${where}: wsadmin answered request ${reply.id} instead of ${id} (${call})`,
    );
  }
}

/** The first line of the exception, and the first later one with a message id of its own. */
function tellingLines(text: string): string {
  const [first = '', ...others] = text.split(/\r?\n/u).map((line) => line.trim());
  const detail = others.find((line) => messageIdOf(line) !== undefined && !first.includes(messageIdOf(line) ?? ''));
  return detail === undefined ? first : `${first} ${detail}`;
}
