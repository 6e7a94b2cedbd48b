// A lab as a process of its own: started from here, ready when it says so, ended by us.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { OperatorError } from '../core/errors.ts';
import { entryFile } from '../core/program-files.ts';
import { labControl } from '../lab/lab-control.ts';

export type LabProcess = AsyncDisposable & { readonly inventoryFile: string };

/** Starts `lab up` on the folder and waits until its inventory is usable. */
export async function startLab(dir: string): Promise<LabProcess> {
  const child = spawnLab(dir, 'pipe');
  await untilReady(child, dir);
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'exit');
    child.kill('SIGTERM');
    await closed;
  };
  return { inventoryFile: join(dir, 'inventory.yaml'), [Symbol.asyncDispose]: end };
}

/** Leaves it running; its log is `<dir>.log`, beside the folder, which must be empty for a new lab. */
export async function startLabDetached(dir: string, scenario: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true });
  const log = `${dir}.log`;
  const child = spawnLab(dir, openSync(log, 'a', 0o600), scenario);
  const waiting = new AbortController();
  const failed = once(child, 'exit', { signal: waiting.signal }).then(() => {
    throw new OperatorError('LAB_ANSWER', `lab ${dir}: ended before it was ready`, { hint: `Look at ${log}.` });
  });
  try {
    await Promise.race([failed, untilAnswers(dir, waiting.signal)]);
  } finally {
    failed.catch(() => undefined);
    waiting.abort();
    child.unref();
  }
}

function spawnLab(dir: string, stderr: 'pipe' | number, scenario = 'sametime-cell'): ChildProcess {
  return spawn(process.execPath, [entryFile('cli/main'), 'lab', 'up', '--scenario', scenario, '--dir', dir], {
    stdio: ['ignore', 'ignore', stderr],
    detached: stderr !== 'pipe',
  });
}

async function untilReady(child: ChildProcess, dir: string): Promise<void> {
  const said: string[] = [];
  if (child.stderr === null) return;
  for await (const line of createInterface(child.stderr)) {
    if (line === 'ready') {
      child.stderr.resume();
      return;
    }
    said.push(line);
  }
  throw new OperatorError('LAB_ANSWER', `lab ${dir}: ended before it was ready: ${said.join(' ').slice(0, 2000)}`);
}

/** The daemon's own control port is the event; there is nothing else to wait for in a detached process. */
async function untilAnswers(dir: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answer = await labControl(dir)
      .processes()
      .catch(() => undefined);
    if (answer !== undefined) return;
    await setTimeout(POLL_MS);
  }
}

const POLL_MS = 100;
