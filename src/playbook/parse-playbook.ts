// Playbook text -> typed playbook. Names of nodes, roles and the like keep their places: whether they exist is known only
// with the inventory and the facts.
import { checkYaml, throwFindings } from '../core/yaml/check-yaml.ts';
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import type { Finding } from '../core/yaml/problem.ts';
import { readYaml } from '../core/yaml/read-yaml.ts';
import type { YamlNode, YamlPath } from '../core/yaml/yaml-tree.ts';
import { keyPlaceAt, placeAt, quoted, renderPath } from '../core/yaml/yaml-tree.ts';
import { FILTERS_OF, PlaybookFile } from './schema.ts';
import type { Named, Playbook, Selector } from './types.ts';

type Known = { readonly operations?: readonly string[] };
type FileTask = PlaybookFile['phases'][number]['tasks'][number];

const FILTERS = [
  'roles',
  'exceptRoles',
  'nodes',
  'servers',
  'types',
  'cells',
  'databases',
  'toolProfiles',
  'communities',
  'federations',
  'members',
  'memberKinds',
  'neighbours',
  'neighbourKinds',
  'gateways',
  'clients',
] as const;

/** @param known names of the operations; without them any name is taken
 * @throws OperatorError INPUT_SYNTAX, INPUT_UNKNOWN_KEY, INPUT_VALUE, INPUT_UNKNOWN_NAME, with place */
export function parsePlaybook(text: string, file: string, sha256: string, known: Known = {}): Playbook {
  const tree = readYaml(text, file);
  const content = checkYaml(tree, PlaybookFile);
  throwFindings(tree, findingsOf(content, known));
  const phases = content.phases.map(({ phase, title, onFailure, expires, tasks }, phaseIndex) => ({
    name: phase,
    title,
    onFailure,
    ...(expires === undefined ? {} : { expiresMs: expires }),
    tasks: tasks.map((task, taskIndex) => {
      const path = ['phases', phaseIndex, 'tasks', taskIndex];
      const on = selectorOf(task.on, tree, [...path, 'on']);
      return { title: task.task, operation: task.operation, on, with: task.with, place: keyPlaceAt(tree, path) };
    }),
  }));
  return { file, sha256, name: content.playbook, title: content.title, strategy: content.strategy, phases };
}

function selectorOf(on: FileTask['on'], tree: YamlNode, path: YamlPath): Selector {
  const named = (filter: (typeof FILTERS)[number]): readonly Named[] | undefined =>
    on[filter]?.map((name, index) => ({ name, place: placeAt(tree, [...path, filter, index]) }));
  return {
    target: on.target,
    roles: named('roles'),
    exceptRoles: named('exceptRoles'),
    nodes: named('nodes'),
    servers: named('servers'),
    types: named('types'),
    cells: named('cells'),
    databases: named('databases'),
    toolProfiles: named('toolProfiles'),
    communities: named('communities'),
    federations: named('federations'),
    members: named('members'),
    memberKinds: named('memberKinds'),
    neighbours: named('neighbours'),
    neighbourKinds: named('neighbourKinds'),
    gateways: named('gateways'),
    clients: named('clients'),
  };
}

function findingsOf({ phases, strategy, outage }: PlaybookFile, { operations }: Known): readonly Finding[] {
  const undeclared = strategy === 'stop-all' && outage === undefined ? [UNDECLARED_OUTAGE] : [];
  return [...undeclared, ...phaseFindings(phases, operations)];
}

const UNDECLARED_OUTAGE: Finding = {
  code: 'INPUT_VALUE',
  message: 'the strategy stop-all takes every server down and the outage is not declared',
  hint: 'Add outage: declared when the people who use the deployment know of it, or use strategy: rolling.',
  path: ['strategy'],
  at: 'value',
};

function phaseFindings(phases: PlaybookFile['phases'], operations: Known['operations']): readonly Finding[] {
  const names = phases.map(({ phase }) => phase);
  return phases.flatMap(({ phase, tasks }, index) => {
    const isRepeated = names.indexOf(phase) < index;
    return [
      ...(isRepeated ? [repeatedPhase(phase, ['phases', index, 'phase'])] : []),
      ...tasks.flatMap((task, taskIndex) => taskFindings(task, ['phases', index, 'tasks', taskIndex], operations)),
    ];
  });
}

const repeatedPhase = (phase: string, path: YamlPath): Finding => ({
  code: 'INPUT_VALUE',
  message: `the phase ${phase} is there twice`,
  hint: 'Give every phase a name of its own: plans and runs refer to it.',
  path,
  at: 'value',
});

function taskFindings(task: FileTask, path: YamlPath, operations: Known['operations']): readonly Finding[] {
  const { operation, on } = task;
  const allowed: readonly string[] = FILTERS_OF[on.target];
  const useless = FILTERS.filter((filter) => on[filter] !== undefined && !allowed.includes(filter)).map(
    (filter): Finding => ({
      code: 'INPUT_VALUE',
      message: `${renderPath([...path, 'on', filter])} selects nothing for the target ${on.target}`,
      hint: `Filters for the target ${on.target}: ${allowed.join(', ')}.`,
      path: [...path, 'on', filter],
      at: 'key',
    }),
  );
  if (operations === undefined || operations.includes(operation)) return useless;
  const message = `the operation ${quoted(operation)} does not exist`;
  const hint = didYouMean(operation, operations);
  return [...useless, { code: 'INPUT_UNKNOWN_NAME', message, hint, path: [...path, 'operation'], at: 'value' }];
}
