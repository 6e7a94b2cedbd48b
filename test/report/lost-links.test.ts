import { expect, test } from 'vitest';
import type { Plan } from '../../src/plan/types.ts';
import { renderPacketMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { planned, planWith, samplePlan } from './sample-plan.ts';

/** The recording link is the one that is optional. */
function giveUp(after: 'last' | 'before'): Plan {
  const [start] = samplePlan.states;
  const link = start?.links.find(({ required }) => !required);
  if (link === undefined) throw new Error('the sample has no optional link');
  const broken = { ...link, outcome: 'broken' as const, protocol: null, reason: 'nothing in common' };
  const states = samplePlan.states.map((state, index) => {
    if (index === 2) return { ...state, links: [broken] };
    return index === 3 && after === 'before'
      ? { ...state, links: [link] }
      : { ...state, links: index === 0 ? state.links : [] };
  });
  return planWith({ states });
}

const SAID = 'recording of meetings -> c1/n1/as1 WC_defaulthost_secure is declared optional and is broken in the end';

test('an optional link that is broken in the end is told, although the proof holds', () => {
  const plan = giveUp('last');
  expect(plan.proof.safe).toBe(true);
  expect(renderPlanText(plan)).toContain(SAID);
  expect(renderPacketMarkdown({ ...planned, plan })).toContain('is declared optional and is broken in the end');
});

test('one that works again in the end is not', () => {
  expect(renderPlanText(giveUp('before'))).not.toContain('declared optional');
  expect(renderPlanText(samplePlan)).not.toContain('declared optional');
});
