// The YAML form of a playbook; docs/playbooks.md tells it to people. Operation parameters (`with`) are checked later, by
// the operation itself.
import { z } from 'zod';
import type { JsonObject } from '../core/json.ts';
import type { TargetKind } from '../core/operation.ts';
import { MEMBER_KINDS, NEIGHBOUR_KINDS, ON_FAILURE, STRATEGIES } from './types.ts';
import { apiVersion, leaf, lifetime, mapping, oneLine, oneOf, wordName } from '../core/yaml/leaf.ts';

/** What the target server selects among (IBM WebSphere: serverType in serverindex.xml); agents and managers are not. */
const SERVER_TYPES = ['APPLICATION_SERVER', 'PROXY_SERVER'] as const;

/** Which filters say something for which target. */
export const FILTERS_OF = {
  cell: ['cells'],
  node: ['cells', 'nodes', 'roles', 'exceptRoles'],
  server: ['cells', 'nodes', 'roles', 'exceptRoles', 'servers', 'types'],
  profile: ['cells', 'nodes', 'roles', 'exceptRoles'],
  'tool-profile': ['toolProfiles'],
  database: ['databases'],
  'community-server': ['communities', 'members', 'memberKinds'],
  neighbour: ['communities', 'neighbours', 'neighbourKinds'],
  population: ['clients'],
  community: ['communities'],
  'sun-im-server': ['federations', 'members'],
  'sun-im-gateway': ['federations', 'gateways'],
} as const satisfies Record<TargetKind, readonly string[]>;

/** one value, or a list of at least one */
const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z
    .preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item).min(1))
    .meta({ anyOf: [item.meta(), { type: 'array', items: item.meta(), minItems: 1 }] })
    .optional();

const parameters = leaf(
  'a map of parameters',
  (value) => (isParameters(value) ? value : undefined),
  'Write for instance with: { certificate: messaging }.',
  { type: 'object' },
);
// The tree that the value comes from holds nothing but JSON.
const isParameters = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const Selector = mapping({
  target: oneOf([
    'cell',
    'node',
    'server',
    'profile',
    'tool-profile',
    'database',
    'community-server',
    'neighbour',
    'population',
    'community',
    'sun-im-server',
    'sun-im-gateway',
  ]),
  roles: oneOrMore(oneLine),
  exceptRoles: oneOrMore(oneLine),
  nodes: oneOrMore(oneLine),
  servers: oneOrMore(oneLine),
  types: oneOrMore(oneOf(SERVER_TYPES)),
  cells: oneOrMore(oneLine),
  databases: oneOrMore(oneLine),
  toolProfiles: oneOrMore(oneLine),
  communities: oneOrMore(oneLine),
  federations: oneOrMore(oneLine),
  members: oneOrMore(oneLine),
  memberKinds: oneOrMore(oneOf(MEMBER_KINDS)),
  neighbours: oneOrMore(oneLine),
  neighbourKinds: oneOrMore(oneOf(NEIGHBOUR_KINDS)),
  gateways: oneOrMore(oneLine),
  clients: oneOrMore(oneLine),
});

const Task = mapping({ task: oneLine, operation: wordName, on: Selector, with: parameters.default({}) });
const Phase = mapping({
  phase: wordName,
  title: oneLine,
  /** revert: the step that fails is taken back by itself */
  onFailure: oneOf(ON_FAILURE).default('hold'),
  /** how long what the phase brings may stay: for modes that are meant to be passed through */
  expires: lifetime.optional(),
  tasks: z.array(Task).min(1),
});

export const PlaybookFile = mapping({
  apiVersion,
  playbook: wordName,
  title: oneLine,
  strategy: oneOf(STRATEGIES).default('rolling'),
  /** stop-all takes everything down: the people who use it must have been told */
  outage: oneOf(['declared']).optional(),
  phases: z.array(Phase).min(1),
});
export type PlaybookFile = z.infer<typeof PlaybookFile>;
