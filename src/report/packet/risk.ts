// The risk of a plan as a sum that a board can check: each factor, what was found, its points. The limits are ours; they
// sort plans against each other and do not replace a company's own rules.
import type { Plan } from '../../plan/types.ts';
import { stoppedBy } from '../components.ts';
import { renderDuration } from '../duration.ts';
import { refusalOf } from '../words.ts';

export type RiskFactor = { readonly factor: string; readonly found: string; readonly points: number };

/** labels of ServiceNow's base system; not verified against an instance */
export type Risk = {
  readonly risk: 'Low' | 'Moderate' | 'High';
  readonly impact: '1 - High' | '2 - Medium' | '3 - Low';
  readonly points: number;
  readonly factors: readonly RiskFactor[];
};

const MODERATE_FROM = 3;
const HIGH_FROM = 8;
const LONG_OUTAGE_SECONDS = 300;
const HIGH_IMPACT_SECONDS = 3600;

export const RISK_RULE = `The points are added: below ${MODERATE_FROM} low, from ${MODERATE_FROM} moderate, from ${HIGH_FROM} high.`;

export function riskOf(plan: Plan): Risk {
  const factors = factorsOf(plan);
  const points = factors.reduce((sum, factor) => sum + factor.points, 0);
  const { outageSeconds } = plan.summary;
  return {
    risk: points >= HIGH_FROM ? 'High' : points >= MODERATE_FROM ? 'Moderate' : 'Low',
    impact: outageSeconds === 0 ? '3 - Low' : outageSeconds >= HIGH_IMPACT_SECONDS ? '1 - High' : '2 - Medium',
    points,
    factors,
  };
}

function factorsOf({ proof, states, steps, summary }: Plan): readonly RiskFactor[] {
  const uncertain = steps.filter(({ prediction }) => prediction !== 'computed').length;
  const { restarts } = summary;
  const longest = Math.max(0, ...steps.map(({ userImpactSeconds }) => userImpactSeconds));
  const administrative = new Set(
    steps.filter(({ userImpactSeconds }) => userImpactSeconds === 0).flatMap((step) => stoppedBy(step) ?? []),
  ).size;
  const refused = new Set(
    steps.flatMap(({ healthChecks }) =>
      healthChecks.flatMap((check) => (refusalOf(check) === undefined ? [] : [check.name])),
    ),
  ).size;
  const guessed = (states[0]?.links ?? []).filter(({ source }) => source === 'assumption').length;
  return [
    {
      factor: 'required links that break in some state',
      found: proof.safe ? 'none, proved for every state' : `${proof.counterexamples.length} counterexamples`,
      points: proof.safe ? 0 : 10,
    },
    {
      factor: 'servers that users are without for a time',
      found: String(restarts.length),
      points: restarts.length === 0 ? 0 : restarts.length <= 3 ? 1 : 2,
    },
    {
      factor: 'longest interruption of one server',
      found: renderDuration(longest),
      points: longest > LONG_OUTAGE_SECONDS ? 2 : 0,
    },
    {
      factor: 'deployment managers and node agents restarted',
      found: String(administrative),
      points: administrative === 0 ? 0 : 1,
    },
    {
      factor: 'ports that refuse old callers afterwards',
      found: String(refused),
      points: refused === 0 ? 0 : 2,
    },
    {
      factor: 'steps whose result is assumed or unknowable, not computed',
      found: `${uncertain} of ${steps.length}`,
      points: uncertain === 0 ? 0 : 1,
    },
    {
      factor: 'links known by assumption only',
      found: String(guessed),
      points: guessed === 0 ? 0 : 1,
    },
  ];
}
