// imadmin: its command lines, what each really does, and what its answers are worth. `refresh` is no reload: it stops and starts,
// so it ends every connection. Source: Instant Messaging 7.2 Administration Guide, table C-3 and "Starting, Stopping,
// Refreshing". What `status` prints is in no page that could be read: it is a claim, and ports prove a state.
import { OperatorError } from '../../core/errors.ts';
import type { Command } from '../../core/shell.ts';
import { runAs } from './look.ts';

export type ImadminComponent = 'server' | 'multiplexor' | 'agent-calendar' | 'watchdog';
export type ImadminVerb = 'status' | 'start' | 'stop' | 'refresh' | 'version';

export type ImadminHome = {
  /** path of the program, on the host of the component itself */
  readonly imadmin: string;
  /** iim.conf of a named instance; absent: the default one */
  readonly conf?: string;
  /** root or the account of the service, by sudo; absent: the log-in is one of them */
  readonly user?: string;
  /** under Sun Cluster: start and stop belong to the cluster */
  readonly isClustered?: boolean;
};

/** A stop waits for sessions to end and a start for the directory. */
const TIMEOUT_MS: Readonly<Record<ImadminVerb, number>> = {
  status: 60_000,
  version: 60_000,
  start: 300_000,
  stop: 300_000,
  refresh: 600_000,
};

/** @param component absent: all of them
 * @throws OperatorError POLICY_REFUSED on a cluster */
export function imadminCommand(home: ImadminHome, verb: ImadminVerb, component?: ImadminComponent): Command {
  const { imadmin, conf, user, isClustered = false } = home;
  if (isClustered && (verb === 'start' || verb === 'stop' || verb === 'refresh')) {
    throw new OperatorError('POLICY_REFUSED', `imadmin ${verb} must not be used where Sun Cluster runs the service`, {
      hint: 'Switch the resource off and on with the tools of the cluster.',
    });
  }
  const argv = [
    imadmin,
    ...(conf === undefined ? [] : ['-c', conf]),
    verb,
    ...(component === undefined ? [] : [component]),
  ];
  return { argv: [...runAs(user), ...argv], timeoutMs: TIMEOUT_MS[verb] };
}

export type ImadminEffect = {
  readonly stops: boolean;
  readonly starts: boolean;
  /** for plans and people: what is cut off meanwhile */
  readonly cutsOff: readonly string[];
};

const CUT: Readonly<Record<ImadminComponent, readonly string[]>> = {
  server: ['every client, also those behind the multiplexor', 'every link with another server, both ways', 'gateways'],
  multiplexor: ['every client behind the multiplexor'],
  'agent-calendar': ['calendar reminders'],
  // With the watchdog up it is taken down first, and starts the others again.
  watchdog: [],
};

export function effectOf(verb: ImadminVerb, component?: ImadminComponent): ImadminEffect {
  const stops = verb === 'stop' || verb === 'refresh';
  const hit = component === undefined ? (['server', 'agent-calendar'] as const) : ([component] as const);
  return {
    stops,
    starts: verb === 'start' || verb === 'refresh',
    cutsOff: stops ? hit.flatMap((one) => CUT[one]) : [],
  };
}

export type ImadminClaim = {
  readonly says: 'running' | 'stopped' | 'changing' | 'nothing';
  readonly isProof: false;
  readonly line: string | null;
};

const NAMES: Readonly<Record<ImadminComponent, RegExp>> = {
  server: /\bserver\b/iu,
  multiplexor: /\bmultiplexor\b|\bmux\b/iu,
  'agent-calendar': /\bcalendar\b/iu,
  watchdog: /\bwatchdog\b/iu,
};
/** In this order: "not running" also has "running". */
const STATES = [
  ['stopped', /\bnot\s+(?:running|started|up)\b|\bstopped\b|\bdown\b/iu],
  ['changing', /\bstarting\b|\bstopping\b/iu],
  ['running', /\brunning\b|\bstarted\b|\bup\b/iu],
] as const;

/** Read leniently; two lines that contradict each other say nothing. */
export function claimOf(text: string, component: ImadminComponent): ImadminClaim {
  const found = text.split(/\r?\n/u).flatMap((line) => {
    const says = NAMES[component].test(line) ? STATES.find(([, form]) => form.test(line))?.[0] : undefined;
    return says === undefined ? [] : [{ says, line: line.trim() }];
  });
  const [first] = found;
  if (first === undefined || found.some(({ says }) => says !== first.says))
    return { says: 'nothing', isProof: false, line: null };
  return { ...first, isProof: false };
}
