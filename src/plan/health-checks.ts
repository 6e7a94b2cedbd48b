// Which health checks a step gets: after a restart the process must live, its ports must offer what the model predicts,
// its log must be free of start-up errors, and every client population must still reach it.
import type { HealthCheck } from '../health/types.ts';
import type { OwnerFacts } from '../facts/types.ts';
import { logFile, pidFile } from '../products/websphere/profile-paths.ts';
import { PROTOCOL_VERSIONS, type ProtocolVersion } from '../tls/types.ts';
import { readCallee } from '../topology/callee.ts';
import type { TopologyState } from '../topology/state.ts';
import { communityChecksOf } from './community-checks.ts';
import { federationChecksOf } from './federation-checks.ts';
import type { PlanBasis } from './input.ts';
import type { ProcessRef } from './processes.ts';
import type { ResolvedTask } from './resolve.ts';

/** A new process gets this long to answer. */
const DEADLINE_MS = 120_000;
/** Servers other than node agents: long enough to see a process that ends right after its start. */
const SETTLE_MS = 500;

/** Errors of start-up and trust; not SSLC0008E, which our own probes cause. */
const FORBIDDEN_MESSAGES = ['CWPKI0022E', 'CWPKI0033E', 'CWPKI0823E'];

/** @param before the model before the step, `topology` after it */
export function healthChecksOf(
  task: ResolvedTask,
  before: TopologyState,
  topology: TopologyState,
  input: PlanBasis,
): readonly HealthCheck[] {
  if (task.target.kind === 'tool-profile') return toolChecks(task.target.toolProfile, input);
  const process = restartedBy(task);
  if (process === undefined)
    return [...communityChecksOf(task, topology, input), ...federationChecksOf(task, before, topology, input)];
  const owner = input.processes.ownerOf(process);
  const name = `${process.owner}/${process.server}`;
  const isAgent = task.operation.name === 'node-synchronization';
  const listeners = input.processes
    .tlsEndpointsOf(process)
    .map((endpoint) => listenerCheck(process, endpoint, topology, input));
  return [
    processCheck(process, owner, isAgent ? watchMsOf(process, input) : SETTLE_MS),
    ...listeners,
    {
      kind: 'log',
      name: `log of ${name}`,
      host: owner.host,
      path: logFile(owner.profile, process.server),
      forbidden: FORBIDDEN_MESSAGES,
    },
    ...clientChecks(process, input),
    ...agentChecks(process, before, topology, input),
  ];
}

/** Tools that call nothing known have no link that could prove anything: what they are for is tried. */
const toolChecks = (name: string, { inventory }: PlanBasis): readonly HealthCheck[] =>
  (inventory.toolProfiles ?? []).flatMap(({ name: toolProfile, host, check: argv }) =>
    toolProfile !== name || argv === undefined
      ? []
      : [{ kind: 'command' as const, name: `tools of ${name}`, host, argv, deadlineMs: DEADLINE_MS }],
  );

const watchMsOf = ({ cell }: ProcessRef, { inventory }: PlanBasis): number =>
  inventory.cells.find(({ name }) => name === cell)?.nodeAgentWatchMs ?? 0;

const processCheck = (process: ProcessRef, owner: OwnerFacts, sameForMs: number): HealthCheck => ({
  kind: 'process',
  name: `process of ${process.owner}/${process.server}`,
  host: owner.host,
  pidFile: pidFile(owner.profile, process.server),
  sameForMs,
  deadlineMs: DEADLINE_MS,
});

/** The node agent calls every server of its node. Where a server takes versions away or shows another chain, the agent may
 * end and come back again and again, so it is watched as after its own restart. */
function agentChecks(
  process: ProcessRef,
  before: TopologyState,
  after: TopologyState,
  input: PlanBasis,
): readonly HealthCheck[] {
  const owner = input.processes.ownerOf(process);
  const agent = owner.servers.find(({ type }) => type === 'NODE_AGENT');
  if (agent === undefined || agent.name === process.server) return [];
  const isChanged = input.processes.tlsEndpointsOf(process).some(({ name: endpoint }) => {
    const [old, now] = [before, after].map((state) => readCallee(state, { ...process, endpoint }));
    if (old?.kind !== 'listening' || now?.kind !== 'listening') return true;
    return old.chain.join() !== now.chain.join() || !old.protocols.every((version) => now.protocols.includes(version));
  });
  return isChanged ? [processCheck({ ...process, server: agent.name }, owner, watchMsOf(process, input))] : [];
}

/** The process that a step starts anew; undefined for steps that start none. */
export function restartedBy({ operation, target }: ResolvedTask): ProcessRef | undefined {
  if (operation.name === 'deployment-manager-restart' && target.kind === 'cell') {
    return { cell: target.cell, owner: 'dmgr', server: 'dmgr' };
  }
  if (operation.name === 'node-synchronization' && target.kind === 'node') {
    return { cell: target.cell, owner: target.node, server: 'nodeagent' };
  }
  if ((operation.name === 'server-restart' || operation.name === 'server-start') && target.kind === 'server') {
    return { cell: target.cell, owner: target.node, server: target.server };
  }
  return undefined;
}

function listenerCheck(
  process: ProcessRef,
  endpoint: { readonly name: string; readonly address: string; readonly port: number },
  topology: TopologyState,
  { processes }: PlanBasis,
): HealthCheck {
  const callee = readCallee(topology, { ...process, endpoint: endpoint.name });
  const accepts = callee.kind === 'listening' ? callee.protocols : [];
  const chain = callee.kind === 'listening' ? callee.chain : [];
  return {
    kind: 'listener',
    name: `${process.owner}/${process.server} ${endpoint.name}`,
    address: endpoint.address,
    port: endpoint.port,
    accepts,
    refuses: refusedBelow(accepts),
    chainSha256: sha256Chain(chain, processes),
    deadlineMs: DEADLINE_MS,
  };
}

/** Everything older than the oldest accepted version. Whether a "TLS 1.0 and newer" value also means SSLv3, and where it
 * ends, differs between Java levels, so nothing is claimed there. */
function refusedBelow(accepts: readonly ProtocolVersion[]): readonly ProtocolVersion[] {
  const oldest = accepts[0];
  if (oldest === undefined || oldest === 'TLSv1') return [];
  return PROTOCOL_VERSIONS.slice(PROTOCOL_VERSIONS.indexOf('SSLv3'), PROTOCOL_VERSIONS.indexOf(oldest));
}

/** null when one of the certificates is not known by its SHA-256 */
function sha256Chain(chain: readonly string[], { sha256Of }: PlanBasis['processes']): readonly string[] | null {
  const found = chain.flatMap((fingerprint) => sha256Of(fingerprint) ?? []);
  return found.length === 0 || found.length !== chain.length ? null : found;
}

const clientChecks = (process: ProcessRef, { processes }: PlanBasis): readonly HealthCheck[] =>
  processes.clientsOf(process).flatMap(({ name, offers, endpoint }) => {
    const found = processes.tlsEndpointsOf(process).find((candidate) => candidate.name === endpoint);
    if (found === undefined) return [];
    const { address, port } = found;
    return [
      {
        kind: 'client-link' as const,
        name: `client ${name} to ${process.server} ${endpoint}`,
        client: name,
        address,
        port,
        offers,
        deadlineMs: DEADLINE_MS,
      },
    ];
  });
