// The deployment as a picture with one look per state: which line has which protocol, which box is being worked on.
import type { Plan, Step } from '../../plan/types.ts';
import { checkedAs, componentsOf, stoppedBy, switchOf, touchedBy, type Component } from '../components.ts';
import { inFull } from '../packet/packet.ts';
import { tally } from '../packet/matrix.ts';
import { stepName } from '../../plan/step-name.ts';
import type { Evidence } from '../types.ts';
import { versionList } from '../words.ts';
import { edgesOf, lookOf, type Edge, type EdgeLook } from './edges.ts';
import { gridOf, type Grid } from './grid.ts';
import { routeAll } from './route.ts';
import type { Wire } from './shapes.ts';

export type BoxLook = { readonly tag: '' | 'restarted' | 'stopped' | 'started' | 'written'; readonly accepts: string };

export type Picture = {
  readonly components: readonly Component[];
  readonly grid: Grid;
  readonly edges: readonly (Edge & { readonly wire: Wire; /** per state */ readonly looks: readonly EdgeLook[] })[];
  /** per component, per state */
  readonly boxLooks: readonly (readonly BoxLook[])[];
  /** per state */
  readonly captions: readonly string[];
};

export function pictureOf(stored: Plan, evidence: Evidence | undefined): Picture {
  const plan = inFull(stored);
  const components = componentsOf(plan);
  const edges = edgesOf(
    components,
    plan.states.flatMap(({ links }) => links),
  );
  const partners = (caller: number): readonly number[] =>
    edges.flatMap(({ a, b }) => (a === caller ? [b] : b === caller ? [a] : []));
  const grid = gridOf(components, partners);
  const wires = routeAll(grid, edges);
  const outcomes = plan.states.map(({ links }) => new Map(links.map((link) => [link.id, link])));
  return {
    components,
    grid,
    edges: edges.map((edge, index) => ({
      ...edge,
      wire: wires[index] ?? { path: '', labelX: 0, labelY: 0 },
      looks: outcomes.map((links) => lookOf(edge, links)),
    })),
    boxLooks: components.map((component) => boxLooks(component, plan, evidence)),
    captions: plan.states.map((_, state) => captionOf(plan, state)),
  };
}

function captionOf({ states, steps }: Plan, state: number): string {
  const { after = 'start', links = [] } = states[state] ?? {};
  const step = steps.find(({ id }) => id === after);
  const what = step === undefined ? 'Before the first step' : `After ${after}: ${stepName(step)}, on host ${step.host}`;
  return `State ${state} of ${states.length - 1}. ${what}. ${links.length} links: ${tally(links) || 'none'}.`;
}

/** What the ports of a component accept is known from measurements before, and from the check of a step after it. */
function boxLooks(component: Component, plan: Plan, evidence: Evidence | undefined): readonly BoxLook[] {
  let isDown = false;
  const ports = new Map<string, readonly string[]>(measuredBefore(component, evidence));
  return plan.states.map(({ after }) => {
    const step = plan.steps.find(({ id }) => id === after);
    for (const check of step?.healthChecks ?? [])
      if (check.kind === 'listener' && `${component.cell}/${check.name}`.startsWith(`${checkedAs(component)} `))
        ports.set(check.name, check.accepts);
    const isTouched = step !== undefined && touchedBy(step) === component.id;
    if (isTouched) isDown = switchOf(step) === 'stop';
    return { tag: isTouched ? tagOf(step) : isDown ? 'stopped' : '', accepts: acceptsText([...ports.values()]) };
  });
}

const tagOf = (step: Step): BoxLook['tag'] => (stoppedBy(step) === undefined ? 'written' : TAGS[switchOf(step)]);

const TAGS = { stop: 'stopped', start: 'started', restart: 'restarted' } as const;

function measuredBefore(component: Component, evidence: Evidence | undefined): readonly [string, readonly string[]][] {
  return (evidence?.listenersBefore ?? [])
    .filter(({ cell, owner, server }) => `${cell}/${owner}/${server}` === checkedAs(component))
    .map(({ owner, server, endpoint, protocols }) => [
      `${owner}/${server} ${endpoint}`,
      Object.entries(protocols).flatMap(([version, verdict]) => (verdict === 'accepted' ? [version] : [])),
    ]);
}

function acceptsText(ports: readonly (readonly string[])[]): string {
  const texts = [...new Set(ports.map((versions) => versionList(versions)))];
  if (texts.length === 0) return '';
  return texts.length === 1 ? `accepts ${texts[0] ?? ''}` : 'accepts differ by port';
}
