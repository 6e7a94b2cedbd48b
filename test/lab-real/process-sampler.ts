// Looks at every process of every host again and again while something runs: what anybody on a host could see of it. A host's
// processes are visible from here, since its process name space lies inside this one.
import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 100;

export interface ProcessSampler extends Disposable {
  /** every command line and environment that was seen, once */
  readonly seen: ReadonlySet<string>;
}

export function sampleProcesses(): ProcessSampler {
  const seen = new Set<string>();
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      for (const file of ['cmdline', 'environ']) {
        try {
          seen.add(readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' '));
        } catch {
          // It ended between the two looks.
        }
      }
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return { seen, [Symbol.dispose]: () => clearInterval(timer) };
}
