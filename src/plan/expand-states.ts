// The states of a plan in full: a plan holds every link at the start, and afterwards only what differs (decision 0007).
import type { Plan, PlannedState } from './types.ts';

/** Every state with all links, in the order of their ids. A state in which nothing differs shares the list before it. */
export function expandStates({ states }: Pick<Plan, 'states'>): readonly PlannedState[] {
  const positions = new Map(states[0]?.links.map(({ id }, position) => [id, position]));
  let links = states[0]?.links ?? [];
  return states.map(({ after, links: differing }, index) => {
    if (index > 0 && differing.length > 0) {
      const next = [...links];
      for (const link of differing) {
        const position = positions.get(link.id);
        if (position === undefined)
          throw new RangeError(`state ${after} has a link that the start has not: ${link.id}`);
        next[position] = link;
      }
      links = next;
    }
    return { after, links };
  });
}
