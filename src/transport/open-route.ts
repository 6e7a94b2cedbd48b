// A connection to a host through the hosts on the way to it, each proved by its own known_hosts entry.
import type { Secret } from '../core/secret.ts';
import type { HostEntry } from '../inventory/types.ts';
import type { ConnectOptions, Connection } from './connection.ts';
import { openConnection } from './connection.ts';

export type RouteOptions = Omit<ConnectOptions, 'passphrase'> & {
  /** secret of a credential */
  readonly secret: (credential: string) => Secret | undefined;
};

/** Every route has connections of its own: a lost one is dropped down to its socket, and must not take others with it.
 * @throws OperatorError as openConnection; the message names the hop */
export async function openRoute(entry: HostEntry, options: RouteOptions): Promise<Connection> {
  const { jump = [], ...target } = entry;
  const hops = [...jump.map((hop) => ({ ...hop, name: `${hop.name} (on the way to ${entry.name})` })), target];
  let last: Connection | undefined;
  try {
    for (const hop of hops) {
      const passphrase = hop.passphrase === undefined ? undefined : options.secret(hop.passphrase);
      last = await openConnection(hop, { ...options, passphrase }, last);
    }
  } catch (error) {
    last?.reset();
    throw error;
  }
  if (last === undefined) throw new RangeError(`no way to ${entry.name}`);
  return last;
}
