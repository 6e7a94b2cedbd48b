// The state at the start: disks and stores from the facts, listeners as they answered the probe.
import type { CellFacts, Facts, ListenerFacts, OwnerFacts, StoreFacts, ToolFacts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { ServerEntry } from '../products/websphere/security-model.ts';
import { tlsEndpointKind } from '../products/websphere/tls-endpoints.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { componentsOf, populationsOf } from './make-components.ts';
import { findLinks } from './find-links.ts';
import { knownIssuers, withIssuer, type Issuers } from './issuers.ts';
import { indexByComponent } from './link.ts';
import { replicaOf } from './replica.ts';
import type {
  CellState,
  ClientSide,
  Disk,
  ProbedListener,
  ProcessState,
  StoreContents,
  TopologyState,
} from './state.ts';
import { fingerprintKey, known, storeKey } from './state.ts';

/** @throws OperatorError INPUT_UNKNOWN_NAME when a client of the inventory names a listener that the cell does not have */
export function makeTopology(inventory: Inventory, facts: Facts): TopologyState {
  const links = findLinks(inventory, facts);
  const issuers = knownIssuers(facts);
  const rows = rowsOf(facts);
  const cells = facts.cells.map((cell) => [cell.cell, cellState(inventory, cell, facts, issuers, rows)] as const);
  return {
    cells: new Map(cells),
    rows,
    components: componentsOf(inventory, facts, issuers),
    populations: populationsOf(inventory, facts, issuers),
    subjects: subjectsOf(facts),
    certificates: certificatesOf(facts),
    links,
    dependents: indexByComponent(links),
  };
}

const rowsOf = ({ rows = [] }: Facts): TopologyState['rows'] =>
  new Map(rows.flatMap(({ database, protocol }) => (protocol === null ? [] : [[database, protocol] as const])));

function cellState(
  inventory: Inventory,
  facts: CellFacts,
  { listeners, tools = [] }: Pick<Facts, 'listeners' | 'tools'>,
  issuers: Issuers,
  rows: TopologyState['rows'],
): CellState {
  const entry = inventory.cells.find(({ name }) => name === facts.cell);
  const { deploymentManager } = known(entry, `cell ${facts.cell} is not in the inventory`);
  const master: Disk = {
    node: null,
    security: facts.deploymentManager.security,
    stores: storesOf(facts, issuers),
    javaDisabled: facts.deploymentManager.javaDisabled ?? [],
    javaArguments: new Map([
      ...argumentsOf(deploymentManager.node, facts.deploymentManager.javaArguments),
      ...facts.nodes.flatMap(({ owner, masterJavaArguments }) => argumentsOf(owner, masterJavaArguments)),
    ]),
  };
  const replicas = facts.nodes.map((node) => [node.owner, replicaDisk(master, node, issuers)] as const);
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
      return [entry.name, processState(owner, entry, disk, listening, issuers, rows)] as const;
    });
    return [owner.owner, new Map(own)] as const;
  });
  return {
    cell: facts.cell,
    managerNode: deploymentManager.node,
    master,
    replicas: new Map(replicas),
    profiles: new Map([
      ...owners.map((owner) => [owner.owner, clientSide(owner, issuers)] as const),
      ...tools
        .filter(({ calls }) => calls.includes(facts.cell))
        .map((tool) => [tool.name, clientSide(tool, issuers)] as const),
    ]),
    processes: new Map(processes),
  };
}

/** The replica as it lies on the node: its own security.xml, and its own stores where they are not the master's. */
function replicaDisk(
  master: Disk,
  { owner, security, replicaStores = [], javaDisabled = [], javaArguments }: OwnerFacts,
  issuers: Issuers,
): Disk {
  const replica = replicaOf(master, owner, javaDisabled);
  const stores = new Map(replica.stores);
  for (const { name, scope, contents } of replicaStores) {
    if (contents === null) stores.delete(storeKey(name, scope));
    else stores.set(storeKey(name, scope), storeContents(contents, issuers));
  }
  return { ...replica, security, stores, javaArguments: new Map(argumentsOf(owner, javaArguments)) };
}

