// One program of a lab: an operating system process stands for it, it takes its files into memory when it starts,
// and it may run without doing its work, as the real ones do: then only its log says why.
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openAnchor } from './process/anchor.ts';
import type { Anchor } from './process/anchor.ts';
import type { ProcessState } from './types.ts';

/** What runs until it is ended. */
export type Life = { readonly end: () => Promise<void> };

export type ComponentParts = {
  readonly name: string;
  readonly pidFile?: string;
  readonly startMs: () => number;
  readonly open: () => Promise<Life>;
  readonly tell: (text: string) => void;
  readonly onChange: () => void;
};

export interface Component {
  readonly name: string;
  readonly facts: () => ProcessState;
  /** Resolves when the process is there; `ready` resolves when it has opened what it can. */
  launch(): Promise<{ readonly ready: Promise<void> }>;
  stop(): Promise<void>;
  kill(): void;
}

type Running = {
  readonly anchor: Anchor;
  life: Life | undefined;
  readonly opening: Promise<void>;
  /** a start that is still waiting waits no longer */
  readonly given: AbortController;
};

export function makeComponent({ name, pidFile, startMs, open, tell, onChange }: ComponentParts): Component {
  let state: ProcessState['state'] = 'stopped';
  let running: Running | undefined;
  let starting: Promise<{ readonly ready: Promise<void> }> | undefined;

  const release = async (ended: Running): Promise<void> => {
    const isCurrent = running === ended;
    if (isCurrent) {
      running = undefined;
      state = 'stopping';
    }
    ended.given.abort();
    await ended.opening;
    await ended.life?.end();
    if (isCurrent) state = 'stopped';
  };
  const watch = async (current: Running): Promise<void> => {
    await current.anchor.ended;
    if (running !== current) return;
    await release(current);
    onChange();
  };
  const begin = async (anchor: Anchor, signal: AbortSignal): Promise<Life | undefined> => {
    await delay(startMs(), undefined, { signal }).catch(() => undefined);
    if (running?.anchor !== anchor) return undefined;
    return await open().catch((error: unknown) => {
      tell(error instanceof Error ? error.message : String(error));
      return undefined;
    });
  };
  const launchOnce = async (): Promise<{ readonly ready: Promise<void> }> => {
    if (running !== undefined) return { ready: running.opening };
    state = 'starting';
    const anchor = await openAnchor(name);
    if (pidFile !== undefined) writeFileSync(pidFile, `${anchor.pid}\n`);
    const opened = Promise.withResolvers<void>();
    const given = new AbortController();
    const current: Running = { anchor, life: undefined, opening: opened.promise, given };
    running = current;
    onChange();
    void watch(current);
    const settle = async (): Promise<void> => {
      current.life = await begin(anchor, given.signal);
      if (running === current) state = 'running';
      opened.resolve();
    };
    void settle();
    return { ready: opened.promise };
  };
  return {
    name,
    facts: () => ({ process: name, state, pid: running?.anchor.pid ?? null }),
    async launch() {
      starting ??= launchOnce();
      try {
        return await starting;
      } finally {
        starting = undefined;
      }
    },
    async stop() {
      const current = running;
      if (current === undefined) return;
      state = 'stopping';
      running = undefined;
      current.anchor.end();
      await release(current);
      await current.anchor.ended;
      if (pidFile !== undefined) rmSync(pidFile, { force: true });
      state = 'stopped';
      onChange();
    },
    kill: () => running?.anchor.kill(),
  };
}
