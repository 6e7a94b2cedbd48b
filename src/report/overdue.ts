// The watchdog of the dynamic mode: ports that still take callers without TLS longer than their playbook allows. From plans
// and journals only; what a rehearsal did was never meant to stay. Pure.
import { z } from 'zod';
import { isServerOutsideCells } from '../core/target.ts';
import type { JournalEvent } from '../journal/types.ts';
import type { Plan } from '../plan/types.ts';

export type Overdue = {
  /** community/server */
  readonly server: string;
  readonly port: 'server' | 'client';
  /** ISO 8601: when it became dynamic, when that should have ended */
  readonly since: string;
  readonly expired: string;
  readonly run: string;
};

export type KnownRun = { readonly run: string; readonly plan: Plan; readonly events: readonly JournalEvent[] };

const word = z.string().nullable().default(null);
/** mode: of both ports, where a product has one switch for them */
const Wanted = z.object({ wanted: z.object({ serverMode: word, clientMode: word, mode: word }) });
const REHEARSAL = 'rehearsal';

type Mode = Omit<Overdue, 'expired'> & { readonly mode: string; readonly expiresMs: number | undefined };

/** @param runs of one state folder, in any order: a later run may have ended what an earlier one began */
export function overdueOf(runs: readonly KnownRun[], now: Date): readonly Overdue[] {
  const modes = runs
    .filter(({ plan }) => plan.playbook.name !== REHEARSAL)
    .flatMap(modesOf)
    .toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since));
  const last = new Map(modes.map((mode) => [`${mode.server} ${mode.port}`, mode]));
  return [...last.values()].flatMap(({ mode, expiresMs, ...known }) => {
    if (mode !== 'dynamic' || expiresMs === undefined) return [];
    const expired = Date.parse(known.since) + expiresMs;
    return expired > now.getTime() ? [] : [{ ...known, expired: new Date(expired).toISOString() }];
  });
}

/** What the run's steps have made of ports and not taken back since. */
function modesOf({ run, plan, events }: KnownRun): readonly Mode[] {
  return plan.steps.flatMap((step): readonly Mode[] => {
    const own = events.filter((event) => event.step === step.id);
    const done = own.findLastIndex(({ type }) => type === 'step-finished');
    const since = own[done]?.at;
    const isUndone = own.slice(done).some(({ type }) => type === 'step-undone');
    const parsed = Wanted.safeParse(step.params);
    const { target, expiresMs } = step;
    if (since === undefined || isUndone || !parsed.success || !isServerOutsideCells(target)) return [];
    const server = `${target.community}/${target.server}`;
    const { mode, ...wanted } = parsed.data.wanted;
    const [serverMode, clientMode] = [wanted.serverMode ?? mode, wanted.clientMode ?? mode];
    return [
      ...(serverMode === null ? [] : [{ run, server, since, expiresMs, port: 'server' as const, mode: serverMode }]),
      ...(clientMode === null ? [] : [{ run, server, since, expiresMs, port: 'client' as const, mode: clientMode }]),
    ];
  });
}

export const overdueText = ({ server, port, since, expired, run }: Overdue): string =>
  `the ${port} port of ${server} has been dynamic since ${since} (${run}); that expired ${expired}`;
