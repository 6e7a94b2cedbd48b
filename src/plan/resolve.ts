// From the playbook's selectors to single tasks: one per target. Pure; a name that does not exist is reported at its
// place in the playbook.
import { OperatorError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { AnyOperation, Target } from '../core/operation.ts';
import type { Place } from '../core/place.ts';
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import type { CellFacts, Facts } from '../facts/types.ts';
import type { CellEntry, Inventory } from '../inventory/types.ts';
import type { Named, Playbook, Selector, Task } from '../playbook/types.ts';
import { isServerOutsideCells } from '../core/target.ts';
import { serversFirst } from './community-scope.ts';
import { fieldsOf } from './target-fields.ts';

export type ResolvedTask = {
  readonly phase: string;
  readonly title: string;
  readonly target: Target;
  /** inventory host that the change is made on */
  readonly host: string;
  readonly operation: AnyOperation;
  readonly params: JsonObject;
  /** in the playbook; absent for what the planner adds */
  readonly place?: Place;
};

/** kind: of a community server or of a neighbour, as the inventory says */
type Candidate = {
  readonly target: Target;
  readonly role?: string;
  readonly type?: string;
  readonly kind?: string;
};

export type Operations = (name: string) => AnyOperation;

export function resolveTasks(
  playbook: Playbook,
  inventory: Inventory,
  facts: Facts,
  operations: Operations,
): readonly ResolvedTask[] {
  const candidates = candidatesOf(inventory, facts);
  return playbook.phases.flatMap(({ name, tasks }) =>
    tasks.flatMap((task) => {
      checkNames(task.on, candidates);
      const operation = operations(task.operation);
      if (!operation.targets.includes(task.on.target)) {
        const hint = `It takes ${operation.targets.join(' or ')}.`;
        const message = `operation ${task.operation} is not for target ${task.on.target}`;
        throw new OperatorError('INPUT_VALUE', message, { place: task.place, hint });
      }
      const found = candidates.filter((candidate) => isSelected(candidate, task.on));
      // A kind is a word and no name: a community without a media manager has nothing to do for one.
      const isByKind = task.on.neighbourKinds !== undefined || task.on.memberKinds !== undefined;
      if (found.length === 0 && !isByKind) {
        const hint = 'Compare roles, nodes and server types in the inventory with the task.';
        throw new OperatorError('INPUT_UNKNOWN_NAME', `task "${task.title}" selects nothing`, {
          place: task.place,
          hint,
        });
      }
      return found.map(({ target }) => resolveTask(name, task, target, operation, inventory, facts));
    }),
  );
}

function resolveTask(
  phase: string,
  task: Task,
  target: Target,
  operation: AnyOperation,
  inventory: Inventory,
  facts: Facts,
): ResolvedTask {
  const { host, fields } = fieldsOf(target, inventory, facts);
  const wish = typeof task.with === 'object' && task.with !== null && !Array.isArray(task.with) ? task.with : {};
  try {
    const params = operation.parse({ target: { ...target, ...fields }, with: wish });
    return { phase, title: task.title, target, host, operation, params, place: task.place };
  } catch (error) {
    throw withPlace(error, task.place);
  }
}

/** A wish that cannot be fulfilled is shown where it was written, unless something nearer is at fault. */
export function withPlace(error: unknown, place: Place | undefined): unknown {
  if (!(error instanceof OperatorError) || error.place !== undefined || place === undefined) return error;
  if (!error.code.startsWith('INPUT_')) return error;
  const { code, message, hint, cause } = error;
  return new OperatorError(code, message, { place, cause, ...(hint === undefined ? {} : { hint }) });
}

/** Every target there is, in the order of the inventory; application servers before proxies. */
function candidatesOf(inventory: Inventory, facts: Facts): readonly Candidate[] {
  const ofCells = inventory.cells.flatMap((cell) => {
    const known = facts.cells.find((candidate) => candidate.cell === cell.name);
    return known === undefined ? [] : candidatesOfCell(cell, known);
  });
  const ofDatabases = inventory.databases.map(({ name, host }): Candidate => ({
    target: { kind: 'database', database: name, host },
  }));
  const ofTools = (inventory.toolProfiles ?? []).map(
    ({ name: toolProfile, host, profile: path, calls }): Candidate => ({
      target: { kind: 'tool-profile', toolProfile, host, path, calls },
    }),
  );
  return [...ofCells, ...ofTools, ...ofDatabases, ...candidatesOutsideCells(inventory)];
}

/** Servers before standalone multiplexers. */
function candidatesOutsideCells({ communities, federations = [], clients }: Inventory): readonly Candidate[] {
  const ofCommunities = communities.flatMap(({ name: community, servers, neighbours }): readonly Candidate[] => [
    { target: { kind: 'community', community } },
    ...serversFirst(servers).map(({ name: server, host, kind }) => ({
      target: { kind: 'community-server' as const, community, server, host },
      kind,
    })),
    ...neighbours.map(({ name: neighbour, kind }) => ({
      target: { kind: 'neighbour' as const, community, neighbour },
      kind,
    })),
  ]);
  const ofFederations = federations.flatMap(({ name: community, servers, gateways }): readonly Candidate[] => [
    ...servers.map(({ name: server, host }) => ({
      target: { kind: 'sun-im-server' as const, community, server, host },
    })),
    ...gateways.map(({ name: gateway, host }) => ({
      target: { kind: 'sun-im-gateway' as const, community, gateway, host },
    })),
  ]);
  const populations = clients.map(({ name: client }): Candidate => ({ target: { kind: 'population', client } }));
  return [...ofCommunities, ...ofFederations, ...populations];
}

function candidatesOfCell(cell: CellEntry, facts: CellFacts): readonly Candidate[] {
  const { name, deploymentManager, nodes } = cell;
  const profile = (owner: string, host: string, path: string): Target => ({
    kind: 'profile',
    cell: name,
    owner,
    host,
    path,
  });
  const servers = nodes.flatMap((node) => {
    const entries = facts.nodes.find(({ owner }) => owner === node.name)?.servers ?? [];
    return entries
      .filter(({ type }) => type === 'APPLICATION_SERVER' || type === 'PROXY_SERVER')
      .map(({ name: server, type }): Candidate & { readonly type: string } => ({
        target: { kind: 'server', cell: name, node: node.name, server },
        role: node.role,
        type,
      }));
  });
  return [
    { target: { kind: 'cell', cell: name } },
    ...nodes.map((node): Candidate => ({ target: { kind: 'node', cell: name, node: node.name }, role: node.role })),
    { target: profile('dmgr', deploymentManager.host, deploymentManager.profile) },
    ...nodes.map((node): Candidate => ({ target: profile(node.name, node.host, node.profile), role: node.role })),
    ...servers.filter(({ type }) => type !== 'PROXY_SERVER'),
    ...servers.filter(({ type }) => type === 'PROXY_SERVER'),
  ];
}

const isOfFederation = (
  target: Target,
): target is Extract<Target, { readonly kind: 'sun-im-server' | 'sun-im-gateway' }> =>
  target.kind === 'sun-im-server' || target.kind === 'sun-im-gateway';

const NAME_OF = {
  cells: ({ target }: Candidate) => ('cell' in target ? target.cell : undefined),
  nodes: ({ target }: Candidate) => ('node' in target ? target.node : 'owner' in target ? target.owner : undefined),
  servers: ({ target }: Candidate) => (target.kind === 'server' ? target.server : undefined),
  databases: ({ target }: Candidate) => ('database' in target ? target.database : undefined),
  toolProfiles: ({ target }: Candidate) => ('toolProfile' in target ? target.toolProfile : undefined),
  roles: ({ role }: Candidate) => role,
  types: ({ type }: Candidate) => type,
  communities: ({ target }: Candidate) =>
    'community' in target && !isOfFederation(target) ? target.community : undefined,
  federations: ({ target }: Candidate) => (isOfFederation(target) ? target.community : undefined),
  members: ({ target }: Candidate) => (isServerOutsideCells(target) ? target.server : undefined),
  memberKinds: ({ target, kind }: Candidate) => (target.kind === 'community-server' ? kind : undefined),
  neighbours: ({ target }: Candidate) => ('neighbour' in target ? target.neighbour : undefined),
  neighbourKinds: ({ target, kind }: Candidate) => (target.kind === 'neighbour' ? kind : undefined),
  gateways: ({ target }: Candidate) => (target.kind === 'sun-im-gateway' ? target.gateway : undefined),
  clients: ({ target }: Candidate) => ('client' in target ? target.client : undefined),
} as const;

type Filter = keyof typeof NAME_OF;
const FILTERS: readonly Filter[] = [
  'cells',
  'nodes',
  'servers',
  'databases',
  'toolProfiles',
  'roles',
  'types',
  'communities',
  'federations',
  'members',
  'memberKinds',
  'neighbours',
  'neighbourKinds',
  'gateways',
  'clients',
];
const WORD: Readonly<Record<Filter, string>> = {
  cells: 'cell',
  nodes: 'node',
  servers: 'server',
  databases: 'database',
  toolProfiles: 'tool profile',
  roles: 'role',
  types: 'server type',
  communities: 'community',
  federations: 'federation',
  members: 'server',
  memberKinds: 'kind of community server',
  neighbours: 'neighbour',
  neighbourKinds: 'kind of neighbour',
  gateways: 'gateway',
  clients: 'client',
};

function isSelected(candidate: Candidate, selector: Selector): boolean {
  if (candidate.target.kind !== selector.target) return false;
  const isExcepted = selector.exceptRoles?.some(({ name }) => name === candidate.role) ?? false;
  return !isExcepted && FILTERS.every((filter) => isNamed(selector[filter], NAME_OF[filter](candidate)));
}

const isNamed = (wanted: readonly Named[] | undefined, name: string | undefined): boolean =>
  wanted === undefined || wanted.some((item) => item.name === name);

function checkNames(selector: Selector, candidates: readonly Candidate[]): void {
  const lists: readonly (readonly [Filter, readonly Named[] | undefined])[] = [
    ...FILTERS.filter((filter) => filter !== 'neighbourKinds' && filter !== 'memberKinds').map(
      (filter) => [filter, selector[filter]] as const,
    ),
    ['roles', selector.exceptRoles],
  ];
  for (const [filter, names] of lists) {
    const known = [...new Set(candidates.flatMap((candidate) => NAME_OF[filter](candidate) ?? []))];
    for (const { name, place } of names ?? []) {
      if (known.includes(name)) continue;
      const hint = didYouMean(name, known);
      throw new OperatorError('INPUT_UNKNOWN_NAME', `unknown ${WORD[filter]} ${name}`, { place, hint });
    }
  }
}
