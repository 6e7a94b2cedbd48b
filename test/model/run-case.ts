// Drives one case: facts are gathered from the lab as for a plan, then every step is made in the lab and in the model, and
// after each of its changes every link of the model is compared with real handshakes.
import { gatherClientCertificates, gatherClientTrust } from '../../src/facts/clients.ts';
import { gatherFacts } from '../../src/facts/gather.ts';
import { gatherHeld } from '../../src/facts/held.ts';
import { gatherOwners } from '../../src/facts/owners.ts';
import { gatherStores } from '../../src/facts/stores.ts';
import type { Facts } from '../../src/facts/types.ts';
import type { WriteContext } from '../../src/core/operation.ts';
import type { TopologyChange } from '../../src/core/topology-change.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateLinks, isEqualOutcome } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { processName, type TopologyState } from '../../src/topology/state.ts';
import { touchedLinks } from '../../src/topology/touched-links.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import { CELL, nodeOf, type ModelCase, type Step } from './case.ts';
import { contextOf } from './context.ts';
import { makeObserver, type Observer } from './observe.ts';
import { planStep, type Planned } from './perform.ts';
import { executeTool, type ToolAct } from './tools.ts';
import type { ModelGround, ModelWorld } from './world.ts';

export type Figures = {
  cases: number;
  changes: number;
  links: number;
  handshakes: number;
  /** by outcome */
  readonly outcomes: Record<Exclude<LinkOutcome['outcome'], 'legacy'>, number>;
  /** links that are broken for a reason that is not a version or a trust store alone */
  readonly reasons: Record<keyof typeof REASONS, number>;
  /** by kind of step: done, and had nothing to do */
  readonly steps: Record<string, [done: number, nothing: number]>;
};

const REASONS = {
  'client certificate': /needs a client certificate/,
  name: /asks for/,
  'java.security': /java\.security disables/,
  'custom property': /tls\.disabledAlgorithms disables/,
  arguments: /leaves out/,
  'FIPS mode': /FIPS mode/,
} as const;

export const makeFigures = (): Figures => ({
  cases: 0,
  changes: 0,
  links: 0,
  handshakes: 0,
  outcomes: { tls: 0, broken: 0, down: 0 },
  reasons: { 'client certificate': 0, name: 0, 'java.security': 0, 'custom property': 0, arguments: 0, 'FIPS mode': 0 },
  steps: {},
});

/** A model of one topology as the planner uses it; a test may break it. */
export type Model = {
  readonly apply: (state: TopologyState, change: TopologyChange) => TopologyState;
};
const MODEL: Model = { apply: applyChange };

/** Gives the first disagreement, in words; undefined when model and lab agree to the end. */
export async function runCase(
  ground: ModelGround,
  one: ModelCase,
  figures: Figures,
  model: Model = MODEL,
): Promise<string | undefined> {
  await using world = await ground.open(one);
  const context = contextOf(world);
  const stopped = new Set(
    world.deployment.processes().flatMap(({ process, state }) => (state === 'running' ? [] : [process])),
  );
  const observer = makeObserver(world, (process) => stopped.has(process));
  let state = makeTopology(world.inventory, await factsOf(world, context, one.isProbed));
  let links = evaluateLinks(state);
  figures.cases += 1;
  const compare = async (after: string): Promise<string | undefined> => {
    links = evaluateLinks(state);
    figures.changes += 1;
    return await differenceAt(after, state, links, observer, figures);
  };
  const found = await compare('the start');
  if (found !== undefined) return found;
  for (const [at, step] of one.steps.entries()) {
    const after = `step ${at + 1} (${step.do})`;
    const planned = await planStep(world, context, step);
    count(figures, step, planned);
    if (planned.kind === 'nothing') continue;
    if (planned.kind === 'configure') {
      const isPossible = canConfigure(state, links, step, planned);
      const failure = await planned.execute().then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (isPossible !== (failure === undefined))
        return `${after}: the model says that it ${isPossible ? 'can' : 'cannot'} be made, the lab: ${failure ?? 'done'}`;
      if (failure !== undefined) continue;
      const untold = planned.changes.map(follow).find((found_) => found_ !== undefined);
      const difference = untold ?? (await compare(after));
      if (difference !== undefined) return difference;
      continue;
    }
    for (const change of planned.changes) {
      const difference = await makeChange(change);
      if (difference !== undefined) return `${after}, ${difference}`;
    }
  }
  figures.handshakes += observer.handshakes();
  return undefined;

  /** The planner looks only at links that a change touches: the others must not differ. */
  function follow(change: TopologyChange): string | undefined {
    const before = evaluateLinks(state);
    state = model.apply(state, change);
    const touched = new Set(touchedLinks(state, change));
    const differing = evaluateLinks(state).find(
      (link, position) => !touched.has(position) && !isEqualOutcome(link, before[position]),
    );
    return differing && `${change.kind} changes the link ${differing.id}, which is not among the touched ones`;
  }

  async function makeChange(change: ToolAct): Promise<string | undefined> {
    const expected = expectation(state, links, change);
    const failure = await executeTool(world, change);
    const what = `${change.kind} ${change.kind === 'synchronized' ? change.node : processName(CELL, change.owner, change.server)}`;
    if ((expected === undefined) !== (failure === undefined))
      return `${what}: the model says ${expected ?? 'that it works'}, the tool: ${failure ?? 'done'}`;
    if (change.kind === 'synchronized') {
      if (failure !== undefined) return undefined;
    } else {
      const name = `${nodeOf(change.owner)}/${change.server}`;
      if (change.kind === 'started') stopped.delete(name);
      else stopped.add(name);
      // Without a link for the stop tool the process is ended by the operating system's means.
      if (change.kind === 'stopped') await world.deployment.process(name).stop();
    }
    return follow(change) ?? (await compare(what));
  }
}

