// Who is refused while a server is strict for a rehearsal: by its log, by its connections, and by a probe of the port itself.
import { connect } from 'node:net';
import type { ReadContext } from '../core/operation.ts';
import { listConnections } from '../health/callers.ts';
import { readLogSize } from '../health/log.ts';
import { readLogEvents } from '../health/log-events.ts';
import type { CommunityServerEntry } from '../inventory/types.ts';

export type RehearsedPort = { readonly server: CommunityServerEntry; readonly listener: 'server' | 'client' };

export type Refused = {
  readonly address: string;
  /** as the log or the inventory names it; null: nobody does */
  readonly name: string | null;
  /** as the log gives it; null: it had a connection before, and never one while the port was strict */
  readonly reason: string | null;
  /** ISO 8601, UTC: when it was first seen to be refused, or missed */
  readonly since: string;
};

export type Sighting = {
  /** addresses that were connected before the rehearsal */
  readonly before: readonly string[];
  readonly refused: readonly Refused[];
  /** looks that could not be made; with one of them nothing is certain */
  readonly blind: readonly string[];
};

export interface RehearsalWatch {
  /** one look of every sensor */
  look(now: Date): Promise<void>;
  end(now: Date): Sighting;
  /** addresses of before that have no connection now */
  missing(): Promise<readonly string[]>;
}

/** Call it before the first change.
 * @param pause real time */
export async function openWatch(
  { server, listener }: RehearsedPort,
  context: ReadContext,
  pause: (ms: number) => Promise<void>,
): Promise<RehearsalWatch> {
  const port = server.ports[listener] ?? 0;
  const { address, host, log } = server;
  const ownAddress = await localAddressTo(address, port);
  const shell = await context.shell(host);
  const start = await readLogSize(shell, log);
  const names = namesIn(await readLogEvents(shell, log, 0));
  const connected = async (): Promise<readonly string[]> => {
    const pairs = await listConnections(shell);
    if (typeof pairs === 'string') throw new Error(pairs);
    return pairs.filter(({ localPort }) => localPort === port).map(({ remote }) => remote);
  };
  const first = await connected();
  await pause(LOOK_AGAIN_MS);
  const second = await connected();
  const before = [...new Set(second.filter((one) => first.includes(one) && one !== ownAddress))].toSorted();
  const seen = new Set<string>();
  const refused = new Map<string, Refused>();
  const blind: string[] = [];

  const note = (caller: string, reason: string | null, now: Date): void => {
    if (caller === ownAddress || refused.has(caller)) return;
    refused.set(caller, { address: caller, name: names.get(caller) ?? null, reason, since: now.toISOString() });
  };
  return {
    async look(now) {
      try {
        for (const one of await connected()) seen.add(one);
        for (const event of await readLogEvents(shell, log, start))
          if (event.kind === 'caller-refused' && event.port === listener && event.address !== null)
            note(event.address, event.reason, now);
      } catch (error) {
        blind.push(`${now.toISOString()}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    end(now) {
      for (const one of before) if (!seen.has(one)) note(one, null, now);
      return { before, refused: [...refused.values()], blind };
    },
    async missing() {
      const now = await connected();
      return before.filter((one) => !now.includes(one));
    },
  };
}

const LOOK_AGAIN_MS = 1000;

type Events = Awaited<ReturnType<typeof readLogEvents>>;

function namesIn(events: Events): ReadonlyMap<string, string> {
  return new Map(
    events.flatMap(({ kind, address, name }) =>
      kind === 'caller-connected' && address !== null && name !== null ? [[address, name]] : [],
    ),
  );
}

/** The address that the server sees of this machine: its own probes are nobody's refusal. */
function localAddressTo(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 });
    const end = (address?: string): void => {
      socket.destroy();
      resolve(address);
    };
    socket.once('connect', () => end(socket.localAddress));
    socket.once('error', () => end());
    socket.once('timeout', () => end());
  });
}
