// The packet in a real browser: stepping by keyboard and by address, no error on the console, no request, complete on paper
// and without script. Not part of `npm test`: needs playwright-core and a Chromium. Run it with
//   node test/browser/packet.browser.ts [page.html]
// Without a page it renders the sample plan and its run. CHROMIUM names another browser than /usr/bin/chromium.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { renderReportHtml } from '../../src/report/html.ts';
import { finished, planned } from '../report/sample-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-packet-'));
const given = process.argv[2];
const files = given === undefined ? [planned, finished].map(writePage) : [resolve(given)];

function writePage(report: typeof planned, index: number): string {
  const file = join(folder, `${index}.html`);
  writeFileSync(file, renderReportHtml(report));
  return file;
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  for (const file of files) {
    await inBrowser(pathToFileURL(file).href);
    await withoutScript(pathToFileURL(file).href);
    process.stdout.write(`ok ${file}\n`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

async function inBrowser(url: string): Promise<void> {
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

  await page.emulateMedia({ media: 'print' });
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  const steps = page.locator('details.step');
  for (const step of await steps.all()) assert.ok(await step.locator('.diff').isVisible(), 'a step is open on paper');
  const figures = await page.locator('.figures figure').all();
  assert.ok(figures.length >= 1);
  for (const figure of figures) assert.ok(await figure.isVisible(), 'every distinct state is on paper');
  assert.equal(await page.locator('#stepper').isVisible(), false);
  await page.pdf({ format: 'A4' });

  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  assert.ok(overflow <= 0, `the page itself does not scroll sideways at 360 px (${overflow} px over)`);
  assert.deepEqual(complaints, []);
  await page.close();
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
