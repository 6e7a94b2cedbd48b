// A small plan with everything a packet shows: configuration, a client profile, a database, synchronization, restarts of all
// kinds, a strict end, links of every source. Made by hand after a plan of the simulated cell; names are invented.
import { digestOf } from '../../src/core/json.ts';
import type { Evidence, RunReport } from '../../src/report/types.ts';
import type { HealthCheck } from '../../src/health/types.ts';
import type { JournalEvent, JournalEventType } from '../../src/journal/types.ts';
import type { ListenerFacts } from '../../src/facts/types.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';

const PROXY = 'c1/n1/px1';
export const STRICT_PORT = { address: '127.0.0.1', port: 9443 };

const link = (from: string, to: string, protocol: ProtocolVersion, rest: Partial<LinkOutcome> = {}): LinkOutcome => ({
  id: `${from} -> ${to}`,
  from,
  to,
  required: true,
  outcome: 'tls',
  protocol,
  reason: '',
  source: 'fact',
  ...rest,
});

export const linksOf = (proxied: ProtocolVersion, managed: ProtocolVersion): readonly LinkOutcome[] => [
  link('client browser', `${PROXY} PROXY_HTTPS_ADDRESS`, proxied, { source: 'inventory' }),
  link('client old', 'c1/n1/as1 WC_defaulthost_secure', 'TLSv1', { source: 'inventory' }),
  link('recording of meetings', 'c1/n1/as1 WC_defaulthost_secure', managed, { source: 'inventory', required: false }),
  link('c1/dmgr', 'c1/n1/nodeagent SOAP_CONNECTOR_ADDRESS', managed),
  link('c1/dmgr client tools', 'c1/dmgr SOAP_CONNECTOR_ADDRESS', managed),
  link('c1/n1 client tools', 'c1/dmgr SOAP_CONNECTOR_ADDRESS', managed),
  link('c1/n1/nodeagent', 'c1/dmgr OVERLAY_TCP_LISTENER_ADDRESS', managed, { source: 'assumption' }),
  link(PROXY, 'c1/n1/as1 WC_defaulthost_secure', managed, { source: 'assumption' }),
];

const listener = (accepts: readonly ProtocolVersion[], refuses: readonly ProtocolVersion[]): HealthCheck => ({
  kind: 'listener',
  name: 'n1/px1 PROXY_HTTPS_ADDRESS',
  ...STRICT_PORT,
  accepts,
  refuses,
  chainSha256: ['AA:BB'],
  deadlineMs: 120_000,
});

const client: HealthCheck = {
  kind: 'client-link',
  name: 'client browser to px1 PROXY_HTTPS_ADDRESS',
  client: 'browser',
  ...STRICT_PORT,
  offers: ['TLSv1.2', 'TLSv1.3'],
  deadlineMs: 60_000,
};

type Draft = Pick<Step, 'operation' | 'target' | 'title'> & Partial<Step>;

const drafts: readonly Draft[] = [
  {
    operation: 'quality-of-protection',
    target: { kind: 'node', cell: 'c1', node: 'n1' },
    title: 'NodeDefaultSSLSettings accepts TLS 1.0 to 1.2',
    changes: [{ object: 'SSL configuration N', attribute: 'protocol', before: 'SSL_TLS', after: 'SSL_TLSv2' }],
    calls: [{ tool: 'wsadmin', text: "AdminTask.modifySSLConfig(['-alias', 'N'])" }],
  },
  {
    operation: 'client-properties',
    target: { kind: 'profile', cell: 'c1', owner: 'n1', host: 'h1', path: '/opt/p' },
    title: 'Client tools offer TLS 1.0 to 1.2',
    host: 'h1',
  },
  {
    operation: 'recording-row',
    target: { kind: 'database', database: 'meetings', host: 'db' },
    title: 'Recording uses TLS 1.2',
    host: 'db',
    prediction: 'unknowable',
    predictionBecause: 'nobody outside can see which version recording uses',
    changes: [{ object: 'row r', attribute: 'value', before: null, after: 'TLSv1.2' }],
  },
  {
    operation: 'deployment-manager-restart',
    target: { kind: 'cell', cell: 'c1' },
    title: 'restart deployment manager of c1',
    expectedSeconds: 120,
    prediction: 'assumed',
    predictionBecause: 'a process starts anew',
  },
  {
    operation: 'node-synchronization',
    target: { kind: 'node', cell: 'c1', node: 'n1' },
    title: 'synchronize node n1 and restart its node agent',
    host: 'h1',
    expectedSeconds: 120,
  },
  {
    operation: 'server-restart',
    target: { kind: 'server', cell: 'c1', node: 'n1', server: 'px1' },
    title: 'restart server px1 on node n1',
    host: 'h1',
    expectedSeconds: 150,
    userImpactSeconds: 150,
    prediction: 'assumed',
    predictionBecause: 'a process starts anew',
    healthChecks: [listener(['TLSv1', 'TLSv1.1', 'TLSv1.2'], []), client],
  },
  {
    operation: 'quality-of-protection',
    target: { kind: 'node', cell: 'c1', node: 'n1' },
    title: 'NodeDefaultSSLSettings accepts TLS 1.2 only',
    phase: 'strict',
    changes: [{ object: 'SSL configuration N', attribute: 'protocol', before: 'SSL_TLSv2', after: 'TLSv1.2' }],
  },
  {
    operation: 'server-restart',
    target: { kind: 'server', cell: 'c1', node: 'n1', server: 'px1' },
    title: 'restart server px1 on node n1',
    phase: 'strict',
    host: 'h1',
    expectedSeconds: 150,
    userImpactSeconds: 150,
    prediction: 'assumed',
    predictionBecause: 'a process starts anew',
    healthChecks: [listener(['TLSv1.2'], ['TLSv1', 'TLSv1.1']), client],
  },
];

