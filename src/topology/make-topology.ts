// The state at the start: disks and stores from the facts, listeners as they answered the probe.
import type { CellFacts, Facts, ListenerFacts, OwnerFacts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { ServerEntry } from '../products/websphere/security-model.ts';
import { tlsEndpointKind } from '../products/websphere/tls-endpoints.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { findLinks } from './find-links.ts';
import { indexByComponent } from './link.ts';
import { replicaOf } from './replica.ts';
import type { CellState, ClientSide, Disk, ProbedListener, ProcessState, TopologyState } from './state.ts';
import { fingerprintKey, known, storeKey } from './state.ts';

/** @throws OperatorError INPUT_UNKNOWN_NAME when a client of the inventory names a listener that the cell does not have */
export function makeTopology(inventory: Inventory, facts: Facts): TopologyState {
  const links = findLinks(inventory, facts);
  const chains = knownChains(facts);
  const cells = facts.cells.map((cell) => [cell.cell, cellState(inventory, cell, facts.listeners, chains)] as const);
  return {
    cells: new Map(cells),
    rows: new Map(),
    subjects: subjectsOf(facts),
    links,
    dependents: indexByComponent(links),
  };
}

function cellState(
  inventory: Inventory,
  facts: CellFacts,
  listeners: readonly ListenerFacts[],
  chains: ReadonlyMap<string, readonly string[]>,
): CellState {
  const entry = inventory.cells.find(({ name }) => name === facts.cell);
  const { deploymentManager } = known(entry, `cell ${facts.cell} is not in the inventory`);
  const master: Disk = { node: null, security: facts.deploymentManager.security, stores: storesOf(facts) };
  // Contents of the stores are read once, at the master: a replica is taken to hold the same, its security.xml is read.
  const replicas = facts.nodes.map(
    ({ owner, security }) => [owner, { ...replicaOf(master, owner), security }] as const,
  );
  const owners = [facts.deploymentManager, ...facts.nodes];
  const answered = Map.groupBy(
    listeners.filter(({ cell }) => cell === facts.cell),
    ({ owner, server }) => `${owner}/${server}`,
  );
  const disks = new Map<string, Disk>([['dmgr', master], ...replicas]);
  const processes = owners.map((owner) => {
    const disk = disks.get(owner.owner) ?? master;
    const own = owner.servers.map((entry) => {
      const listening = answered.get(`${owner.owner}/${entry.name}`) ?? [];
      return [entry.name, processState(owner, entry, disk, listening, chains)] as const;
    });
    return [owner.owner, new Map(own)] as const;
  });
  return {
    cell: facts.cell,
    managerNode: deploymentManager.node,
    master,
    replicas: new Map(replicas),
    profiles: new Map(owners.map((owner) => [owner.owner, clientSide(owner)])),
    processes: new Map(processes),
  };
}

const clientSide = ({ clientProtocol, clientSigners }: OwnerFacts): ClientSide => ({
  protocol: clientProtocol,
  signers: new Set(clientSigners.map(fingerprintKey)),
});

const storesOf = ({ stores }: CellFacts): Disk['stores'] =>
  new Map(
    stores.map(({ name, scope, personal, signers }) => [
      storeKey(name, scope),
      {
        personal: new Map(personal.map(({ alias, chain }) => [alias.toLowerCase(), chain.map(fingerprintKey)])),
        signers: new Set(signers.map(fingerprintKey)),
      },
    ]),
  );

function processState(
  owner: OwnerFacts,
  { name, endpoints }: ServerEntry,
  startedFrom: Disk,
  listeners: readonly ListenerFacts[],
  chains: ReadonlyMap<string, readonly string[]>,
): ProcessState {
  const probed = listeners.flatMap((listener) => {
    const answer = probedListener(listener, chains);
    return answer === undefined ? [] : [[listener.endpoint, answer] as const];
  });
  // A port that answers is proof of life; a process file alone can be missing or old.
  const lives = probed.length > 0 || owner.processes[name]?.pid !== null;
  return {
    running: lives ? 'running' : 'found-stopped',
    // What was found running has started, whatever its disk says now.
    failure: undefined,
    endpoints: endpoints.map((endpoint) => endpoint.name).filter((endpoint) => tlsEndpointKind(endpoint) !== undefined),
    startedFrom,
    probed: new Map(probed),
    rowsAtStart: new Map(),
  };
}

/** undefined: no clear answer, so the listener is taken to be what its disk says. */
function probedListener(
  { protocols, chain }: ListenerFacts,
  chains: ReadonlyMap<string, readonly string[]>,
): ProbedListener | undefined {
  if (!Object.values(protocols).some((verdict) => verdict !== 'inconclusive')) return undefined;
  const served = chain.map(({ sha1 }) => fingerprintKey(sha1));
  const complete = chains.get(served[0] ?? '');
  return {
    protocols: PROTOCOL_VERSIONS.filter((version) => protocols[version] === 'accepted'),
    // Servers leave the root out; a caller that trusts it builds the same path.
    chain: [...served, ...(complete ?? []).filter((item) => !served.includes(item))],
    hasRoot: complete !== undefined,
  };
}

/** leaf -> longest chain that is known for it */
function knownChains({ cells, certificates }: Facts): ReadonlyMap<string, readonly string[]> {
  const chains = [
    ...cells.flatMap(({ stores }) => stores.flatMap(({ personal }) => personal.map(({ chain }) => chain))),
    ...certificates.map(({ chain }) => chain.map(({ sha1 }) => sha1)),
  ];
  const shortestFirst = chains.toSorted((a, b) => a.length - b.length).map((chain) => chain.map(fingerprintKey));
  return new Map(shortestFirst.map((chain) => [chain[0] ?? '', chain]));
}

const subjectsOf = ({ listeners, certificates }: Facts): ReadonlyMap<string, string> =>
  new Map(
    [...listeners, ...certificates].flatMap(({ chain }) =>
      chain.map(({ sha1, subject }) => [fingerprintKey(sha1), subject] as const),
    ),
  );
