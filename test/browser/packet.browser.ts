// The packet in a real browser: stepping by keyboard and by address, matrix, timeline, contrast and greyscale as computed
// from the styles in use, no error on the console, no request, complete on paper and without script. Not part of
// `npm test`: needs playwright-core and a Chromium. Run it with
//   node test/browser/packet.browser.ts
// CHROMIUM names another browser than /usr/bin/chromium.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { plannedWindow } from '../../src/plan/window.ts';
import { renderReportHtml } from '../../src/report/html.ts';
import { makePacket } from '../../src/report/packet/packet.ts';
import type { RunReport } from '../../src/report/types.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import { finished, linksOf, planned, planWith, samplePlan } from '../report/sample-plan.ts';

const IN_PAGE = readFileSync(new URL('in-page.js', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'strictstep-packet-'));

/** With every tone that a link can have, and a proof that does not hold. */
const unsafe: RunReport = {
  ...planned,
  plan: planWith({
    states: samplePlan.states.map((state) => (state.after === 's006' ? { ...state, links: troubledLinks() } : state)),
    proof: {
      safe: false,
      counterexamples: troubledLinks()
        .slice(0, 1)
        .map((link) => ({
          after: 's006',
          link,
          explanation: 'after step s006 the browser has nothing in common with px1',
        })),
    },
    window: plannedWindow({ start: '2026-03-01T22:00:00+01:00', end: '2026-03-02T04:00:00+01:00' }, samplePlan.steps),
  }),
};

function troubledLinks(): readonly LinkOutcome[] {
  return linksOf('TLSv1', 'TLSv1.2').map((link, index) =>
    index === 0
      ? { ...link, outcome: 'broken', protocol: null, reason: 'nothing in common' }
      : index === 3
        ? { ...link, outcome: 'down', protocol: null, reason: 'stopped as planned' }
        : link,
  );
}

const pages = [planned, finished, unsafe].map((report, index) => {
  const file = join(folder, `${index}.html`);
  writeFileSync(file, renderReportHtml(report));
  return { report, url: pathToFileURL(file).href };
});

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  for (const { report, url } of pages) {
    const measured = await inBrowser(url, report);
    await withoutScript(url);
    process.stdout.write(`ok ${report.status}, proof ${report.plan.proof.safe ? 'safe' : 'not safe'}: ${measured}\n`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

async function inBrowser(url: string, report: RunReport): Promise<string> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) complaints.push(`request ${request.url()}`);
  });
  await page.goto(url);
  const caption = page.locator('#caption');
  const last = Number(await page.locator('#stepper input').getAttribute('max'));
  const isAt = async (state: number): Promise<void> => {
    assert.match(await caption.innerText(), new RegExp(`^State ${state} of ${last}\\.`));
    assert.equal(await page.locator('#stepper input').inputValue(), String(state));
  };

  await isAt(0);
  assert.equal(await caption.getAttribute('aria-live'), 'polite');
  await page.locator('#stepper .scroll').focus();
  await page.keyboard.press('ArrowRight');
  await isAt(1);
  await page.keyboard.press('End');
  await isAt(last);
  await page.keyboard.press('ArrowRight');
  await isAt(last);
  const labelsAtEnd = await labels(page);
  await page.keyboard.press('Home');
  await isAt(0);
  assert.notDeepEqual(await labels(page), labelsAtEnd, 'the labels of the start are not those of the end');
  await page.locator('#stepper input').focus();
  await page.keyboard.press('ArrowRight');
  await isAt(1);
  await page.locator('[data-go=change]').focus();
  await page.keyboard.press('Enter');
  assert.notEqual(await caption.innerText(), '');
  await page.goto(`${url}#state=${last}`);
  await isAt(last);
  assert.deepEqual(await labels(page), labelsAtEnd, 'an address leads to the same picture as the keys');
  await page.goto(`${url}#state=999999`);
  await isAt(last);

  await checkMatrix(page, report);
  await checkTimeline(page, report);
  const measured = await checkSight(page, report);

  await page.emulateMedia({ media: 'print' });
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  const steps = page.locator('details.step');
  for (const step of await steps.all()) assert.ok(await step.locator('.diff').isVisible(), 'a step is open on paper');
  const figures = await page.locator('.figures figure').all();
  assert.ok(figures.length >= 1);
  for (const figure of figures) assert.ok(await figure.isVisible(), 'every distinct state is on paper');
  assert.equal(await page.locator('#stepper').isVisible(), false);
  await checkPaper(page, report);

  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  assert.ok(overflow <= 0, `the page itself does not scroll sideways at 360 px (${overflow} px over)`);
  assert.deepEqual(complaints, []);
  await page.close();
  return measured;
}

