// What a run left on the hosts of a lab, in a form in which two runs can be compared, and what it did, read from the
// servers' logs.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Lab } from '../../src/lab/index.ts';
import type { Plan } from '../../src/plan/types.ts';
import { runIdOf } from '../../src/run/run-folder.ts';
import { digestsBelow, filesBelow } from './files.ts';

/** What a finished run left. */
export type Outcome = {
  /** path below the hosts -> digest, or what counts of the text; what servers log is left out */
  readonly files: ReadonlyMap<string, string>;
  /** how often each server was started */
  readonly starts: Readonly<Record<string, number>>;
  /** most of the servers that serve people that were down at once */
  readonly mostDown: number;
};

/** What a run keeps beside a file that it replaces is named after the run and stays after a rollback, too. */
export const withoutBackups = (files: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...files].filter(([name]) => !/\.RUN(\.|$)/.test(name)));

const LEFT_OUT = /\/logs\/|ssh-commands\.log$|tool-argv\.log$|\.pid$|\.sqlite$/;
/** Salted anew each time: that they are there counts, not their bytes. */
const KEY_STORE = /\.p12$/;

export function filesOf(lab: Lab, plan: Plan): ReadonlyMap<string, string> {
  const hosts = path.join(lab.dir, 'hosts');
  // Backups carry the name of the run, which is another one for each plan.
  const nameOf = (file: string): string => path.relative(hosts, file).replaceAll(runIdOf(plan), 'RUN');
  const digests = digestsBelow(hosts, (file) => !LEFT_OUT.test(file));
  return new Map(
    [...digests].map(([file, digest]) => {
      if (KEY_STORE.test(file)) return [nameOf(file), 'a key store'];
      return [nameOf(file), file.endsWith('/security.xml') ? settingsIn(file) : digest];
    }),
  );
}

/** Ids are made from the time of day, and a management scope that a command made on its way stays, as on WebSphere, when
 * nothing names it any more. */
function settingsIn(file: string): string {
  const text = readFileSync(file, 'utf8');
  const ids = new Map<string, string>();
  return (
    text
      .replaceAll(/\s*<managementScopes [^>]*xmi:id="([^"]*)"[^>]*\/>/gu, (element, id: string) =>
        text.split(id).length > 2 ? element : '',
      )
      // With their kind: two objects that were made in the same millisecond have the same number, in another run they have not.
      .replaceAll(/\b\w+_\d{13}\b/gu, (id) => {
        const known = ids.get(id) ?? `${id.slice(0, -13)}new${ids.size + 1}`;
        ids.set(id, known);
        return known;
      })
  );
}

type Log = readonly [server: string, text: string];

export const readLogs = (lab: Lab): Promise<readonly Log[]> =>
  Promise.all(
    filesBelow(path.join(lab.dir, 'hosts'))
      .filter((file) => file.endsWith('/SystemOut.log'))
      .map(async (file): Promise<Log> => [path.basename(path.dirname(file)), await readFile(file, 'utf8')]),
  );

const STARTED = 'open for e-business';

export const startsIn = (logs: readonly Log[]): Readonly<Record<string, number>> =>
  Object.fromEntries(logs.map(([server, text]) => [server, text.split(STARTED).length - 1]));

/** `[11/21/26 2:03:04:567 UTC]`: what follows the date tells the time of the day. */
const STAMP = /^\[\S+ (\d+):(\d+):(\d+):(\d+) /;

export function mostDownIn(logs: readonly Log[]): number {
  const changes = logs
    .filter(([server]) => server !== 'dmgr' && server !== 'nodeagent')
    .flatMap(([, text]) => text.split('\n'))
    .flatMap((line): readonly (readonly [at: number, by: number])[] => {
      const by = line.includes('WSVR0024I') ? 1 : line.includes(STARTED) ? -1 : 0;
      const [hours = 0, minutes = 0, seconds = 0, ms = 0] = (STAMP.exec(line) ?? []).slice(1).map(Number);
      return by === 0 ? [] : [[((hours * 60 + minutes) * 60 + seconds) * 1000 + ms, by]];
    })
    .toSorted(([a, first], [b, second]) => a - b || first - second);
  let down = 0;
  return Math.max(0, ...changes.map(([, by]) => (down += by)));
}
