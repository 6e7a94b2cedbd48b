// Plan, proof and every form of the packet are made from values alone: no file, network, clock, time zone or random source
// is looked at. What the forms read once (style and script of the page) they have read when they were loaded.
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import crypto from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makePlan } from '../../src/plan/make.ts';
import { renderChangeRequest } from '../../src/report/change-request.ts';
import { renderReportHtml } from '../../src/report/html.ts';
import { renderPacketMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { renderRunText } from '../../src/report/run-text.ts';
import { renderStepsCsv, renderWsadminScript } from '../../src/report/scripts.ts';
import type { RunReport } from '../../src/report/types.ts';
import { planInput, shippedPlaybook } from '../helpers/plan-input.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';
import { finished } from './sample-plan.ts';

const FORMS: Readonly<Record<string, (report: RunReport) => string>> = {
  text: ({ plan }) => renderPlanText(plan),
  'text of a run': renderRunText,
  html: renderReportHtml,
  md: renderPacketMarkdown,
  json: renderChangeRequest,
  csv: renderStepsCsv,
  wsadmin: ({ plan }) => renderWsadminScript(plan),
};

const cell = sametimeCell();
const changeWindow = { start: '2026-03-01T22:00:00+01:00', end: '2026-03-02T04:00:00+01:00' };
const input = planInput(
  {
    ...cell,
    inventory: { ...cell.inventory, changeWindow, approval: { required: 2, allowedSigners: '/a', expiresMs: 1000 } },
  },
  shippedPlaybook(),
);

// Not arrow functions: some of what they replace is called with new.
const poison = (name: string) =>
  function used(): never {
    throw new Error(`${name} was used`);
  };

/** Turning milliseconds into UTC text and back is arithmetic; asking for now or for the local zone is not. */
class PoisonedDate extends Date {
  constructor(...parts: readonly [] | readonly [string | number]) {
    if (parts.length === 0) throw new Error('the clock was used');
    super(parts[0] ?? 0);
  }
  static override now(): number {
    throw new Error('the clock was used');
  }
}
const LOCAL = ['getHours', 'getDate', 'getDay', 'getMonth', 'getFullYear', 'getTimezoneOffset', 'toString'] as const;
for (const name of [...LOCAL, 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'] as const)
  PoisonedDate.prototype[name] = poison(`the time zone (${name})`);

const MODULES: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'fs',
    fs,
    [
      'readFileSync',
      'openSync',
      'statSync',
      'existsSync',
      'writeFileSync',
      'readdirSync',
      'readFile',
      'open',
      'createReadStream',
    ],
  ],
  ['fs.promises', fs.promises, ['readFile', 'open', 'stat', 'writeFile', 'readdir']],
  ['net', net, ['connect', 'createConnection', 'createServer']],
  ['http', http, ['request', 'get']],
  ['os', os, ['hostname', 'userInfo', 'tmpdir']],
  ['crypto', crypto, ['randomBytes', 'randomUUID', 'randomInt']],
];

beforeEach(() => {
  vi.stubGlobal('Date', PoisonedDate);
  vi.stubGlobal('performance', { now: poison('performance.now') });
  vi.stubGlobal('fetch', poison('fetch'));
  vi.stubGlobal('crypto', { getRandomValues: poison('crypto'), randomUUID: poison('crypto') });
  vi.spyOn(Math, 'random').mockImplementation(poison('Math.random'));
  for (const [name, module, methods] of MODULES)
    for (const method of methods)
      vi.spyOn(module as Record<string, () => void>, method).mockImplementation(poison(`${name}.${method}`));
  vi.spyOn(process, 'hrtime').mockImplementation(poison('process.hrtime'));
  vi.spyOn(process, 'cwd').mockImplementation(poison('process.cwd'));
  // Modules that import a function by its name get the poison too.
  syncBuiltinESMExports();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  syncBuiltinESMExports();
});

const expected = Object.entries(FORMS).map(([name, render]) => {
  const report: RunReport = { plan: makePlan(input), events: [], status: 'not-started', evidence: undefined };
  return [name, render, render(report), render(finished)] as const;
});

test('the poison works: a clock, a file, a socket and a random number are noticed', async () => {
  expect(() => new Date()).toThrow('the clock was used');
  expect(() => Date.now()).toThrow('the clock was used');
  expect(() => new Date(0).getHours()).toThrow('the time zone');
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(() => fs.readFileSync('/etc/hostname')).toThrow('fs.readFileSync was used');
  const named = await import('node:fs');
  expect(() => named.readFileSync('/etc/hostname')).toThrow('fs.readFileSync was used');
  expect(() => net.connect(1)).toThrow('net.connect was used');
  expect(() => Math.random()).toThrow('Math.random was used');
});

test.each(expected)('%s of a plan and of a run needs nothing but the values', (_, render, ofPlan, ofRun) => {
  const plan = makePlan(input);
  expect(render({ plan, events: [], status: 'not-started', evidence: undefined })).toBe(ofPlan);
  expect(render(finished)).toBe(ofRun);
});
