// Folds steps over the connectivity model: the state after a step, and every state inside it, because between save,
// synchronize and restart callers and listeners already disagree. A step is tried first and taken afterwards; either
// costs what the links cost that it touches, however large the deployment is.
import type { TopologyChange } from '../core/topology-change.ts';
import { applyChange } from '../topology/apply-change.ts';
import { evaluateLink, evaluateLinks, explain, isEqualOutcome } from '../topology/evaluate.ts';
import type { TopologyState } from '../topology/state.ts';
import { touchedLinks } from '../topology/touched-links.ts';
import type { LinkOutcome } from '../topology/types.ts';
import type { Counterexample, PlannedState } from './types.ts';

/** Grows in place, with the draft it belongs to. */
export type Proof = {
  topology: TopologyState;
  /** outcomes in the state after the last step, in the order of `topology.links` */
  readonly links: LinkOutcome[];
  readonly states: PlannedState[];
  readonly counterexamples: Counterexample[];
  /** links evaluated so far, for steps that were only tried as well */
  evaluated: number;
};

/** What a step would do to the proof. */
export type Trial = {
  readonly topology: TopologyState;
  /** links whose outcome differs from the state before the step, by position */
  readonly differing: ReadonlyMap<number, LinkOutcome>;
  /** required links that break, each with the state in which it does */
  readonly broken: readonly Break[];
};

type Break = { readonly position: number; readonly link: LinkOutcome; readonly topology: TopologyState };

export function startProof(topology: TopologyState): Proof {
  const links = evaluateLinks(topology);
  return {
    topology,
    links: [...links],
    states: [{ after: 'start', links }],
    counterexamples: links.filter(isBroken).map((link) => counterexample('start', link, topology)),
    evaluated: links.length,
  };
}

export const tryStep = (proof: Proof, changes: readonly TopologyChange[]): Trial =>
  tryChanges(
    proof,
    changes.map((change) => ({ change, fold: applyChange })),
  );

/** What taking the changes back would do: the last one first. A stop and a start that belong to the change belong to the
 * way back, too: a process has what is taken back only after them. */
export const tryRevert = (proof: Proof, changes: readonly TopologyChange[], revert: Fold): Trial =>
  tryChanges(proof, [
    ...changes.toReversed().map((change) => ({ change, fold: revert })),
    ...changes.filter(isSwitch).map((change) => ({ change, fold: applyChange })),
  ]);

const isSwitch = ({ kind }: TopologyChange): boolean => kind === 'component-stopped' || kind === 'component-started';

type Fold = (topology: TopologyState, change: TopologyChange) => TopologyState;

function tryChanges(proof: Proof, changes: readonly { readonly change: TopologyChange; readonly fold: Fold }[]): Trial {
  let { topology } = proof;
  const reached = new Map<number, LinkOutcome>();
  const broken: Break[] = [];
  for (const { change, fold } of changes) {
    topology = fold(topology, change);
    for (const position of touchedLinks(topology, change)) {
      proof.evaluated += 1;
      const before = reached.get(position) ?? proof.links[position];
      const link = evaluateLink(topology, position);
      if (isEqualOutcome(link, before)) continue;
      reached.set(position, link);
      // One that was broken before the step is told already, also when the step restarts an end of it.
      const isNew = !isBroken(before) && !isBroken(proof.links[position]);
      if (isBroken(link) && isNew) broken.push({ position, link, topology });
    }
  }
  const differing = [...reached].filter(([position, link]) => !isEqualOutcome(link, proof.links[position]));
  return { topology, differing: new Map(differing), broken };
}

export function takeStep(proof: Proof, stepId: string, { topology, differing, broken }: Trial): void {
  proof.topology = topology;
  const changed = [...differing].toSorted(([a], [b]) => a - b);
  for (const [position, link] of changed) proof.links[position] = link;
  proof.states.push({ after: stepId, links: changed.map(([, link]) => link) });
  proof.counterexamples.push(...broken.map((found) => counterexample(stepId, found.link, found.topology)));
}

const counterexample = (after: string, link: LinkOutcome, topology: TopologyState): Counterexample => ({
  after,
  link,
  explanation: explain(link, after === 'start' ? 'the start' : `step ${after}`, topology),
});

const isBroken = (link: LinkOutcome | undefined): boolean => link?.required === true && link.outcome === 'broken';
