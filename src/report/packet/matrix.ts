// The proof as a table: links x states. States in which no link changes share a column, with their count.
import type { Plan } from '../../plan/types.ts';
import type { LinkOutcome } from '../../topology/types.ts';
import { outcomeText, toneOf, type Tone } from '../words.ts';

/** States that follow each other and in which every link has the same outcome. */
export type StateGroup = {
  /** positions in plan.states */
  readonly first: number;
  readonly last: number;
  /** "start to s024", "s025" */
  readonly label: string;
  readonly links: readonly LinkOutcome[];
};

type MatrixCell = { readonly text: string; readonly tone: Tone; readonly reason: string; readonly isChanged: boolean };
export type MatrixRow = { readonly link: LinkOutcome; readonly cells: readonly MatrixCell[] };
export type Matrix = { readonly groups: readonly StateGroup[]; readonly rows: readonly MatrixRow[] };

export function matrixOf(plan: Plan): Matrix {
  const groups = stateGroups(plan);
  const byId = groups.map(({ links }) => new Map(links.map((link) => [link.id, link])));
  const ids = new Map(plan.states.flatMap(({ links }) => links.map((link) => [link.id, link] as const)));
  const rows = [...ids].map(([id, link]) => {
    const outcomes = byId.map((links) => links.get(id));
    const cells = outcomes.map((outcome, position) => ({
      text: outcomeText(outcome),
      tone: toneOf(outcome),
      reason: outcome?.reason ?? '',
      isChanged: position > 0 && key(outcome) !== key(outcomes[position - 1]),
    }));
    return { link, cells };
  });
  return { groups, rows };
}

const key = (link: LinkOutcome | undefined): string =>
  link === undefined ? '' : `${link.id}\n${link.outcome}\n${link.protocol ?? ''}\n${link.reason}`;

export function stateGroups({ states }: Plan): readonly StateGroup[] {
  const pictures = states.map(({ links }) => links.map(key).join('\n\n'));
  const starts = pictures.flatMap((picture, position) => (picture === pictures[position - 1] ? [] : [position]));
  return starts.map((first, position) => {
    const last = (starts[position + 1] ?? states.length) - 1;
    const [from, to] = [states[first], states[last]];
    const label = first === last ? (from?.after ?? '') : `${from?.after ?? ''} to ${to?.after ?? ''}`;
    return { first, last, label, links: from?.links ?? [] };
  });
}

/** "4 x TLS 1.0, 37 x TLS 1.2": the strongest last */
export function tally(links: readonly LinkOutcome[]): string {
  const counts = Map.groupBy(links, outcomeText);
  const names = [...counts.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  return names.map((name) => `${counts.get(name)?.length ?? 0} x ${name}`).join(', ');
}
