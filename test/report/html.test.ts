import { expect, test } from 'vitest';
import { renderReportHtml } from '../../src/report/html.ts';
import { renderStepsCsv } from '../../src/report/scripts.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';

test('text from outside cannot become markup', () => {
  const plan = planOf([stepOf(1, '<script>alert(1)</script>', '"><img src=x>', '&')]);
  const page = renderReportHtml({ plan, events: [], status: 'not-started', evidence: undefined });
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('the page needs nothing from elsewhere and the same input gives the same bytes', () => {
  const report = {
    plan: planOf([stepOf(1, 'a', null, '1')]),
    events: [],
    status: 'not-started',
    evidence: undefined,
  } as const;
  const page = renderReportHtml(report);
  expect(page).not.toMatch(/(?:src|href)=|@import|url\(/);
  expect(renderReportHtml(report)).toBe(page);
});

test('a cell of the table cannot become a formula', () => {
  const step = { ...stepOf(1, 'a', null, '1'), title: '=HYPERLINK("http://x","y")' };
  expect(renderStepsCsv(planOf([step]))).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
});