const stepFrom = (draft: Draft, index: number): Step => ({
  id: `s${String(index + 1).padStart(3, '0')}`,
  phase: 'superset',
  host: 'dm',
  params: {},
  before: {},
  after: {},
  changes: [{ object: 'process', attribute: 'process', before: 'process id 1', after: 'started anew' }],
  calls: [{ tool: 'shell', text: '/opt/p/bin/tool.sh' }],
  healthChecks: [],
  undo: 'protocol back to SSL_TLS',
  expectedSeconds: 5,
  userImpactSeconds: 0,
  prediction: 'computed',
  predictionBecause: 'all that decides it was read',
  ...draft,
});

export function planWith(content: Partial<Plan>): Plan {
  const { hash: _, ...sample } = samplePlan;
  const plan = { ...sample, ...content };
  return { ...plan, hash: digestOf(JSON.parse(JSON.stringify(plan))) };
}

const steps = drafts.map(stepFrom);
const end = linksOf('TLSv1.2', 'TLSv1.2');

/** As plans hold them: everything at the start, then what differs. */
const differing: Readonly<Record<string, readonly LinkOutcome[]>> = {
  start: linksOf('TLSv1', 'TLSv1'),
  s004: linksOf('TLSv1', 'TLSv1.2').filter(({ protocol }) => protocol === 'TLSv1.2'),
  s006: end.slice(0, 1),
};

export const samplePlan: Plan = {
  schema: 1,
  hash: 'f'.repeat(64),
  confirm: 'c1',
  playbook: { name: 'sample', file: 'sample.yaml', sha256: 'a'.repeat(64) },
  inventory: { file: 'inventory.yaml', sha256: 'b'.repeat(64) },
  steps,
  strategy: 'rolling',
  states: ['start', ...steps.map(({ id }) => id)].map((after) => ({ after, links: differing[after] ?? [] })),
  proof: { safe: true, counterexamples: [] },
  fingerprints: [{ object: 'security.xml of cell c1 on dm', sha256: 'c'.repeat(64) }],
  summary: {
    steps: steps.length,
    changes: steps.length,
    restarts: [{ component: 'c1/n1/px1', server: 'n1/px1', times: 2, outageSeconds: 300 }],
    outageSeconds: 300,
    strategies: [
      { strategy: 'rolling', safe: true, serverRestarts: 2, outageSeconds: 300, expectedSeconds: 560 },
      { strategy: 'stop-all', safe: true, serverRestarts: 2, outageSeconds: 900, expectedSeconds: 500 },
    ],
  },
};

export const planned: RunReport = { plan: samplePlan, events: [], status: 'not-started', evidence: undefined };

export function listenerAt(protocols: ListenerFacts['protocols'], sha256 = 'AA:BB'): ListenerFacts {
  return {
    cell: 'c1',
    owner: 'n1',
    server: 'px1',
    endpoint: 'PROXY_HTTPS_ADDRESS',
    ...STRICT_PORT,
    protocols,
    chain: [{ sha256, sha1: 'CC', subject: 'CN=px' }],
  };
}

export const sampleEvidence: Evidence = {
  schema: 1,
  planHash: samplePlan.hash,
  listenersBefore: [listenerAt({ TLSv1: 'accepted', 'TLSv1.1': 'refused', 'TLSv1.2': 'refused' }, '00:11')],
  listenersAfter: [listenerAt({ TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted' })],
  links: end,
  clientChecks: [{ check: 'client browser', verdict: 'pass', detail: 'browser reaches it with TLSv1.2' }],
};

/** One event a second from noon on. */
export const eventsOf = (
  items: readonly (readonly [JournalEventType, string | null, Record<string, string | boolean>?])[],
): readonly JournalEvent[] =>
  items.map(([type, step, data = {}], index) => ({
    seq: index + 1,
    at: new Date(Date.UTC(2026, 0, 2, 12, 0, index)).toISOString(),
    type,
    step,
    data,
    prev: '0'.repeat(64),
  }));

export const appliedEvents = (count: number): readonly (readonly [JournalEventType, string | null])[] =>
  steps
    .slice(0, count)
    .flatMap(({ id }) => [
      ['step-intended', id] as const,
      ['step-applied', id] as const,
      ['step-finished', id] as const,
    ]);

export const finished: RunReport = {
  plan: samplePlan,
  events: eventsOf([['run-started', null], ...appliedEvents(steps.length), ['run-finished', null]]),
  status: 'done',
  evidence: sampleEvidence,
};
