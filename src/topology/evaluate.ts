// The outcome of every link in a state: TLS, broken and why, or an end that does not run.
import type { TopologyChange } from '../core/topology-change.ts';
import { readCallee } from './callee.ts';
import { readCaller } from './caller.ts';
import { judgeComponentLink } from './component-judge.ts';
import { judgeHandshake } from './judge-handshake.ts';
import { isComponentLink, type Link } from './link.ts';
import type { TopologyState } from './state.ts';
import { known } from './state.ts';
import { touchedLinks } from './touched-links.ts';
import type { LinkOutcome } from './types.ts';

type Judgement = Pick<LinkOutcome, 'outcome' | 'protocol' | 'reason'> & { readonly help: string };

/** Sorted by id. */
export const evaluateLinks = (state: TopologyState): readonly LinkOutcome[] =>
  state.links.map((link) => outcomeOf(state, link));

/** @param position in `state.links` */
export const evaluateLink = (state: TopologyState, position: number): LinkOutcome =>
  outcomeOf(state, known(state.links[position], `link ${position} is not in the topology`));

/** The same as `evaluateLinks(state)`, but looks only at links that the changes between `previous` and `state` touch.
 * @param previous outcomes of the state before the changes; outcomes that stay are the same objects */
export function evaluateChanged(
  state: TopologyState,
  previous: readonly LinkOutcome[],
  ...changes: readonly TopologyChange[]
): readonly LinkOutcome[] {
  const differing = new Map<number, LinkOutcome>();
  for (const position of changes.flatMap((change) => touchedLinks(state, change))) {
    const next = evaluateLink(state, position);
    if (!isEqualOutcome(next, previous[position])) differing.set(position, next);
  }
  return differing.size === 0 ? previous : previous.map((link, position) => differing.get(position) ?? link);
}

/** One sentence: after which step, both sides, why, and what would help. */
export function explain(link: LinkOutcome, after: string, state: TopologyState): string {
  const found = state.links.find(({ id }) => id === link.id);
  const { outcome, reason, help } = judge(state, known(found, `link ${link.id} is not in the topology`));
  const need = link.required ? 'required' : 'optional';
  const remedy = help === '' ? '' : `; it would help to ${help}`;
  return outcome === 'tls' || outcome === 'legacy'
    ? `after ${after} the ${need} link ${link.id} works${outcome === 'legacy' ? ' without TLS' : ''}`
    : `after ${after} the ${need} link ${link.id} is ${outcome}: ${reason}${remedy}`;
}

function outcomeOf(state: TopologyState, link: Link): LinkOutcome {
  const { id, from, to, required, source } = link;
  const { outcome, protocol, reason } = judge(state, link);
  return { id, from, to, required, outcome, protocol, reason, source };
}

function judge(state: TopologyState, link: Link): Judgement {
  if (isComponentLink(link)) return judgeComponentLink(state, link);
  const callee = readCallee(state, link.listener);
  if (callee.kind === 'down') return down(callee.why);
  const caller = readCaller(state, link.caller);
  if (caller.kind === 'down') return down(caller.why);
  if (callee.kind === 'dead') return broken(callee.why, callee.help);
  if (caller.kind === 'cannot-call') return broken(caller.why, caller.help);

  const result = judgeHandshake(link, caller, callee, state);
  return typeof result === 'string'
    ? { outcome: 'tls', protocol: result, reason: '', help: '' }
    : broken(result.reason, result.help);
}

const down = (reason: string): Judgement => ({ outcome: 'down', protocol: null, reason, help: '' });
const broken = (reason: string, help: string): Judgement => ({ outcome: 'broken', protocol: null, reason, help });

export const isEqualOutcome = (a: LinkOutcome, b: LinkOutcome | undefined): boolean =>
  a.outcome === b?.outcome && a.protocol === b.protocol && a.reason === b.reason;
