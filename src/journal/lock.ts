// Who may write now: one file, made atomically with its content, that names its holder: whoever is killed meanwhile leaves
// no lock without a name. A lock that cannot be read is a lock that is held. Source: link(2), EEXIST.
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import { isAlive, readProcessStart } from './process-start.ts';

/** Also what a lock on a host says. */
export const LockOwner = z.strictObject({
  who: z.string(),
  host: z.string(),
  pid: z.int().positive(),
  run: z.string(),
  why: z.string(),
  /** ISO 8601, UTC */
  since: z.string(),
});
const LockFile = LockOwner.extend({ processStart: z.string().nullable() });

export type LockOwner = Readonly<z.infer<typeof LockOwner>>;
type LockFile = Readonly<z.infer<typeof LockFile>>;

export interface Lock extends AsyncDisposable {
  readonly file: string;
  readonly owner: LockOwner;
  /** the dead holder that was replaced: for the journal */
  readonly tookOverFrom: LockOwner | undefined;
}

/** @param options.takeOverDead replaces a holder on this host whose process has ended
 * @throws OperatorError LOCKED naming the holder */
export async function openLock(
  file: string,
  owner: LockOwner,
  options: { readonly takeOverDead?: boolean } = {},
): Promise<Lock> {
  const start = await readProcessStart(owner.pid);
  const text = prettyJson({ ...LockOwner.parse(owner), processStart: start ?? null });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  if (await hasCreated(file, text)) return lockOn(file, owner, text, undefined);

  const held = await readHolder(file);
  const isDead = held !== undefined && (await isDeadHere(held.holder, owner));
  if (held === undefined || !isDead || options.takeOverDead !== true) throw locked(file, held?.holder, owner, isDead);
  await replaceDead(file, held.text, text, owner);
  const { processStart: _, ...tookOverFrom } = held.holder;
  return lockOn(file, owner, text, tookOverFrom);
}

/** Who holds it; undefined: nobody, or it cannot be read. */
export async function readLock(file: string): Promise<LockOwner | undefined> {
  const { processStart: _, ...owner } = (await readHolder(file))?.holder ?? { processStart: null };
  return 'pid' in owner ? owner : undefined;
}

/** Only on the same host can a process be asked for; elsewhere nobody is ever taken for dead. */
const isDeadHere = async (holder: LockFile, { host }: LockOwner): Promise<boolean> =>
  holder.host === host && !(await isAlive(holder.pid, holder.processStart ?? undefined));

const lockOn = (file: string, owner: LockOwner, text: string, tookOverFrom: LockOwner | undefined): Lock => ({
  file,
  owner,
  tookOverFrom,
  async [Symbol.asyncDispose]() {
    // Released by hand and taken by somebody else meanwhile: it is not ours to remove.
    if ((await readText(file)) === text) await unlink(file);
  },
});

async function hasCreated(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Two runs may both see the dead holder: a second file lets one of them through, and the lock file never goes away. That
 * file is a lock itself, because a run may be killed while it takes over. */
async function replaceDead(file: string, seen: string, text: string, owner: LockOwner): Promise<void> {
  const guard = `${file}.takeover`;
  if (!(await hasCreated(guard, text))) {
    const before = await readHolder(guard);
    if (before === undefined || !(await isDeadHere(before.holder, owner)))
      throw new OperatorError('LOCKED', `lock ${file}: another run is taking it over`, {
        hint: `When no run is going on, remove ${guard} and execute the command again.`,
      });
    await replaceDead(guard, before.text, text, owner);
  }
  if ((await readText(file)) !== seen) {
    await unlink(guard);
    throw new OperatorError('LOCKED', `lock ${file}: its holder changed while it was taken over`, {
      hint: 'Execute the command again to see who holds it.',
    });
  }
  await rename(guard, file);
}

async function readHolder(file: string): Promise<{ readonly holder: LockFile; readonly text: string } | undefined> {
  const text = await readText(file);
  const parsed = LockFile.safeParse(parseJson(text ?? ''));
  return text === undefined || !parsed.success ? undefined : { holder: parsed.data, text };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function locked(file: string, holder: LockFile | undefined, owner: LockOwner, isDead: boolean): OperatorError {
  if (holder === undefined)
    return new OperatorError('LOCKED', `lock ${file} exists and does not tell who holds it`, {
      hint: `When no run is going on, remove ${file} and execute the command again.`,
    });
  const { who, host, pid, run, why, since } = holder;
  const message = `lock ${file} is held by ${who} on ${host} (process ${pid}) since ${since}: run ${run}, ${why}`;
  return new OperatorError('LOCKED', message, { hint: lockHint(holder, owner, isDead) });
}

function lockHint({ who, host, pid }: LockFile, owner: LockOwner, isDead: boolean): string {
  if (isDead) return `Process ${pid} has ended without giving the lock back; take it over explicitly to go on.`;
  if (host !== owner.host) return `Ask ${who}: whether the process still lives is known only on ${host}.`;
  return 'Wait until that run has ended.';
}
