// How far a plan can foresee the result of a step. Operations say it, the planner adds what its facts say, and every form
// of the packet repeats it; a report never counts an unknowable result as confirmed.

/** computed: everything that decides was read, and is read again afterwards.
 * assumed: something decides that is only declared, or that a rule says which was not verified on the real product.
 * unknowable: no look from outside shows the result, before or after. */
export const CERTAINTIES = ['computed', 'assumed', 'unknowable'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** `because`: one clause for people, lower case, no full stop */
export type Prediction = { readonly certainty: Certainty; readonly because: string };
