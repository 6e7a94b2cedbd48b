// Wishes for one object that come one after another. An earlier one is a stepping stone to a later one: what has arrived
// already does not go back to it. Wishes may speak of a part of their object only, so attributes are looked at one by one.
import { isEqualJson, type Json } from '../core/json.ts';
import type { Change } from '../core/change.ts';
import { subjectOf } from './draft.ts';
import type { PlanBasis } from './input.ts';
import type { ResolvedTask } from './resolve.ts';

/** Without tasks that would only take away what a later task brings back. */
export function withoutReached(tasks: readonly ResolvedTask[], states: PlanBasis['states']): readonly ResolvedTask[] {
  const kept = keptOf(tasks, (own, subject) => {
    const start = states.get(subject) ?? null;
    return own.reduce(
      (left: readonly ResolvedTask[], task) => (isDetour(task, left, start) ? without(left, task) : left),
      own,
    );
  });
  return tasks.filter((task) => kept.has(task));
}

/** With everything down there is no need for stepping stones: without tasks that make no difference in the end. */
export function lastWishes(tasks: readonly ResolvedTask[], states: PlanBasis['states']): readonly ResolvedTask[] {
  const kept = keptOf(tasks, (own, subject) => {
    const start = states.get(subject) ?? null;
    return own.reduce(
      (left: readonly ResolvedTask[], task) => (isNeedless(task, left, start) ? without(left, task) : left),
      own,
    );
  });
  return tasks.filter((task) => kept.has(task));
}

const keptOf = (
  tasks: readonly ResolvedTask[],
  choose: (own: readonly ResolvedTask[], subject: string) => readonly ResolvedTask[],
): ReadonlySet<ResolvedTask> =>
  new Set(
    [...Map.groupBy(tasks, subjectOf)].flatMap(([subject, own]) => (own.length === 1 ? own : choose(own, subject))),
  );

const without = (tasks: readonly ResolvedTask[], one: ResolvedTask): readonly ResolvedTask[] =>
  tasks.filter((task) => task !== one);

/** In the end nothing is missing without it. */
const isNeedless = (task: ResolvedTask, tasks: readonly ResolvedTask[], start: Json): boolean =>
  tasks.length > 1 && isEqualJson(endOf(without(tasks, task), start), endOf(tasks, start));

const endOf = (tasks: readonly ResolvedTask[], start: Json): Json =>
  tasks.reduce((state: Json, { operation, params }): Json => operation.predict(state, params), start);

/** All that it changes is in the end what it was at the start, and would be without it. */
function isDetour(task: ResolvedTask, tasks: readonly ResolvedTask[], start: Json): boolean {
  const ends = new Map<string, { readonly first: Change['before']; last: Change['after'] }>();
  let state: Json = start;
  let own: readonly Change[] = [];
  for (const one of tasks) {
    const changes = one.operation.diff(state, one.params);
    if (one === task) own = changes;
    for (const { before, after, ...change } of changes) {
      const known = ends.get(keyOf(change));
      if (known === undefined) ends.set(keyOf(change), { first: before, last: after });
      else known.last = after;
    }
    state = one.operation.predict(state, one.params);
  }
  const isBack = own.every((change) => {
    const end = ends.get(keyOf(change));
    return end !== undefined && end.first === end.last;
  });
  return own.length > 0 && isBack && isNeedless(task, tasks, start);
}

const keyOf = ({ object, attribute }: Pick<Change, 'object' | 'attribute'>): string => `${object}\n${attribute}`;
