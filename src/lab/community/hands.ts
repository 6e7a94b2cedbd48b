// The human side of a manual step: somebody edits a program's own file and restarts it. `lab hand --dir D proxy tls`.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import type { Component } from '../component.ts';
import { runPopulation, saveConnectionType } from './population.ts';
import type { LabClock } from './server-log.ts';
import type { CommunitySite } from './site.ts';
import { clientPort, dataFolder, memberNamed, settingsFile } from './site.ts';
import type { SocketTable } from '../sockets.ts';

export type HandParts = {
  readonly site: CommunitySite;
  readonly component: (name: string) => Component;
  readonly clock: LabClock;
  readonly clientSockets: SocketTable;
};

const PROGRAMS: Readonly<Record<string, string>> = {
  proxy: 'stproxy',
  'media-manager': 'media-manager',
  bot: 'nightly-bot',
};
const CONNECTIONS = ['legacy', 'tls', 'tls-only'] as const;
const DAY_MS = 86_400_000;
/** Long enough to be seen by a look at the sockets that is made meanwhile. */
const STAY_MS = 300;

/** What was done, in one line.
 * @throws OperatorError USAGE for words that mean nothing */
export async function hand(parts: HandParts, words: readonly string[]): Promise<string> {
  const { site, component, clientSockets } = parts;
  const [what = '', how = '', more = ''] = words;
  const program = PROGRAMS[what];
  const connection = CONNECTIONS.find((one) => one === how);
  const { batch, rich } = site.scenario;
  if (program !== undefined && connection !== undefined) {
    await connectWith(site, program, connection);
    await restart(component(program));
    return `${program} restarted, connection ${connection}`;
  }
  if (what === 'clients' && how === 'restart') {
    await restart(component(rich.name));
    return 'rich clients restarted';
  }
  if (what === 'batch-client' && how === 'run') {
    await runPopulation({ site, population: batch, sockets: clientSockets }, STAY_MS);
    return 'the weekly batch ran';
  }
  if (what === 'batch-client' && how === 'fix') {
    saveConnectionType(site, batch.name, 'tls-direct');
    return 'the weekly batch uses TLS from its next run on';
  }
  if (what === 'stconfig') return await editStconfig(site, how, more);
  const days = /^\+(\d+)d$/.exec(how)?.[1];
  if (what === 'clock' && days !== undefined) return await advance(parts, Number(days));
  throw unknownHand(words.join(' '));
}

/** Over the control port only the message arrives, so it says everything. */
const unknownHand = (words: string): OperatorError =>
  new OperatorError('USAGE', `lab hand: "${words}" is nothing a hand can do; hands know: ${KNOWN}`);

const KNOWN =
  'proxy|media-manager|bot legacy|tls|tls-only, clients restart, batch-client run|fix, stconfig MEMBER legacy|dynamic|strict, clock +Nd';

const restart = async (component: Component): Promise<void> => {
  await component.stop();
  await (
    await component.launch()
  ).ready;
};

async function connectWith(site: CommunitySite, name: string, connection: string): Promise<void> {
  const application = site.scenario.applications.find((one) => one.name === name);
  if (application === undefined) throw new Error(`no application ${name}`);
  const file = settingsFile(site, application);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^connection=.*$/m, `connection=${connection}`));
}

/** Where the client port's mode is in stconfig.nsf; it counts after the server's next start. */
async function editStconfig(site: CommunitySite, name: string, mode: string): Promise<string> {
  const member = memberNamed(site, name);
  const port = clientPort(site, member);
  const lines: Readonly<Record<string, string>> = {
    legacy: `VPMX_PORT=${port}\n`,
    dynamic: `VPMX_PORT=${port}\nVPMX_TLS_PORT=${port}\n`,
    strict: `VPMX_PORT=\nVPMX_TLS_PORT=${port}\n`,
  };
  const text = lines[mode];
  if (text === undefined) throw unknownHand(`stconfig ${name} ${mode}`);
  await writeFile(path.join(dataFolder(site, member), 'stconfig.lab'), `[CommunityConnectivity]\n${text}`);
  return `stconfig of ${name}: ${mode} from its next start on`;
}

/** Day by day; the weekly batch runs on its days, which are fixed in the calendar. */
async function advance({ site, clock, clientSockets }: HandParts, days: number): Promise<string> {
  let runs = 0;
  for (let day = 0; day < days; day += 1) {
    clock.advance(DAY_MS);
    if (!isBatchDay(clock.now())) continue;
    runs += 1;
    await runPopulation({ site, population: site.scenario.batch, sockets: clientSockets }, STAY_MS).catch(
      () => undefined,
    );
  }
  return `${days} days later; the weekly batch ran ${runs} times`;
}

/** 1 January 1970 was a Thursday; the batch runs on Sundays. */
const isBatchDay = (now: Date): boolean => (Math.floor(now.getTime() / DAY_MS) + 4) % 7 === 0;
