// Reads several hosts at once for `discover` and `init`. A host that cannot be read does not stop the others.
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { readHost, type Discovery, type HostFindings, type UnreadHost } from '../discover/index.ts';
import type { HostsInput } from '../inventory/index.ts';
import { openWorld, type WorldOptions } from '../run/context.ts';
import { loadLogins } from './inputs.ts';

export type DiscoveryRun = Pick<HostsInput, 'inventory' | 'search'> & {
  readonly acceptHostKey?: WorldOptions['acceptHostKey'];
  readonly parallel: number;
  readonly onHost: (host: HostFindings | UnreadHost) => void;
};

/** Of one host; everything else is a fault of the input, and ends the command. */
const HOST_CODES: ReadonlySet<ErrorCode> = new Set([
  'HOST_UNREACHABLE',
  'HOST_KEY',
  'HOST_LOGIN',
  'COMMAND_TIMEOUT',
  'OUTCOME_UNKNOWN',
  'REMOTE_REPLY',
]);

export async function runDiscovery(run: DiscoveryRun): Promise<Discovery> {
  const { inventory, search, parallel, onHost, acceptHostKey } = run;
  const { signal } = new AbortController();
  const logins = await loadLogins(inventory);
  await using world = openWorld({ inventory, certificates: new Map(), logins, signal, acceptHostKey });
  const results = await mapBounded(
    inventory.hosts,
    async ({ name, address, os }): Promise<HostFindings | UnreadHost> => {
      try {
        const shell = await world.reader.shell(name);
        const found = await readHost(shell, { address, search: search.get(name) ?? [], os });
        onHost(found);
        return found;
      } catch (error) {
        if (!(error instanceof OperatorError) || !HOST_CODES.has(error.code)) throw error;
        const failed: UnreadHost = { host: name, code: error.code, message: error.message };
        onHost(failed);
        return failed;
      }
    },
    parallel,
  );
  return {
    schema: 1,
    hosts: results.flatMap((result) => ('code' in result ? [] : [result])),
    unread: results.filter((result) => 'code' in result),
  };
}

/** One line of progress. */
export function hostLine(found: HostFindings | UnreadHost): string {
  if ('code' in found) return `${found.host}: not read (${found.code}): ${found.message}`;
  const counts: readonly (readonly [number, string])[] = [
    [found.profiles.length, 'profile'],
    [found.communityServers.length, 'community server'],
    [found.messagingServers.length, 'messaging server'],
    [found.databases.length, 'database command'],
    [found.problems.length, 'problem'],
  ];
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`);
  return `${found.host}: ${parts.join(', ') || 'nothing found'}`;
}
