// strictstep pause, resume and unlock: control of a run from another terminal.
import { rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { OperatorError } from '../../core/errors.ts';
import { isAlive } from '../../journal/process-start.ts';
import { readLock } from '../../journal/lock.ts';
import { clearRequest, expectRun, readRequest, writeRequest } from '../../run/control.ts';
import { readHostLock, removeHostLock } from '../../run/host-lock.ts';
import { runFolderOf } from '../../run/run-folder.ts';
import { openAnnounced } from '../announced-world.ts';
import { loadDeployment } from '../inputs.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export type ControlFlags = GlobalFlags & { readonly state: string; readonly reason?: string };

export async function pause(runId: string, { state, reason = '', json }: ControlFlags): Promise<void> {
  const run = runFolderOf(state, runId);
  await expectRun(run);
  const request = { wish: 'pause', who: userInfo().username, reason, since: new Date().toISOString() } as const;
  await writeRequest(run, request);
  const text = `run ${runId} pauses before its next step; strictstep resume ${runId} --state ${state} lets it go on`;
  if (json) writeJson({ schema: 1, run: runId, ...request });
  else writeResult(text);
}

export async function resume(runId: string, { state, json }: ControlFlags): Promise<void> {
  const run = runFolderOf(state, runId);
  await expectRun(run);
  const request = await readRequest(run);
  await clearRequest(run);
  const holder = await readLock(run.lockFile);
  const isRunning = holder?.run === runId && (await isAlive(holder.pid, undefined));
  if (json) return writeJson({ schema: 1, run: runId, wasPaused: request !== undefined, isRunning });
  writeResult(request === undefined ? `run ${runId} was not paused` : `run ${runId} goes on`);
  if (!isRunning)
    writeNote(`no process of it runs here now: strictstep apply ${run.planFile} --state ${state} goes on with it`);
}

export type UnlockFlags = GlobalFlags & {
  readonly state: string;
  readonly inventory?: string;
  readonly reason?: string;
};

/** Without an inventory the lock of the runs here, with one the lock on a host. */
export async function unlock(id: string, flags: UnlockFlags): Promise<void> {
  const { reason, inventory } = flags;
  if (reason === undefined || reason.trim() === '') {
    const hint = 'A lock is taken away from somebody: say why, it is written down.';
    throw new OperatorError('USAGE', 'missing answer: --reason', { hint });
  }
  return inventory === undefined ? unlockRun(id, flags) : unlockHost(id, inventory, flags);
}

async function unlockRun(runId: string, { state, json, reason = '' }: UnlockFlags): Promise<void> {
  const run = runFolderOf(state, runId);
  await expectRun(run);
  const holder = await readLock(run.lockFile);
  if (holder !== undefined && (await isAlive(holder.pid, undefined)) && holder.run === runId) {
    const hint = 'Hold or end that process first; its lock goes with it.';
    throw new OperatorError('LOCKED', `run ${runId} is going on in process ${holder.pid}`, { hint });
  }
  await rm(run.lockFile, { force: true });
  writeNote(`reason: ${reason}`);
  if (json) writeJson({ schema: 1, run: runId, holder: holder ?? null });
  else writeResult(holder === undefined ? `${state} was not locked` : `the lock of ${holder.who} is released`);
}

async function unlockHost(
  name: string,
  inventoryFile: string,
  { json, input, reason = '' }: UnlockFlags,
): Promise<void> {
  const { inventory, certificates, logins } = await loadDeployment(inventoryFile, new Date(), input);
  await using world = await openAnnounced('changing', {
    inventory,
    certificates,
    logins,
    signal: new AbortController().signal,
  });
  const shell = await world.writer('unlock').shell(name);
  const held = await readHostLock(shell);
  if (held !== undefined) await removeHostLock(shell);
  writeNote(`reason: ${reason}`);
  if (json) return writeJson({ schema: 1, host: name, holder: held?.owner ?? null });
  const of = held?.owner === undefined ? 'an unknown holder' : `${held.owner.who}, run ${held.owner.run}`;
  writeResult(held === undefined ? `host ${name} was not locked` : `host ${name}: the lock of ${of} is released`);
}
