// People's clients. A rich client keeps `direct` (without TLS) until it is restarted after an administrator has put a
// managed-community-configs.xml with tls-direct on the update site. The weekly batch logs in, and leaves again at once.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import type { CommunitySite } from './site.ts';
import { clientPort, memberNamed, rootsFile, updateSite } from './site.ts';
import type { PopulationSpec } from '../scenario/community.ts';
import { dial } from './dial.ts';
import { keepSession } from './keep-session.ts';
import { callerTls } from './program-settings.ts';
import { openSession } from './session.ts';
import type { Life } from '../component.ts';
import type { SocketTable } from '../sockets.ts';

export type ConnectionType = 'direct' | 'tls-direct';

export const homeOf = (site: CommunitySite, connects: string): string =>
  memberNamed(site, connects).kind === 'server' ? connects : 'st1';

/** How a client is set up: <lab>/clients/<name>.json, our form. */
const stateFile = (site: CommunitySite, name: string): string => path.join(site.dir, 'clients', `${name}.json`);

export const saveConnectionType = (site: CommunitySite, name: string, connectionType: ConnectionType): void =>
  writeFileSync(stateFile(site, name), `${JSON.stringify({ connectionType })}\n`);

export function connectionTypeOf(site: CommunitySite, name: string): ConnectionType {
  const file = stateFile(site, name);
  return existsSync(file) && readFileSync(file, 'utf8').includes('"tls-direct"') ? 'tls-direct' : 'direct';
}

/** What the update site tells clients; undefined: nothing */
function pushedType(site: CommunitySite): ConnectionType | undefined {
  const file = path.join(updateSite(site), 'managed-community-configs.xml');
  const found = existsSync(file)
    ? /\bconnectionType\s*=\s*["']([^"']*)["']/.exec(readFileSync(file, 'utf8'))?.[1]
    : undefined;
  return found === 'direct' || found === 'tls-direct' ? found : undefined;
}

const targetOf = (
  site: CommunitySite,
  { connects, address }: PopulationSpec['clients'][number],
  type: ConnectionType,
) => {
  const member = memberNamed(site, connects);
  return {
    from: address,
    address: member.address,
    port: clientPort(site, member),
    clear: type === 'direct',
    tls: type === 'direct' ? undefined : callerTls(readFileSync(rootsFile(site), 'utf8')),
  };
};

export type PopulationParts = {
  readonly site: CommunitySite;
  readonly population: PopulationSpec;
  readonly sockets: SocketTable;
  readonly retryMs: number;
};

/** Clients that stay connected. Starting them is a restart of all: what was pushed comes into force. */
export function openPopulation({
  site,
  population,
  sockets,
  retryMs,
}: PopulationParts): Life & { readonly online: () => number } {
  const pushed = pushedType(site);
  if (pushed !== undefined) saveConnectionType(site, population.name, pushed);
  const type = connectionTypeOf(site, population.name);
  const kept = population.clients.map((client) =>
    keepSession({
      target: () => ({ ...targetOf(site, client, type), sockets }),
      login: (link, closed) =>
        openSession(link, {
          identity: { kind: 'client', name: client.user, home: homeOf(site, client.connects) },
          closed,
        }),
      retryMs,
      onUp: () => undefined,
      onDown: () => undefined,
      onFailure: () => undefined,
    }),
  );
  return {
    online: () => kept.filter((one) => one.session() !== undefined).length,
    end: () => {
      for (const one of kept) one.end();
      return Promise.resolve();
    },
  };
}

/** Every client of the population logs in once, stays for some time and leaves.
 * @throws Error with the reason of the first that could not */
export async function runPopulation(
  { site, population, sockets }: Omit<PopulationParts, 'retryMs'>,
  stayMs: number,
): Promise<void> {
  const type = connectionTypeOf(site, population.name);
  const { signal } = new AbortController();
  for (const client of population.clients) {
    const link = await dial({ ...targetOf(site, client, type), sockets, signal });
    const identity = { kind: 'client', name: client.user, home: homeOf(site, client.connects) } as const;
    const session = await openSession(link, { identity, closed: () => undefined });
    await delay(stayMs);
    session.close();
  }
}