async function factsOf(world: ModelWorld, context: WriteContext, isProbed: boolean): Promise<Facts> {
  const { inventory, certificate } = world;
  if (isProbed) return await gatherFacts(inventory, context, [certificate.facts]);
  const clients = await gatherClientTrust(inventory);
  const clientCertificates = await gatherClientCertificates(inventory);
  const [cell] = inventory.cells;
  if (cell === undefined) throw new Error('the inventory has no cell');
  const owners = await gatherOwners(cell, inventory, context);
  const stores = await gatherStores(cell.name, owners.deploymentManager.security, await context.wsadmin(cell.name));
  const cells = [{ cell: cell.name, ...owners, stores }];
  const held = await gatherHeld(cells, context);
  return { cells, listeners: [], certificates: [certificate.facts], clients, clientCertificates, held };
}

async function differenceAt(
  after: string,
  state: TopologyState,
  links: readonly LinkOutcome[],
  observer: Observer,
  figures: Figures,
): Promise<string | undefined> {
  const observed = new Map((await observer.observe(state.links)).map((seen) => [seen.id, seen]));
  for (const link of links) {
    const seen = observed.get(link.id);
    figures.links += 1;
    // A cell has no listener for cleartext.
    if (link.outcome !== 'legacy') figures.outcomes[link.outcome] += 1;
    for (const name of reasonsIn(link)) figures.reasons[name] += 1;
    if (seen?.outcome === link.outcome && seen.protocol === link.protocol) continue;
    const words = (one: Pick<LinkOutcome, 'outcome' | 'reason'> & { readonly protocol: string | null }): string =>
      `${one.outcome} ${one.protocol ?? ''} ${one.reason}`.trim();
    return `after ${after} the link ${link.id}\n  model: ${words(link)}\n  lab:   ${seen === undefined ? 'not seen' : words(seen)}`;
  }
  return undefined;
}

const reasonsIn = ({ reason }: LinkOutcome) =>
  (Object.keys(REASONS) as (keyof typeof REASONS)[]).filter((name) => REASONS[name].test(reason));

function count(figures: Figures, step: Step, planned: Planned): void {
  const entry = (figures.steps[step.do] ??= [0, 0]);
  entry[planned.kind === 'nothing' ? 1 : 0] += 1;
}

const SOAP = 'SOAP_CONNECTOR_ADDRESS';

function toolLink(links: readonly LinkOutcome[], owner: string, to: string): LinkOutcome | undefined {
  return links.find(({ id }) => id === `${CELL}/${owner} client tools -> ${to} ${SOAP}`);
}

/** Why a tool will not do its work; undefined: it will. */
function expectation(state: TopologyState, links: readonly LinkOutcome[], change: ToolAct): string | undefined {
  const cell = state.cells.get(CELL);
  const isRunning = (owner: string, server: string): boolean => {
    const process = cell?.processes.get(owner)?.get(server);
    return process?.running === 'running' && process.failure === undefined;
  };
  const through = (owner: string, to: string): string | undefined => {
    const link = toolLink(links, owner, to);
    return link?.outcome === 'tls' ? undefined : `${link?.outcome ?? 'no link'} ${link?.reason ?? ''}`;
  };
  if (change.kind === 'synchronized')
    return isRunning(change.node, 'nodeagent')
      ? 'the node agent runs'
      : through(change.node, processName(CELL, 'dmgr', 'dmgr'));
  if (change.kind === 'stopped') return through(change.owner, processName(CELL, change.owner, change.server));
  if (isRunning(change.owner, change.server)) return 'it runs already';
  return applyChange(state, change).cells.get(CELL)?.processes.get(change.owner)?.get(change.server)?.failure?.why;
}

/** Operations that go through a tool need its link; the others only need the repository. */
function canConfigure(
  state: TopologyState,
  links: readonly LinkOutcome[],
  step: Step,
  { changes }: Extract<Planned, { readonly kind: 'configure' }>,
): boolean {
  if (step.do !== 'client-signers') return true;
  const store = state.cells.get(CELL)?.master.stores.get(`CellDefaultTrustStore (cell):${CELL}`);
  const wanted = changes.flatMap((change) => (change.kind === 'signers-added' ? change.fingerprints : []));
  const isThere = wanted.every((fingerprint) => store?.signers.has(fingerprint.replaceAll(':', '')) === true);
  return isThere && toolLink(links, step.owner, processName(CELL, 'dmgr', 'dmgr'))?.outcome === 'tls';
}
