// One wsadmin process of a cell that answers calls: the implementation of the ports in core/wsadmin.ts. Reader and writer
// are separate objects; what each may call is listed in wsadmin-calls.ts.
import { OperatorError } from '../../core/errors.ts';
import type { Login } from '../../core/operation.ts';
import type { Secret } from '../../core/secret.ts';
import type { ReadShell } from '../../core/shell.ts';
import type { WsadminArgument, WsadminReader, WsadminWriter } from '../../core/wsadmin.ts';
import { SIGNER_PROMPTS, toolPath, withSignerHint } from './tools.ts';
import { openCallChannel } from './wsadmin-channel.ts';
import { isChangingCall, isReadingCall } from './wsadmin-calls.ts';
import { startAgent } from './wsadmin-start.ts';
import { documentPath, parseWorkspaceChanges } from './workspace-changes.ts';

export type WsadminSessionOptions = {
  readonly shell: ReadShell;
  readonly cell: string;
  /** of the deployment manager */
  readonly profile: string;
  readonly login?: Login | undefined;
  /** only the composition knows how a secret is exposed */
  readonly expose: (secret: Secret) => string;
  readonly startTimeoutMs: number;
  readonly callTimeoutMs: number;
};

export interface WsadminSession extends AsyncDisposable {
  readonly reader: WsadminReader;
  readonly writer: WsadminWriter;
}

/** Unsaved changes are lost when the session ends.
 * @throws OperatorError WSADMIN_CONNECT, SIGNER_PROMPT, COMMAND_TIMEOUT */
export async function openWsadminSession(options: WsadminSessionOptions): Promise<WsadminSession> {
  const { shell, cell, profile, login, startTimeoutMs } = options;
  const where = `cell ${cell} on host ${shell.host}`;
  const argv = [toolPath(profile, 'wsadmin.sh'), '-lang', 'jython', '-conntype', 'SOAP'];
  const session = await shell.open({ argv, timeoutMs: startTimeoutMs, prompts: SIGNER_PROMPTS });
  try {
    await withSignerHint(profile, startAgent(session, { where, login, timeoutMs: startTimeoutMs }));
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
  const channel = openCallChannel(session, where, options.expose, options.callTimeoutMs);

  const query = async (call: string, ...args: readonly WsadminArgument[]): Promise<string> => {
    if (!isReadingCall(call)) throw new Error(`${call} is not on the list of calls that read`);
    return await channel.call(call, args);
  };
  const change = async (call: string, ...args: readonly WsadminArgument[]): Promise<string> => {
    if (!isChangingCall(call)) throw new Error(`${call} is not on the list of calls that change the workspace`);
    return await channel.call(call, args);
  };
  const reset = async (): Promise<void> => void (await channel.call('AdminConfig.reset', []));

  const saveExpected = async (expected: ReadonlySet<string>): Promise<readonly string[]> => {
    const changed = parseWorkspaceChanges(await channel.call('AdminConfig.queryChanges', []));
    const unexpected = changed.filter((document) => !expected.has(document));
    if (unexpected.length > 0) throw unexpectedChanges(where, unexpected);
    if (changed.length > 0) await channel.call('AdminConfig.save', []);
    return changed;
  };

  const save = async (expectedDocuments: readonly string[]): Promise<readonly string[]> => {
    try {
      return await saveExpected(new Set(expectedDocuments.map(documentPath)));
    } catch (error) {
      // What was refused, also by WebSphere as a conflict, must not wait for the next save. A lost session has no workspace.
      if (channel.isUsable()) await reset();
      throw error;
    }
  };

  return {
    reader: { cell, query },
    writer: { cell, query, change, save, reset },
    [Symbol.asyncDispose]: () => channel.end(),
  };
}

const unexpectedChanges = (where: string, documents: readonly string[]): OperatorError =>
  new OperatorError(
    'UNEXPECTED_CHANGES',
    `${where}: unsaved changes in ${documents.join(', ')} are not part of the step; all were discarded`,
    { hint: 'Look for somebody else who changes the same documents, then run the same command again.' },
  );
