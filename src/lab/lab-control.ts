// Talks to a lab's daemon from another process: `lab down`, `lab fault`, and scripts that look at its processes.
import { once } from 'node:events';
import { connect } from 'node:net';
import { OperatorError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isObject, onJson, sendJson, textOf } from './json-lines.ts';
import { ADDRESS } from './site.ts';
import { loadState } from './state.ts';
import { parseFault } from './fault.ts';
import type { ClientCall, Fault, ProcessState } from './types.ts';

export interface LabControl {
  /** Ends the daemon; the next `lab up` on the folder goes on from there. */
  stop(): Promise<void>;
  fault(fault: Fault): Promise<void>;
  processes(): Promise<readonly ProcessState[]>;
  callAs(client: string): Promise<readonly ClientCall[]>;
  /** community scenario: what a person does; gives what was done */
  hand(words: readonly string[]): Promise<string>;
}

/** @throws OperatorError LAB_STATE by every method when no daemon runs on the folder */
export const labControl = (dir: string): LabControl => ({
  stop: async () => {
    await ask(dir, { op: 'stop' });
  },
  fault: async (fault) => {
    await ask(dir, { op: 'fault', fault: parseFault(fault) });
  },
  processes: async () => (await ask(dir, { op: 'processes' })) as unknown as readonly ProcessState[],
  callAs: async (client) => (await ask(dir, { op: 'call-as', client })) as unknown as readonly ClientCall[],
  hand: async (words) => (await ask(dir, { op: 'hand', words: [...words] })) as string,
});

async function ask(dir: string, request: JsonObject): Promise<Json> {
  const state = await loadState(dir);
  const socket = state === undefined ? undefined : connect(state.basePort, ADDRESS);
  const connected = socket !== undefined && (await once(socket, 'connect').catch(() => undefined));
  if (state === undefined || socket === undefined || connected === undefined) {
    const hint = `Start it with: strictstep lab up --dir ${dir}`;
    throw new OperatorError('LAB_STATE', `lab ${dir}: not running`, { hint });
  }
  const { promise, resolve } = Promise.withResolvers<JsonObject | undefined>();
  onJson(socket, resolve);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => resolve(undefined));
  sendJson(socket, { token: state.token, ...request });
  const reply = await promise;
  socket.destroy();
  if (!isObject(reply)) throw new OperatorError('LAB_ANSWER', `lab ${dir}: closed the control connection`);
  if (reply['ok'] !== true) throw new OperatorError('LAB_STATE', textOf(reply, 'error'));
  return reply['result'] ?? null;
}