const argumentsOf = (node: string, byServer: OwnerFacts['javaArguments'] = {}) =>
  Object.entries(byServer).map(([server, known]) => [`${node}/${server}`, known] as const);

const clientSide = (owner: ToolSide, issuers: Issuers): ClientSide => ({
  protocol: owner.clientProtocol,
  signers: new Set(owner.clientSigners.map(fingerprintKey)),
  fips: owner.clientFips,
  javaDisabled: owner.javaDisabled ?? [],
  holds: toolChains(owner, issuers),
  comparesNames: owner.clientVerifiesHostNames ?? false,
});

/** of an owner of the cell, or of a profile outside it; nothing is known of the Java of the latter */
type ToolSide = Omit<ToolFacts, 'name' | 'host' | 'profile' | 'calls'> & Pick<OwnerFacts, 'javaDisabled'>;

function toolChains({ clientCertificates }: ToolSide, issuers: Issuers): ClientSide['holds'] {
  if (clientCertificates === undefined) return undefined;
  const { alias, personal } = clientCertificates;
  const chosen =
    alias === '' ? personal : personal.filter((entry) => entry.alias.toLowerCase() === alias.toLowerCase());
  return chosen.map(({ chain }) => withIssuer(chain.map(fingerprintKey), issuers));
}

const storesOf = ({ stores }: CellFacts, issuers: Issuers): Disk['stores'] =>
  new Map(stores.map((store) => [storeKey(store.name, store.scope), storeContents(store, issuers)]));

const storeContents = (
  { personal, signers }: Pick<StoreFacts, 'personal' | 'signers'>,
  issuers: Issuers,
): StoreContents => ({
  personal: new Map(
    personal.map(({ alias, chain }) => [alias.toLowerCase(), withIssuer(chain.map(fingerprintKey), issuers)]),
  ),
  signers: new Set(signers.map(fingerprintKey)),
});

function processState(
  owner: OwnerFacts,
  { name, endpoints }: ServerEntry,
  startedFrom: Disk,
  listeners: readonly ListenerFacts[],
  issuers: Issuers,
  rows: TopologyState['rows'],
): ProcessState {
  const probed = listeners.flatMap((listener) => {
    const answer = probedListener(listener, issuers);
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
    // Nobody can see what a running server read at its start: it is taken to know the row that is there now.
    rowsAtStart: rows,
  };
}

/** undefined: no clear answer, so the listener is taken to be what its disk says. */
function probedListener({ protocols, chain }: ListenerFacts, issuers: Issuers): ProbedListener | undefined {
  if (!Object.values(protocols).some((verdict) => verdict !== 'inconclusive')) return undefined;
  const served = chain.map(({ sha1 }) => fingerprintKey(sha1));
  return {
    protocols: PROTOCOL_VERSIONS.filter((version) => protocols[version] === 'accepted'),
    chain: withIssuer(served, issuers),
    hasRoot: issuers.has(served.at(-1) ?? ''),
  };
}

const subjectsOf = (facts: Facts): ReadonlyMap<string, string> =>
  new Map(
    [...facts.listeners.flatMap(({ chain }) => chain), ...summariesOf(facts)].map(
      ({ sha1, subject }) => [fingerprintKey(sha1), subject] as const,
    ),
  );

const certificatesOf = (facts: Facts): TopologyState['certificates'] =>
  new Map(summariesOf(facts).map((certificate) => [fingerprintKey(certificate.sha1), certificate]));

const summariesOf = ({ served = [], held = [], certificates, clients = [], clientCertificates = [] }: Facts) =>
  [
    served,
    held,
    ...certificates.map(({ chain }) => chain),
    ...clients.map(({ roots }) => roots),
    ...clientCertificates.map(({ chain }) => chain),
  ].flat();
