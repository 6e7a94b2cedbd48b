// A link of a community in the trust pre-flight: the proof judges it, here its answer gets the form of a pair.
import { evaluateLink, explain } from '../topology/evaluate.ts';
import { componentOf } from '../topology/component-state.ts';
import type { ComponentLink } from '../topology/link.ts';
import { fingerprintKey, type TopologyState } from '../topology/state.ts';
import type { Pair } from './types.ts';

/** @param position of the link in `topology.links` */
export function judgeComponentPair(link: ComponentLink, position: number, topology: TopologyState): Pair {
  const { id, from, to, required, listener } = link;
  const outcome = evaluateLink(topology, position);
  const leaf = componentOf(topology, listener.component).process.listeners[listener.port]?.chain[0];
  const pair = {
    id,
    from,
    to,
    required,
    certificate: leaf === undefined ? null : fingerprintKey(leaf),
    trustStore: null,
    findings: [],
  };
  if (outcome.outcome === 'tls') return { ...pair, verdict: 'ok' };
  if (outcome.outcome !== 'broken') return { ...pair, verdict: 'not-checked' };
  const text = explain(outcome, 'the last step', topology);
  return { ...pair, verdict: 'fails', findings: [{ code: 'CALLER_CANNOT_CALL', severity: 'fails', text }] };
}
