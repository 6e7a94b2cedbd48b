// The stand-in for a process's SOAP connector: newline-separated JSON after the TLS handshake. `hello` is open to
// everybody, the rest needs a log-in. An administrative session is a workspace that ends with its connection.
import type { Socket } from 'node:net';
import type { Json, JsonObject } from '../../core/json.ts';
import { onJson, sendJson, textOf } from '../json-lines.ts';
import type { Argument } from '../repository/options.ts';
import type { Workspace } from '../repository/repository.ts';

export interface SoapTarget {
  readonly process: string;
  readonly node: string;
  /** as WASX7209I says it */
  readonly type: string;
  isLogin(user: string, password: string): boolean;
  stop(): void;
  /** only a deployment manager has a repository */
  readonly manager: {
    openWorkspace(): Workspace;
    /** documents of the master that belong to the node: path below the cell's folder -> base64 */
    documentsFor(node: string): Promise<JsonObject>;
    /** signers of a key store of the cell, or the names of all its key stores when none is named */
    signers(store: string): Promise<Json>;
  } | null;
}

const DENIED = 'ADMN0022E: Access is denied for the operation because of insufficient or empty credentials.';

export function serveSoap(socket: Socket, target: SoapTarget): void {
  let isLoggedIn = false;
  let workspace: Workspace | undefined;
  const execute = async (message: JsonObject): Promise<Json> => {
    const op = textOf(message, 'op');
    if (op === 'hello') return { process: target.process, node: target.node, type: target.type };
    if (op === 'login') {
      isLoggedIn = target.isLogin(textOf(message, 'user'), textOf(message, 'password'));
      if (!isLoggedIn) throw new Error(DENIED);
      return null;
    }
    if (!isLoggedIn) throw new Error(DENIED);
    if (op === 'status') return { process: target.process, state: 'STARTED' };
    if (op === 'stop') {
      // After the reply has gone out: the connection ends with the process.
      setImmediate(() => target.stop());
      return null;
    }
    const { manager } = target;
    if (manager === null) throw new Error(`ADMC0017E: ${target.process} has no operation ${op}`);
    if (op === 'sync') return manager.documentsFor(textOf(message, 'node'));
    if (op === 'signers') return manager.signers(textOf(message, 'store'));
    if (op !== 'call') throw new Error(`ADMC0017E: ${target.process} has no operation ${op}`);
    workspace ??= manager.openWorkspace();
    return workspace.call(textOf(message, 'object'), textOf(message, 'method'), argumentsOf(message['args']));
  };
  // One after another, as they came: a session's calls depend on each other.
  let previous: Promise<void> = Promise.resolve();
  const answer = async (before: Promise<void>, message: JsonObject): Promise<void> => {
    await before;
    sendJson(socket, { id: message['id'] ?? null, ...(await reply(execute, message)) });
  };
  onJson(socket, (message) => {
    previous = answer(previous, message);
  });
}

async function reply(execute: (message: JsonObject) => Promise<Json>, message: JsonObject): Promise<JsonObject> {
  try {
    return { ok: true, result: await execute(message) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const javaClass = 'javaClass' in error && typeof error.javaClass === 'string' ? error.javaClass : null;
    return { ok: false, error: error.message, javaClass };
  }
}

const argumentsOf = (value: Json | undefined): readonly Argument[] =>
  Array.isArray(value) ? value.map((item: Json) => (Array.isArray(item) ? item.map(plain) : plain(item))) : [];

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
