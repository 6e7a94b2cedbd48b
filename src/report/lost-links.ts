// Optional links that are broken when the plan is done: the proof allows them, and people have to know.
import { expandStates } from '../plan/expand-states.ts';
import type { Plan } from '../plan/types.ts';

/** One sentence each; empty: every link that can be down or up is up. */
export const lostLinkTexts = (plan: Plan): readonly string[] =>
  (expandStates(plan).at(-1)?.links ?? [])
    .filter(({ required, outcome }) => !required && outcome === 'broken')
    .map(({ id, reason }) => `${id} is declared optional and is broken in the end: ${reason}`);
