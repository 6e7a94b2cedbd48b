// The parts of the deployment from their current to their target mode: what their callers get, and what their ports accept
// when the last check has passed.
import type { Plan } from '../../plan/types.ts';
import type { LinkOutcome } from '../../topology/types.ts';
import { calleeOf, checkedAs, componentsOf, KIND_NAMES, stoppedBy, type Component } from '../components.ts';
import { outcomeText, versionList } from '../words.ts';
import { finalChecks } from './test-plan.ts';

export type ComponentMode = {
  readonly host: string;
  readonly component: string;
  readonly kind: string;
  readonly current: string;
  readonly target: string;
  readonly restarts: number;
};

/** Only what is called: a caller has no mode of its own here. */
export function componentModes(plan: Plan): readonly ComponentMode[] {
  const [start, end] = [plan.states[0]?.links ?? [], plan.states.at(-1)?.links ?? []];
  const callees = new Set(start.map(calleeOf));
  return componentsOf(plan)
    .filter(({ id }) => callees.has(id))
    .map((component) => ({
      host: component.host,
      component: component.id,
      kind: KIND_NAMES[component.kind],
      current: callersGet(component, start),
      target: [callersGet(component, end), ...accepts(component, plan)].join('; '),
      restarts: plan.steps.filter((step) => stoppedBy(step) === component.id).length,
    }));
}

function callersGet({ id }: Component, links: readonly LinkOutcome[]): string {
  const outcomes = links.filter((link) => calleeOf(link) === id).map(outcomeText);
  return `callers get ${[...new Set(outcomes)].toSorted((a, b) => (a < b ? -1 : 1)).join(', ')}`;
}

/** Nothing is claimed of a component that no step checks. */
function accepts(component: Component, plan: Plan): readonly string[] {
  const lists = finalChecks(plan).flatMap((check) =>
    check.kind === 'listener' && `${component.cell}/${check.name}`.startsWith(`${checkedAs(component)} `)
      ? [versionList(check.accepts)]
      : [],
  );
  const distinct = [...new Set(lists)];
  return distinct.length === 0 ? [] : [`accepts ${distinct.join(' or ')}`];
}
