// The text forms (named .txt, so that no formatter touches them) of the sample plan, byte for byte. To accept a change: npx vitest run test/report --update, and read the diff.
import { expect, test } from 'vitest';
import { renderChangeRequest } from '../../src/report/change-request.ts';
import { renderReportHtml } from '../../src/report/html.ts';
import { renderPacketMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { renderRunText } from '../../src/report/run-text.ts';
import { renderStepsCsv, renderWsadminScript } from '../../src/report/scripts.ts';
import { finished, planned, samplePlan } from './sample-plan.ts';

test.each([
  ['plan.md', renderPacketMarkdown(planned)],
  ['run.md', renderPacketMarkdown(finished)],
  ['plan.json', renderChangeRequest(planned)],
  ['plan.csv', renderStepsCsv(planned)],
  ['plan.py', renderWsadminScript(samplePlan)],
])('%s is the same as it was', async (file, text) => {
  await expect(text).toMatchFileSnapshot(`golden/${file}.txt`);
});

test.each([
  ['Markdown', renderPacketMarkdown],
  ['HTML', renderReportHtml],
  ['JSON', renderChangeRequest],
  ['CSV', renderStepsCsv],
] as const)('the same input gives the same bytes as %s', (_, render) => {
  for (const report of [planned, finished]) expect(render(structuredClone(report))).toBe(render(report));
});

test('every text form names every step', () => {
  const forms = [
    renderPacketMarkdown(planned),
    renderChangeRequest(planned),
    renderStepsCsv(planned),
    renderWsadminScript(samplePlan),
    renderPlanText(samplePlan),
    renderReportHtml(planned),
  ];
  for (const { id } of samplePlan.steps) for (const form of forms) expect(form).toContain(id);
});

test('a run as text says how it ended, without and with evidence', () => {
  expect(renderRunText(finished)).toContain('n1/px1 PROXY_HTTPS_ADDRESS');
  expect(renderRunText({ ...finished, status: 'held', evidence: undefined })).toContain('held, can be continued');
});

test('every form says how far the result of each step can be foreseen, and why', () => {
  const forms = {
    md: renderPacketMarkdown(planned),
    json: renderChangeRequest(planned),
    csv: renderStepsCsv(planned),
    wsadmin: renderWsadminScript(samplePlan),
    html: renderReportHtml(planned),
  };
  for (const [form, text] of Object.entries(forms))
    for (const word of ['all that decides it was read', 'nobody outside can see which', 'a process starts anew'])
      expect(text, form).toContain(word);
  const text = renderPlanText(samplePlan);
  expect(text).toContain('results: 4 computed, 3 assumed, 1 unknowable');
  expect(text).toMatch(/s003 .*\[unknowable\]/);
  expect(text).toMatch(/s004 .*\[assumed\]/);
});

test('after a run an unknowable result is listed as not checked in every form that has results', () => {
  const forms = {
    text: renderRunText(finished),
    md: renderPacketMarkdown(finished),
    json: renderChangeRequest(finished),
    html: renderReportHtml(finished),
  };
  for (const [form, text] of Object.entries(forms)) {
    expect(text, form).toMatch(/not ?checked/i);
    expect(text, form).toContain('nobody outside can see which version recording uses');
  }
  expect(forms.text).toContain('7 steps, 1 ports, 8 links; 0 came out otherwise, 1 could not be checked');
  expect(renderStepsCsv(finished)).toContain('effect not checked');
});
