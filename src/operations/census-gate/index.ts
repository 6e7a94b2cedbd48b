// Operation census-gate: goes on only when a census has shown that nobody comes to the community without TLS any more.
// It changes nothing; the evidence comes from `strictstep census` (docs/census.md).
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import type { CensusEvidence, Operation } from '../../core/operation.ts';
import { parseInput } from '../parse-input.ts';
import { CommunityTarget } from '../targets.ts';

const DAY_MS = 86_400_000;

const Wish = z.strictObject({
  /** a census that ended longer ago does not count */
  maxAgeDays: z.int().min(1).max(90).default(7),
});

type Params = { readonly community: string; readonly maxAgeDays: number };
type State = { readonly isPassed: boolean };

const objectOf = ({ community }: Params): string => `census of ${community}`;

export const censusGate: Operation<Params, State> = {
  name: 'census-gate',
  // What was shown when the gate was passed may be too old at the end of a long run.
  isFollowUp: true,
  targets: ['community'],

  wish: Wish,
  parse(input) {
    const { target, wish } = parseInput(input, CommunityTarget, Wish);
    return { community: target.community, maxAgeDays: wish.maxAgeDays };
  },

  subject: (params) => objectOf(params),
  read: async (context, params) => ({ isPassed: isPassed(await context.census(params.community), params) }),

  diff: ({ isPassed: passed }, params) =>
    passed ? [] : [{ object: objectOf(params), attribute: 'evidence', before: 'none that counts', after: 'PASS' }],

  predict: () => ({ isPassed: true }),
  prediction: () => ({ certainty: 'unknowable', because: 'the census counts callers over days to come' }),
  effect: () => [],
  calls: ({ isPassed: passed }, { community }) =>
    passed ? [] : [{ tool: 'person', text: `strictstep census --inventory FILE --community ${community} --for 8d` }],

  /** @throws OperatorError CENSUS_MISSING, CENSUS_FAILED, INCONCLUSIVE */
  async apply(context, params) {
    const evidence = await context.census(params.community);
    if (!isPassed(evidence, params)) throw refusal(evidence, params);
  },

  undo: async () => undefined,
  followUps: () => [],
};

const isPassed = (evidence: CensusEvidence | undefined, { maxAgeDays }: Params): boolean =>
  evidence?.verdict === 'PASS' && evidence.ageMs <= maxAgeDays * DAY_MS;

function refusal(evidence: CensusEvidence | undefined, params: Params): OperatorError {
  const { community, maxAgeDays } = params;
  const again = `Run strictstep census --inventory FILE --community ${community} --for 8d, then the same apply command again.`;
  if (evidence === undefined) {
    return new OperatorError('CENSUS_MISSING', `community ${community}: no census was made`, { hint: again });
  }
  const { verdict, legacy, reasons, file, ageMs } = evidence;
  if (verdict === 'FAIL') {
    const what = `community ${community}: ${legacy.join('; ')} still came without TLS (${file})`;
    const hint = 'Move these callers to TLS, or waive them with a reason and a date, and make the census again.';
    return new OperatorError('CENSUS_FAILED', what, { hint });
  }
  if (verdict === 'INCONCLUSIVE') {
    const what = `community ${community}: the census gave no clear answer: ${reasons.join('; ')} (${file})`;
    return new OperatorError('INCONCLUSIVE', what, { hint: again });
  }
  const days = Math.floor(ageMs / DAY_MS);
  const what = `community ${community}: the census ended ${days} days ago, more than ${maxAgeDays} (${file})`;
  return new OperatorError('CENSUS_MISSING', what, { hint: again });
}
