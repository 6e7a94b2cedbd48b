// Random cases. Everything that is drawn is a number or a flag that is turned into names afterwards, so that fast-check
// can make a failing case smaller without ever naming something that the smaller deployment does not have.
import * as fc from 'fast-check';
import { PROTOCOL_VERSIONS } from '../../src/tls/types.ts';
import { ACME, CELL_SCOPE, MANAGER_NODE, nodeNames, nodeScope, PLAIN, serverName, webEndpoint } from './case.ts';
import { surroundings } from './surroundings.ts';
import type { Group, ModelCase, ServerKind, SslName, Step, Surroundings } from './case.ts';

/** All values that the cell accepts, those in use more often. */
const protocol = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('SSL_TLS', 'SSL_TLSv2', 'TLSv1.2') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('TLS', 'SSL', 'TLSv1', 'TLSv1.1', 'TLSv1.3', 'TLSv1.3,TLSv1.2', 'SSLv2', 'SSLv3'),
  },
);
const usable = protocol.filter((value) => !value.startsWith('SSLv'));
const draw = fc.nat(1000);

const servers = fc.array(fc.constantFrom<ServerKind>('application', 'proxy'), { minLength: 1, maxLength: 3 });
const nodes = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(servers) },
  { weight: 3, arbitrary: fc.tuple(servers, servers) },
  { weight: 1, arbitrary: fc.tuple(servers, servers, servers) },
);

const group = fc.record({
  scope: draw,
  level: fc.nat(9),
  direction: fc.constantFrom('inbound' as const, 'inbound' as const, 'outbound' as const),
  uses: draw,
  /** rarely the settings of another node, whose stores a replica does not have */
  isForeign: fc.nat(11).map((value) => value === 11),
  alias: fc.nat(19),
});
type Drawn<Source> = Source extends fc.Arbitrary<infer Value> ? Value : never;
type DrawnGroup = Drawn<typeof group>;

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('quality-of-protection' as const), draw, protocol }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('group' as const), group }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('endpoint-security' as const), draw, isNode: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('import-certificate' as const, 'add-signers' as const), draw }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('add-one-signer' as const),
      draw,
      which: fc.constantFrom('root' as const, 'intermediate' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('client-signers' as const), draw }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('client-protocol' as const), draw, protocol: usable }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('synchronize' as const, 'node-synchronization' as const), draw }),
  },
  {
    weight: 7,
    arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'stop' as const, 'start' as const), draw }),
  },
);
type DrawnStep = Drawn<typeof step>;

/** A new certificate for one server as a playbook brings it, with some of its steps forgotten. */
const rollout = fc.record({ server: draw, atCell: fc.boolean(), kept: fc.array(fc.nat(4), { maxLength: 6 }) });

const offers = fc
  .tuple(fc.nat(3), fc.nat(3))
  .map(([a, b]) => PROTOCOL_VERSIONS.slice(2 + Math.min(a, b), 3 + Math.max(a, b)));

/** In half of the cases. fast-check: nothing with the probability 1/freq. */
const often = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { freq: 2 });
/** one flag for each of the scopes */
const bits = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });

const presents = fc.constantFrom('old', 'new', null, null);

const drawn = fc.record({
  nodes,
  dynamicUpdate: fc.boolean(),
  hasXda: fc.boolean(),
  protocols: fc.array(fc.tuple(draw, protocol), { maxLength: 4 }),
  groups: fc.array(group, { maxLength: 3 }),
  clientProtocols: fc.array(fc.tuple(draw, usable), { maxLength: 2 }),
  imported: bits,
  shortChains: fc.array(fc.tuple(draw, fc.constantFrom(1 as const, 2 as const)), { maxLength: 1 }),
  trusting: bits,
  clientsTrusting: bits,
  oldReplicas: fc.array(draw, { maxLength: 1 }),
  clients: fc.array(fc.tuple(offers, draw, fc.constantFrom('old', 'new', 'both', null), presents, fc.boolean()), {
    maxLength: 2,
  }),
  // Half of the cases have none of it: it hides what the rest would do.
  surroundings: often(surroundings),
  isProbed: fc.nat(4).map((value) => value === 1),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  rollout: often(rollout),
});