/** Every link has a row, every group of states a column, and every cell says its outcome in words. */
async function checkMatrix(page: Page, { plan }: RunReport): Promise<void> {
  const { matrix } = makePacket({ plan, events: [], status: 'not-started', evidence: undefined });
  const rows = page.locator('#proof table.matrix tbody tr');
  assert.equal(await rows.count(), matrix.rows.length);
  assert.deepEqual(
    (await page.locator('#proof thead th').allInnerTexts()).slice(3).map((text) => text.split('\n')[0]?.trim()),
    matrix.groups.map(({ label }) => label),
  );
  const words = await page.locator('#proof td.cell').allInnerTexts();
  assert.deepEqual(
    words.map((text) => text.split('\n')[0]?.trim()),
    matrix.rows.flatMap(({ cells }) => cells.map(({ text }) => text)),
  );
}

/** One lane for each process that is interrupted, and each interruption with its step. */
async function checkTimeline(page: Page, { plan }: RunReport): Promise<void> {
  const svg = page.locator('#timeline svg.timeline');
  assert.match((await svg.getAttribute('aria-label')) ?? '', /interruptions/);
  const titles = await svg.locator('.bar title').allTextContents();
  for (const { id, userImpactSeconds } of plan.steps)
    if (userImpactSeconds > 0)
      assert.ok(
        titles.some((title) => title.includes(id)),
        `the timeline has ${id}`,
      );
  const lanes = await svg.locator('.lane-name').allTextContents();
  for (const { component } of plan.summary.restarts) assert.ok(lanes.includes(component), `a lane for ${component}`);
}

/** Contrast of every text in every state that looks otherwise; and lines, bars and cells that differ without colour. */
async function checkSight(page: Page, { plan }: RunReport): Promise<string> {
  await page.evaluate(IN_PAGE);
  await page.locator('[data-open=steps]').click();
  let measured = 0;
  for (const state of plan.states.keys()) {
    await page.evaluate(`location.hash = 'state=${state}'`);
    const sight = await page.evaluate<{ measured: number; weak: readonly string[] }>('look.weakTexts()');
    assert.deepEqual(sight.weak, [], `contrast in state ${state}`);
    measured += sight.measured;
  }
  const different = async (expression: string, atLeast: number): Promise<void> => {
    const looks = Object.values(await page.evaluate<Record<string, string>>(expression));
    assert.ok(looks.length >= atLeast, `${expression} has ${looks.length} kinds`);
    assert.equal(new Set(looks).size, looks.length, `${expression} differ without colour: ${looks.join(' / ')}`);
  };
  await different(`look.lines('.legend .edge path')`, 4);
  await different(`look.bars('#timeline .bar rect')`, 3);
  const silent = await page
    .locator('#stepper .edge.label text')
    .evaluateAll((items) => items.filter(({ textContent }) => textContent === '').length);
  assert.equal(silent, 0, 'every line of the picture says its version in words');
  return `${measured} texts with enough contrast in ${plan.states.length} states`;
}

/** What is on paper is what print media show: every step with its backout, every state by its name, every section. */
async function checkPaper(page: Page, { plan }: RunReport): Promise<void> {
  const text = (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ');
  const { matrix, steps } = makePacket({ plan, events: [], status: 'not-started', evidence: undefined });
  for (const { step, name, backout, stopCondition } of steps)
    for (const part of [`${step.id} ${name}`, backout, stopCondition])
      assert.ok(text.includes(part.replaceAll(/\s+/g, ' ')), `on paper: ${part}`);
  for (const { label } of matrix.groups)
    assert.ok(text.split(label).length > 2, `on paper, picture and matrix: ${label}`);
  for (const heading of ['Summary', 'Timeline', 'Test plan', 'Compatibility proof', 'Communication', 'Annex'])
    assert.ok(text.includes(heading));
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const sheets = [...pdf.matchAll(/\/Type\s*\/Page\b/g)].length;
  assert.ok(sheets > matrix.groups.length, `${sheets} sheets hold ${matrix.groups.length} states and the text`);
}

async function withoutScript(url: string): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url);
  assert.equal(await page.locator('#stepper').isVisible(), false);
  assert.ok(await page.locator('.figures figure').first().isVisible(), 'the start is shown');
  assert.ok(await page.locator('.figures figure').last().isVisible(), 'the end is shown');
  await context.close();
}

type Page = Awaited<ReturnType<typeof browser.newPage>>;

function labels(page: Page): Promise<readonly (string | null)[]> {
  return page.locator('#stepper .label text').evaluateAll((items) => items.map(({ textContent }) => textContent));
}
