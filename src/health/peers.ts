// Health check peers: after its restart a server is logged in to every other server, and every other server to it, by the
// logs of both. Source: IBM technote swg21206752 ("Logged in to server"); see products/sametime/log.ts.
import type { LogEvent } from '../products/sametime/log.ts';
import type { HealthContext } from './context.ts';
import { readLogEvents } from './log-events.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive } from './until.ts';

type PeersCheck = Extract<HealthCheck, { kind: 'peers' }>;

/** A missing line is waited for until the deadline: servers try again only after some time. */
export const checkPeers = (check: PeersCheck, context: HealthContext): Promise<HealthResult> =>
  untilConclusive(check.deadlineMs, context, async () => {
    const own = await eventsOf(check.host, check.log, context);
    const missing: string[] = [];
    for (const peer of check.expects) {
      if (!isLoggedIn(own, peer.address)) missing.push(`no log-in to ${peer.name}${reasonIn(own, peer.address)}`);
      const theirs = await eventsOf(peer.host, peer.log, context);
      if (!isLoggedIn(theirs, check.address))
        missing.push(`no log-in from ${peer.name}${reasonIn(theirs, check.address)}`);
    }
    const detail =
      missing.length === 0
        ? `logged in to and from ${check.expects.map(({ name }) => name).join(', ') || 'nobody: it has no peers'}`
        : `${check.host}: ${missing.join('; ')}`;
    return { result: { check: check.name, verdict: missing.length === 0 ? 'pass' : 'fail', detail } };
  });

const eventsOf = async (host: string, path: string, context: HealthContext): Promise<readonly LogEvent[]> =>
  readLogEvents(await context.shell(host), path, context.logOffset(host, path) ?? 0);

const about = (events: readonly LogEvent[], address: string): readonly LogEvent[] =>
  events.filter((event) => event.address === address && event.kind.startsWith('peer-'));

/** The last word counts. */
const isLoggedIn = (events: readonly LogEvent[], address: string): boolean =>
  about(events, address).at(-1)?.kind === 'peer-connected';

function reasonIn(events: readonly LogEvent[], address: string): string {
  const last = about(events, address).at(-1);
  if (last === undefined) return '';
  const words = { 'peer-failed': 'it failed', 'peer-wrong-address': 'wrong net address', 'peer-rejected': 'rejected' };
  const word = Object.entries(words).find(([kind]) => kind === last.kind)?.[1] ?? '';
  return ` (${[word, last.reason ?? ''].filter((text) => text !== '').join(': ')})`;
}