const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[], at: number): Item => {
  const item = items[at % items.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

export const modelCase: fc.Arbitrary<ModelCase> = drawn.map((raw) => {
  const names = nodeNames(raw.nodes.length);
  const owners = ['dmgr', ...names];
  const scopes = ['cell', MANAGER_NODE, ...names];
  const settings: readonly SslName[] = [
    { alias: 'CellDefaultSSLSettings', at: 'cell' },
    { alias: 'XDADefaultSSLSettings', at: 'cell' },
    ...[...names, MANAGER_NODE].map((at): SslName => ({ alias: 'NodeDefaultSSLSettings', at })),
  ];
  const inGroups = raw.hasXda ? settings : settings.filter((one) => !one.alias.startsWith('XDA'));
  const ordinary = names.flatMap((node, at) =>
    (raw.nodes[at] ?? []).map((kind, index) => ({ node, server: serverName(node, index), kind })),
  );
  const processes = [
    `${MANAGER_NODE}/dmgr`,
    ...names.map((node) => `${node}/nodeagent`),
    ...ordinary.map(({ node, server }) => `${node}/${server}`),
  ];
  const groupOf = ({ scope, level, direction, uses, isForeign, alias }: DrawnGroup): Group => {
    const server = pick(ordinary, scope);
    const serverScope = `${nodeScope(server.node)}:(server):${server.server}`;
    const endpoint = pick([webEndpoint(server.kind), 'SOAP_CONNECTOR_ADDRESS', 'OVERLAY_TCP_LISTENER_ADDRESS'], scope);
    const place =
      level < 3
        ? { scope: CELL_SCOPE, node: 'cell' }
        : level < 6
          ? [...names, MANAGER_NODE].map((node) => ({ scope: nodeScope(node), node }))
          : { scope: level < 9 ? serverScope : `${serverScope}:(endpoint):${endpoint}`, node: server.node };
    const { scope: at, node } = pick([place].flat(), scope);
    const near = isForeign ? inGroups : inGroups.filter((one) => one.at === 'cell' || one.at === node);
    const chosen = pick(near, uses);
    // Mostly an alias that is there: a process that does not start hides what its links would do.
    const isThere = raw.imported[scopes.indexOf(chosen.at)] === true || alias < 3;
    const certificateAlias = alias === 0 ? 'nobody' : alias < 12 && isThere ? ACME : 'default';
    return { scope: at, direction, uses: chosen, certificateAlias };
  };
  const stepOf = (one: DrawnStep): Step => {
    switch (one.do) {
      case 'quality-of-protection':
        return { do: one.do, on: pick(one.draw % 10 === 0 ? settings : inGroups, one.draw), protocol: one.protocol };
      case 'group':
        return { do: one.do, ...groupOf(one.group) };
      case 'endpoint-security': {
        const { node, server } = pick(ordinary, one.draw);
        const uses = one.isNode
          ? ({ alias: 'NodeDefaultSSLSettings', at: node } as const)
          : ({ alias: 'CellDefaultSSLSettings', at: 'cell' } as const);
        return { do: one.do, process: `${node}/${server}`, uses };
      }
      case 'import-certificate':
      case 'add-signers': {
        const has = one.do === 'add-signers' ? raw.trusting : raw.imported;
        const without = scopes.filter((_, at) => has[at] !== true);
        return { do: one.do, at: pick(without.length === 0 ? scopes : without, one.draw) };
      }
      case 'add-one-signer':
        return { do: one.do, at: pick(scopes, one.draw), which: one.which };
      case 'client-signers':
        return { do: one.do, owner: pick(owners, one.draw) };
      case 'client-protocol':
        return { do: one.do, owner: pick(owners, one.draw), protocol: one.protocol };
      case 'synchronize':
      case 'node-synchronization':
        return { do: one.do, node: pick(names, one.draw) };
      case 'restart':
      case 'stop':
      case 'start':
      default:
        return { do: one.do, process: pick(processes, one.draw) };
    }
  };
  const surroundingsOf = (one: Drawn<typeof surroundings>): Surroundings => ({
    disabled: one.disabled.map(([at, versions]) => ({ owner: pick(owners, at), versions })),
    property: one.property,
    fips: one.fips,
    javaArguments: one.javaArguments.map(([at, value]) => ({ process: pick(processes, at), value })),
    // Mostly where it is seen: the cell's settings are those of all that have no group of their own.
    asks: one.asks.map(([at, kind]) => ({ on: pick(inGroups, at % 3 === 0 ? at : 0), kind })),
    publicNames: one.publicNames.map(([at, name]) => ({ node: pick(names, at), name })),
    toolsCompare: one.toolsCompare.map((at) => pick(owners, at)),
    processesCompare: one.processesCompare,
  });
  const rolloutSteps = ({ server: drawnServer, atCell, kept }: Drawn<typeof rollout>): readonly Step[] => {
    const { node, server } = pick(ordinary, drawnServer);
    const scope = `${nodeScope(node)}:(server):${server}`;
    const uses = { alias: 'NodeDefaultSSLSettings', at: node } as const;
    const all: readonly Step[] = [
      { do: 'add-signers', at: atCell ? 'cell' : node },
      { do: 'import-certificate', at: node },
      { do: 'group', scope, direction: 'inbound', uses, certificateAlias: ACME },
      { do: 'node-synchronization', node },
      { do: 'restart', process: atCell ? `${node}/${server}` : `${node}/nodeagent` },
    ];
    return [...new Set(kept)].map((at) => pick(all, at));
  };
  return {
    nodes: raw.nodes,
    dynamicUpdate: raw.dynamicUpdate,
    hasXda: raw.hasXda,
    protocols: raw.protocols.map(([at, value]) => ({ on: pick(inGroups, at), protocol: value })),
    groups: raw.groups.map(groupOf),
    clientProtocols: raw.clientProtocols.map(([at, value]) => ({ owner: pick(owners, at), protocol: value })),
    imported: scopes.filter((_, at) => raw.imported[at]),
    shortChains: raw.shortChains.map(([at, length]) => ({ at: pick(scopes, at), length })),
    trusting: scopes.filter((_, at) => raw.trusting[at]),
    clientsTrusting: owners.filter((_, at) => raw.clientsTrusting[at]),
    oldReplicas: raw.oldReplicas.map((at) => pick(names, at)),
    clients: raw.clients.map(([versions, at, trusts, shown, comparesNames]) => {
      const { node, server, kind } = pick(ordinary, at);
      return {
        offers: versions,
        trusts,
        presents: shown,
        comparesNames,
        connects: `${node}/${server}/${webEndpoint(kind)}`,
      };
    }),
    isProbed: raw.isProbed,
    surroundings: raw.surroundings === null ? PLAIN : surroundingsOf(raw.surroundings),
    steps: [...(raw.rollout === null ? [] : rolloutSteps(raw.rollout)), ...raw.steps.map(stepOf)],
  };
});
