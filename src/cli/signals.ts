// First Ctrl-C: finish the step and hold. Second: stop now. The engine reads flags; nothing is killed half-way by us.
import { writeSync } from 'node:fs';
import { writeNote } from './output.ts';

export type Signals = {
  readonly isHoldRequested: () => boolean;
  /** aborted by the second signal */
  readonly abort: AbortSignal;
  readonly stop: () => void;
};

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** @param say shows a line on the terminal, whatever else is shown there */
export function watchSignals(say: (text: string) => void = writeNote): Signals {
  const controller = new AbortController();
  let count = 0;
  const listeners = Object.entries(SIGNALS).map(([signal, status]) => {
    let isHungUp = false;
    const listener = (): void => {
      // A terminal that goes away may say so twice; nobody has asked twice.
      if (signal === 'SIGHUP' && isHungUp) return;
      isHungUp = signal === 'SIGHUP';
      count += 1;
      if (count === 1) {
        process.exitCode = status;
        say('finishing the current step, then holding; press Ctrl-C again to stop now');
        return;
      }
      // Not through the stream: the progress holds back what is written there, and there is no later.
      writeSync(2, '\nstopping now; run the same command again, it reads before it writes\n');
      controller.abort();
      process.exit(status);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  return {
    isHoldRequested: () => count > 0,
    abort: controller.signal,
    stop: () => listeners.forEach(({ signal, listener }) => process.off(signal, listener)),
  };
}
