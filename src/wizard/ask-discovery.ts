// What is on the machines: read, as the service user where the log-in is another one, and once more where nothing was found.
import { OperatorError } from '../core/errors.ts';
import type { Discovery, HostFindings } from '../discover/types.ts';
import { askBecome, serviceUserOf } from './ask-become.ts';
import { orNone } from './or-none.ts';
import { splitList } from './split-list.ts';
import type { Interviewer, Machines, World } from './types.ts';

type Found = { readonly machines: Machines; readonly discovery: Discovery };

export async function askDiscovery(
  ask: Interviewer,
  world: World,
  named: Machines,
  keys: ReadonlyMap<string, string>,
): Promise<Found> {
  const search = new Map<string, readonly string[]>();
  const asked = new Set<string>();
  let machines = named;
  const look = async (): Promise<Discovery> => allRead(await world.discover(machines, search, keys));
  const become = async (host: string, suggested?: string): Promise<void> => {
    asked.add(host);
    machines = await withBecome(ask, machines, host, suggested);
  };

  for (const { name } of named.hosts) {
    if (ask.isGiven(`search.${name}`)) search.set(name, await askPlaces(ask, name));
    if (ask.isGiven(`become.${name}`)) await become(name);
  }
  // After each answer that host is read again, so that what is wrong with it is told behind its own question.
  for (let at = 0, discovery = await look(); ; discovery = await look()) {
    const found = discovery.hosts[at];
    if (found === undefined) return { machines, discovery };
    const user = serviceUserOf(found, isFound(found));
    if (user !== undefined && !asked.has(found.host)) await become(found.host, user);
    else if (!isFound(found) && !search.has(found.host)) search.set(found.host, await askPlaces(ask, found.host));
    else at += 1;
  }
}

async function withBecome(ask: Interviewer, machines: Machines, name: string, suggested?: string): Promise<Machines> {
  const host = machines.hosts.find((one) => one.name === name);
  const become = host && (await askBecome(ask, host, machines.hosts, suggested));
  if (become === undefined) return machines;
  return { ...machines, hosts: machines.hosts.map((one) => (one.name === name ? { ...one, become } : one)) };
}

const isFound = ({ profiles, communityServers, messagingServers, databases }: HostFindings): boolean =>
  [profiles, communityServers, messagingServers, databases].some((list) => list.length > 0);

/** @throws OperatorError with the code of the first host that was not read */
function allRead(discovery: Discovery): Discovery {
  const [unread] = discovery.unread;
  if (unread === undefined) return discovery;
  const hint = 'Correct the cause, or leave the host out; the answers so far are kept.';
  throw new OperatorError(unread.code, unread.message, { hint });
}

async function askPlaces(ask: Interviewer, host: string): Promise<readonly string[]> {
  const paths = await ask.list({
    key: `search.${host}`,
    flag: `--search ${host}=PATH`,
    text: `Nothing is in the usual places of ${host}. Where else (paths with commas; - for nowhere)`,
    ...orNone((text) =>
      splitList(text).every((path) => /^(\/|[A-Za-z]:)/u.test(path))
        ? undefined
        : 'Write whole paths, from / or from a drive letter.',
    ),
  });
  return paths.join() === '-' ? [] : paths;
}
