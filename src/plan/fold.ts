// Folds a step over the connectivity model: the state after it, and every state inside it, because between save,
// synchronize and restart callers and listeners already disagree.
import type { TopologyChange } from '../core/topology-change.ts';
import { applyChange } from '../topology/apply-change.ts';
import { evaluateChanged, evaluateLinks, explain } from '../topology/evaluate.ts';
import type { TopologyState } from '../topology/state.ts';
import type { LinkOutcome } from '../topology/types.ts';
import type { Counterexample, PlannedState } from './types.ts';

export type Proof = {
  readonly topology: TopologyState;
  readonly links: readonly LinkOutcome[];
  readonly states: readonly PlannedState[];
  readonly counterexamples: readonly Counterexample[];
};

export function startProof(topology: TopologyState): Proof {
  const links = evaluateLinks(topology);
  return {
    topology,
    links,
    states: [{ after: 'start', links }],
    counterexamples: brokenIn(topology, links, [], 'start'),
  };
}

export function foldStep(proof: Proof, stepId: string, changes: readonly TopologyChange[]): Proof {
  let { topology, links } = proof;
  const counterexamples = [...proof.counterexamples];
  for (const change of changes) {
    const before = links;
    topology = applyChange(topology, change);
    links = evaluateChanged(topology, links, change);
    counterexamples.push(...brokenIn(topology, links, before, stepId));
  }
  return { topology, links, counterexamples, states: [...proof.states, { after: stepId, links }] };
}

/** Required links that this change broke; one that was broken before is reported once. */
const brokenIn = (
  topology: TopologyState,
  links: readonly LinkOutcome[],
  before: readonly LinkOutcome[],
  after: string,
): readonly Counterexample[] =>
  links
    .filter((link, position) => isBroken(link) && !isBroken(before[position]))
    .map((link) => ({
      after,
      link,
      explanation: explain(link, after === 'start' ? 'the start' : `step ${after}`, topology),
    }));

const isBroken = (link: LinkOutcome | undefined): boolean => link?.required === true && link.outcome === 'broken';
