// Names and texts come from inventories, playbooks and hosts: nothing of them may become markup, a formula or a command.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStringPromise } from 'xml2js';
import { renderChangeRequest } from '../../src/report/change-request.ts';
import { renderReportHtml } from '../../src/report/html.ts';
import { renderPacketMarkdown } from '../../src/report/plan-markdown.ts';
import { renderStepsCsv, renderWsadminScript } from '../../src/report/scripts.ts';
import type { Plan } from '../../src/plan/types.ts';
import { finished, planned, planWith, samplePlan } from './sample-plan.ts';

/** The text in every place of a plan that somebody else writes. */
function planSaying(text: string): Plan {
  return planWith({
    confirm: text,
    playbook: { name: text, file: text, sha256: text },
    inventory: { file: text, sha256: text },
    fingerprints: [{ object: text, sha256: text }],
    proof: { safe: true, counterexamples: [] },
    summary: { ...samplePlan.summary, restarts: [{ component: text, server: text, times: 1, outageSeconds: 1 }] },
    states: samplePlan.states.map(({ after, links }) => ({
      after,
      links: links.map((link) => ({ ...link, from: `c1/${text}/${text}`, to: `c1/${text} PORT`, reason: text })),
    })),
    steps: samplePlan.steps.map((step) => ({
      ...step,
      title: text,
      host: text,
      phase: text,
      undo: text,
      changes: [{ object: text, attribute: text, before: text, after: text }],
    })),
  });
}

const NASTY = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&`;

const elementsOf = (page: string): readonly string[] =>
  [...page.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase());

test('text from outside adds no element to the page and leaves exactly one script', () => {
  const calm = renderReportHtml({ ...planned, plan: planSaying('calm') });
  const page = renderReportHtml({ ...planned, plan: planSaying(NASTY) });
  expect(new Set(elementsOf(page))).toEqual(new Set(elementsOf(calm)));
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<\/script/g)).toHaveLength(1);
  expect(page).not.toContain('<img');
});

test('the page asks the network for nothing, and its policy forbids it', () => {
  for (const page of [renderReportHtml(planned), renderReportHtml(finished)]) {
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toMatch(/unsafe-inline|unsafe-eval/);
    expect(page).not.toMatch(/\ssrc=|@import|url\(|href="(?!#)|xlink|<link|<base|<iframe|<object|\sstyle=/);
    expect(page).not.toMatch(/\son[a-z]+=/i);
  }
});

test('every picture on the page is well-formed XML, whatever the names are', async () => {
  const unit = fc.constantFrom('<', '>', '&', '"', "'", '/', ' ', 'a', 'é', '\u{1F512}');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit, maxLength: 12 }), async (text) => {
      const page = renderReportHtml({ ...planned, plan: planSaying(text) });
      const pictures = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
      expect(pictures.length).toBeGreaterThan(2);
      for (const picture of pictures) await parseStringPromise(picture, { strict: true });
    }),
    { numRuns: 15 },
  );
});

/** RFC 4180, enough for what we write. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('no cell of the table can become a formula, and every step is one row', () => {
  const unit = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ' ', '"', ',', '|', 'a', '\uFF1D');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 10 }), (text) => {
      const rows = parseCsv(renderStepsCsv({ ...planned, plan: planSaying(text) }));
      expect(rows).toHaveLength(samplePlan.steps.length + 1);
      for (const row of rows) {
        expect(row).toHaveLength(rows[0]?.length ?? 0);
        for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@\uFF1D]|^[\t\r\n]/);
      }
    }),
  );
});

test('a title with a line end stays inside its comment of the script', () => {
  const script = renderWsadminScript(planSaying('a\nAdminConfig.save()\r\nb'));
  const lines = script.split('\n').filter((line) => line.includes('AdminConfig.save()'));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.startsWith('# '))).toEqual([]);
});

test('text cannot leave its cell or its fence in Markdown', () => {
  const text = renderPacketMarkdown({ ...planned, plan: planSaying('a|b\n# [x](http://y) <b>') });
  expect(text).toContain('a\\|b # \\[x\\](http://y) &lt;b&gt;');
  expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  const steps = samplePlan.steps.map((step) => ({ ...step, calls: [{ tool: 'sql' as const, text: '```\n# out' }] }));
  expect(renderPacketMarkdown({ ...planned, plan: planWith({ steps }) })).toContain('````\n```\n# out\n````');
});

test('the change request is JSON with the whole plan under plan, whatever the names are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      const plan = planSaying(text);
      const request = JSON.parse(renderChangeRequest({ ...planned, plan }));
      expect(request.plan).toEqual(JSON.parse(JSON.stringify(plan)));
      expect(request.short_description.length).toBeLessThanOrEqual(160);
      expect([request.start_date, request.end_date]).toEqual([null, null]);
    }),
    { numRuns: 25 },
  );
});
