// What a lab keeps between two daemons: D/lab.json with its base port, the token of its control port and the processes
// that shall run. The control port is the first of the block and is bound as long as a daemon lives: it is the lock.
import { randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import { ADDRESS } from './site.ts';

const LabState = z.strictObject({
  schema: z.literal(1),
  scenario: z.string(),
  /** the folder it was laid in: paths inside are absolute */
  dir: z.string(),
  basePort: z.int(),
  token: z.string(),
  pid: z.int().nullable(),
  running: z.array(z.string()),
});
export type LabState = Readonly<z.infer<typeof LabState>>;

// Below the ephemeral ports of Linux and macOS. Blocks are aligned, so two labs never overlap in part.
const FIRST_PORT = 15_000;
const LAST_PORT = 31_000;
const BLOCK = 64;

const stateFile = (dir: string): string => path.join(dir, 'lab.json');

/** @throws OperatorError LAB_STATE when the file is not what a lab wrote */
export async function loadState(dir: string): Promise<LabState | undefined> {
  const text = await readFile(stateFile(dir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return LabState.parse(JSON.parse(text));
  } catch (error) {
    const hint = 'Use another folder, or remove this one and start again.';
    throw new OperatorError('LAB_STATE', `${stateFile(dir)}: not the state of a lab`, { hint, cause: error });
  }
}

async function saveState(state: LabState): Promise<void> {
  const file = stateFile(state.dir);
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export interface KeptState {
  save(change: Partial<LabState>): void;
  /** everything that was to be saved is on the disk */
  saved(): Promise<void>;
}

/** Written one after another: a later set of running processes must not be overtaken by an earlier one. */
export function keepState(first: LabState): KeptState {
  let state = first;
  let saved = saveState(state);
  return {
    save: (change) => {
      state = { ...state, ...change };
      const now = state;
      saved = saved.then(() => saveState(now));
    },
    saved: () => saved,
  };
}

export const newToken = (): string => randomBytes(24).toString('hex');

/** A listening server that is not served yet, on the first port of a block whose other ports are free. */
export async function claimBlock(ports: number): Promise<{ readonly basePort: number; readonly control: Server }> {
  const blocks = Math.floor((LAST_PORT - FIRST_PORT) / BLOCK);
  const start = randomInt(blocks);
  for (let at = 0; at < blocks; at += 1) {
    const basePort = FIRST_PORT + ((start + at) % blocks) * BLOCK;
    const control = await bind(basePort);
    if (control === undefined) continue;
    if ((await takenPort(basePort, ports)) === undefined) return { basePort, control };
    control.close();
  }
  throw new OperatorError('LAB_STATE', `lab: no ${ports} free ports in a row between ${FIRST_PORT} and ${LAST_PORT}`);
}

/** The same block again.
 * @throws OperatorError LAB_STATE naming the port that somebody else has */
export async function reclaimBlock(dir: string, basePort: number, ports: number): Promise<Server> {
  const control = await bind(basePort);
  const taken = control === undefined ? basePort : await takenPort(basePort, ports);
  if (control !== undefined && taken === undefined) return control;
  control?.close();
  const hint = 'End the program that listens there: perhaps this lab is still running (lab down).';
  throw new OperatorError('LAB_STATE', `lab ${dir}: port ${taken} on ${ADDRESS} is taken`, { hint });
}

async function takenPort(basePort: number, ports: number): Promise<number | undefined> {
  for (let port = basePort + 1; port < basePort + ports; port += 1) {
    const server = await bind(port);
    if (server === undefined) return port;
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    await promise;
  }
  return undefined;
}

function bind(port: number): Promise<Server | undefined> {
  const { promise, resolve } = Promise.withResolvers<Server | undefined>();
  // Whoever calls before anybody serves is told so at once; serveControl takes over. They would wait for ever.
  const server = createServer((socket) => socket.destroy());
  server.once('error', () => resolve(undefined));
  server.listen({ port, host: ADDRESS }, () => resolve(server));
  return promise;
}
