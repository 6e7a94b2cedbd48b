// What another terminal asks of a run that is going on: a file in the run's folder, looked at before every step.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import { readIfThere, writePrivate, type RunFolder } from './run-folder.ts';

const Request = z.strictObject({
  /** pause: wait before the next step; hold: end after the step that goes on */
  wish: z.enum(['pause', 'hold']),
  who: z.string(),
  reason: z.string(),
  since: z.string(),
});
export type ControlRequest = Readonly<z.infer<typeof Request>>;

const fileOf = ({ folder }: Pick<RunFolder, 'folder'>): string => join(folder, 'control.json');

/** undefined: nothing is asked for. A request that cannot be read is one to pause: somebody wanted something. */
export async function readRequest(run: Pick<RunFolder, 'folder'>): Promise<ControlRequest | undefined> {
  const text = await readIfThere(fileOf(run));
  if (text === undefined) return undefined;
  const unreadable = { wish: 'pause', who: 'unknown', reason: `${fileOf(run)} cannot be read`, since: '' } as const;
  try {
    const parsed = Request.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : unreadable;
  } catch {
    return unreadable;
  }
}

export const writeRequest = (run: RunFolder, request: ControlRequest): Promise<void> =>
  writePrivate(fileOf(run), prettyJson({ ...request }));

/** @returns false when there was none */
export async function clearRequest(run: RunFolder): Promise<boolean> {
  if ((await readIfThere(fileOf(run))) === undefined) return false;
  await rm(fileOf(run), { force: true });
  return true;
}

/** A wish to hold was for the process that has held; a pause stays until somebody ends it. */
export async function clearHold(run: RunFolder): Promise<void> {
  if ((await readRequest(run))?.wish === 'hold') await clearRequest(run);
}

/** @throws OperatorError INPUT_UNREADABLE */
export async function expectRun(run: RunFolder): Promise<void> {
  if ((await readIfThere(run.planFile)) !== undefined) return;
  throw new OperatorError('INPUT_UNREADABLE', `there is no run in ${run.folder}`, {
    hint: 'List the runs with strictstep status.',
  });
}
