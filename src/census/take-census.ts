// Takes a census: looks at every server again and again until the window is over, opens a control session at each at the
// beginning and at the end, and judges. An interrupted census goes on with its file.
import type { ReadContext } from '../core/operation.ts';
import type { CommunityEntry, CommunityServerEntry, Inventory } from '../inventory/types.ts';
import { judgeCensus, type CensusVerdict, type Waiver } from '../products/sametime/census.ts';
import { openControl } from './control-session.ts';
import { inputFrom } from './judge-records.ts';
import { lookAtLog, lookAtSockets } from './look.ts';
import { openRecords, type RecordFile } from './record-file.ts';
import type { Look } from './records.ts';

export type CensusClock = {
  now(): Date;
  /** throws when the census is told to stop */
  pause(ms: number): Promise<void>;
};

export type CensusParts = {
  readonly inventory: Inventory;
  readonly community: CommunityEntry;
  readonly context: Pick<ReadContext, 'shell'>;
  readonly folder: string;
  readonly forMs: number;
  readonly everyMs: number;
  readonly waivers: readonly Waiver[];
  readonly clock: CensusClock;
  readonly openControl?: typeof openControl;
  readonly note: (text: string) => void;
};

export type CensusOutcome = CensusVerdict & { readonly file: string; readonly from: string; readonly to: string };

export async function takeCensus(parts: CensusParts): Promise<CensusOutcome> {
  const { community, folder, forMs, everyMs, clock, note } = parts;
  await using file = await openRecords(folder, community.name, clock.now());
  const [first] = file.records;
  if (first?.type === 'started') note(`going on with the census of ${first.at} in ${file.file}`);
  const from = first?.type === 'started' ? first.at : clock.now().toISOString();
  const servers = community.servers.map(({ name }) => name);
  if (first === undefined) await file.append({ type: 'started', community: community.name, at: from, servers });
  const end = Date.parse(from) + forMs;
  // Before and after: a sensor that breaks down in between is seen by the second one.
  await lookAll(parts, file, true);
  for (let isOver = false; !isOver;) {
    await clock.pause(Math.max(0, Math.min(everyMs, end - clock.now().getTime())));
    // The last looks begin when the window is over, so that they cover it whole.
    isOver = clock.now().getTime() >= end;
    await lookAll(parts, file, isOver);
  }
  const to = new Date(Math.max(end, Date.parse(from) + 1)).toISOString();
  const now = clock.now().toISOString();
  const verdict = judgeCensus(inputFrom(file.records, { ...parts, from, to, now }));
  const { verdict: word, reasons, legacy } = verdict;
  await file.append({ type: 'verdict', at: now, from, to, verdict: word, reasons: [...reasons], legacy: [...legacy] });
  return { ...verdict, file: file.file, from, to };
}

async function lookAll(parts: CensusParts, file: RecordFile, isControlled: boolean): Promise<void> {
  for (const server of parts.community.servers) {
    if (isControlled) await lookWithControl(parts, server, file);
    else await lookOnce(parts, server, file);
  }
}

async function lookOnce(
  { context, clock }: CensusParts,
  server: CommunityServerEntry,
  file: RecordFile,
): Promise<void> {
  const shell = await context.shell(server.host).catch((error: unknown) => error);
  const now = clock.now();
  if (!isShell(shell)) {
    const broken = shell instanceof Error ? shell.message : 'the host cannot be reached';
    for (const kind of ['sockets', 'server-log'] as const)
      await file.append({
        type: 'look',
        kind,
        server: server.name,
        at: now.toISOString(),
        broken,
        sightings: [],
        position: null,
      });
    return;
  }
  await file.append(await lookAtSockets({ shell, server, now }));
  await file.append(await lookAtLog({ shell, server, now }, positionIn(file, server.name)));
}

const isShell = (value: unknown): value is Awaited<ReturnType<ReadContext['shell']>> =>
  typeof value === 'object' && value !== null && 'query' in value;

function positionIn({ records }: RecordFile, server: string): NonNullable<Look['position']> | undefined {
  const last = records.findLast(
    (record) => record.type === 'look' && record.server === server && record.position !== null,
  );
  return last?.type === 'look' ? (last.position ?? undefined) : undefined;
}

/** A strict port takes no such session: then there is nothing to test the sensors with, and the verdict says so. */
async function lookWithControl(parts: CensusParts, server: CommunityServerEntry, file: RecordFile): Promise<void> {
  const { clock, note } = parts;
  const port = server.ports.server ?? server.ports.client;
  if (port === undefined) return await lookOnce(parts, server, file);
  const home = parts.community.servers.find(({ kind }) => kind === 'server')?.name ?? '';
  const caller =
    server.ports.server === undefined ? { kind: 'client' as const, home } : { kind: 'application' as const };
  const opened = clock.now().toISOString();
  try {
    await using control = await (parts.openControl ?? openControl)(server.address, port, caller);
    await lookOnce(parts, server, file);
    const closed = clock.now().toISOString();
    await file.append({ type: 'control', server: server.name, address: control.address, opened, closed });
  } catch (error) {
    note(`${server.name}: ${error instanceof Error ? error.message : String(error)}`);
    await lookOnce(parts, server, file);
  }
}
