// What a plan is made from, without hosts: the cell of test/helpers/topology-cell.ts, a playbook as text, the real
// operations. And the facts that the cell would show after some steps.
import { readFileSync } from 'node:fs';
import { digestOf, type Json } from '../../src/core/json.ts';
import type { Facts, ListenerFacts, OwnerFacts } from '../../src/facts/types.ts';
import type { Inventory } from '../../src/inventory/types.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { prepare, type PlanInput } from '../../src/plan/input.ts';
import { resolveTasks } from '../../src/plan/resolve.ts';
import { targetName } from '../../src/plan/step-name.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { readCallee } from '../../src/topology/callee.ts';
import { cellOf, diskOf, profileOf, type TopologyState } from '../../src/topology/state.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';
import { statesOf } from './facts-states.ts';

type Cell = { readonly inventory: Inventory; readonly facts: Facts };

const shippedText = readFileSync(new URL('../../playbooks/sametime-tls12.yaml', import.meta.url), 'utf8');

/** The shipped playbook; `stop-all` with the declaration that it needs. */
export const shippedPlaybook = (strategy: 'rolling' | 'stop-all' = 'rolling'): string =>
  strategy === 'rolling'
    ? shippedText
    : shippedText.replace('\nphases:\n', '\nstrategy: stop-all\noutage: declared\nphases:\n');

/** @param tasks of a single phase, as lines of YAML flow maps */
export const playbookOf = (...phases: readonly (readonly string[])[]): string =>
  [
    'apiVersion: strictstep/v1\nplaybook: sample\ntitle: A sample\nphases:',
    ...phases.flatMap((tasks, index) => [
      `  - phase: phase${index + 1}\n    title: Phase ${index + 1}\n    tasks:`,
      ...tasks.map((task) => `      - { task: ${task} }`),
    ]),
  ].join('\n');

export function planInput(
  { inventory, facts }: Cell,
  text: string,
  rows: ReadonlyMap<string, string> = new Map(),
): PlanInput {
  const playbook = parsePlaybook(text, 'playbook.yaml', digestOf(text));
  const tasks = resolveTasks(playbook, inventory, facts, operationNamed);
  return { playbook, inventory, facts, tasks, states: statesOf(tasks, facts, rows), operations: operationNamed };
}

/** "quality-of-protection stpNode" for each step. */
export const outline = ({ steps }: Pick<Plan, 'steps'>): readonly string[] =>
  steps.map(({ operation, target }) => `${operation} ${targetOf(target)}`);

const targetOf = (target: Step['target']): string => {
  if (target.kind === 'server') return target.server;
  if (target.kind === 'node') return target.node;
  if (target.kind === 'profile') return target.owner;
  return target.kind === 'cell' ? target.cell : targetName(target);
};

export const topologyAfter = (input: PlanInput, steps: readonly Step[]): TopologyState =>
  steps
    .flatMap(({ operation, params, before }) => operationNamed(operation).effect(params, before))
    .reduce((state, change) => applyChange(state, change), prepare(input).start);

/** The same wish in the world as it is after some steps of a plan. */
export function inputAfter(input: PlanInput, steps: readonly Step[], text: string): PlanInput {
  const topology = topologyAfter(input, steps);
  return planInput({ inventory: input.inventory, facts: factsOf(topology, input.facts) }, text, topology.rows);
}

function factsOf(topology: TopologyState, facts: Facts): Facts {
  return {
    certificates: facts.certificates,
    cells: facts.cells.map((cell) => ({
      ...cell,
      deploymentManager: ownerAfter(topology, cell.cell, cell.deploymentManager),
      nodes: cell.nodes.map((node) => ownerAfter(topology, cell.cell, node)),
      stores: cell.stores.map((store) => {
        const { stores } = cellOf(topology, cell.cell).master;
        const { personal = new Map<string, readonly string[]>(), signers = new Set<string>() } =
          stores.get(`${store.name} ${store.scope}`) ?? {};
        return { ...store, personal: [...personal].map(([alias, chain]) => ({ alias, chain })), signers: [...signers] };
      }),
    })),
    listeners: facts.listeners.map((listener) => listenerAfter(topology, facts, listener)),
  };
}

function ownerAfter(topology: TopologyState, name: string, owner: OwnerFacts): OwnerFacts {
  const cell = cellOf(topology, name);
  const { security, stores } = diskOf(cell, owner.owner);
  const { protocol, signers } = profileOf(cell, owner.owner);
  // Stores of the cell lie on every disk; a change of one makes a copy old as a change of security.xml does.
  const shared = [...stores]
    .filter(([key]) => !key.includes('(node)'))
    .map(([key, store]) => [key, ...store.signers, ...store.personal.keys()]);
  const securitySha256 = digestOf(JSON.parse(JSON.stringify([security, shared])) as Json);
  return { ...owner, security, securitySha256, clientProtocol: protocol, clientSigners: [...signers] };
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies readonly ProtocolVersion[];

function listenerAfter(topology: TopologyState, facts: Facts, listener: ListenerFacts): ListenerFacts {
  const callee = readCallee(topology, listener);
  if (callee.kind !== 'listening') throw new Error(`${listener.server} ${listener.endpoint} does not listen`);
  const known = new Map(
    [...facts.listeners, ...facts.certificates].flatMap(({ chain }) => chain.map((item) => [item.sha1, item] as const)),
  );
  const { protocols, chain } = callee;
  return {
    ...listener,
    protocols: Object.fromEntries(
      VERSIONS.map((version) => [version, protocols.includes(version) ? 'accepted' : 'refused'] as const),
    ),
    chain: chain.map((sha1) => {
      const { sha256 = '', subject = '' } = known.get(sha1) ?? {};
      return { sha1, sha256, subject };
    }),
  };
}
