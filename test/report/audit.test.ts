// An audit in its forms: SARIF as the standard wants it, JUnit that a parser reads, and text from outside that stays text.
import { expect, test } from 'vitest';
import { parseStringPromise } from 'xml2js';
import { z } from 'zod';
import { renderAuditHtml } from '../../src/report/audit/html.ts';
import { renderAuditJunit } from '../../src/report/audit/junit.ts';
import { renderAuditSarif } from '../../src/report/audit/sarif.ts';
import { renderAuditText } from '../../src/report/audit/text.ts';
import type { Audit, AuditEntry, AuditFinding } from '../../src/report/audit/types.ts';

const HOSTILE = '<script>"]]>&\u0000\u001b[31m\ud800';
const finding = (code: string, isInconclusive: boolean): AuditFinding => ({
  by: 'policy',
  code,
  where: 'TLSv1',
  what: `${code} ${HOSTILE}`,
  reference: 'rule 7',
  isInconclusive,
});
const entry = (name: string, findings: readonly AuditFinding[], isRunning = true): AuditEntry => ({
  listener: {
    name: `c1/n1/${name} SOAP_CONNECTOR_ADDRESS`,
    address: '192.0.2.1',
    port: 8879,
    place: { file: '/deployment/my inventory.yaml', line: 12, column: 5 },
    isRunning,
  },
  report: null,
  findings,
});

const AUDIT: Audit = {
  strictstep: '0.1.0',
  startedAt: '2026-03-01T22:00:00.000Z',
  inventory: 'my inventory.yaml',
  measuredBy: ['policy rfc9325'],
  entries: [
    entry('good', []),
    entry('bad', [finding('protocol-forbidden', false), finding('inconclusive', true)]),
    entry('unclear', [finding('inconclusive', true)]),
    entry('down', [], false),
  ],
  violations: 1,
  inconclusive: 2,
};

// From the SARIF 2.1.0 schema (OASIS, errata 01), what of it is used here; unknown properties are refused as there.
const Text = z.strictObject({ text: z.string().min(1) });
const Sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          version: z.string(),
          rules: z.array(z.strictObject({ id: z.string(), shortDescription: Text })),
        }),
      }),
      invocations: z.array(z.strictObject({ executionSuccessful: z.boolean(), startTimeUtc: z.iso.datetime() })),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message: Text,
          locations: z.array(
            z.strictObject({
              physicalLocation: z.strictObject({
                artifactLocation: z.strictObject({ uri: z.string().regex(/^[^\s\\]+$/) }),
                region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }),
              }),
              logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string(), kind: z.string() })),
            }),
          ),
          partialFingerprints: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});

test('SARIF: a rule per kind of finding, a result per finding at the line of the inventory', () => {
  const { runs } = Sarif.parse(renderAuditSarif(AUDIT, '/deployment'));
  const [{ tool, results } = { tool: undefined, results: [] }] = runs;
  expect(tool?.driver.rules.map(({ id }) => id)).toEqual(['policy/inconclusive', 'policy/protocol-forbidden']);
  expect(results.map(({ level, ruleId }) => `${level} ${ruleId}`)).toEqual([
    'error policy/protocol-forbidden',
    'warning policy/inconclusive',
    'warning policy/inconclusive',
  ]);
  for (const { ruleId, ruleIndex } of results) expect(tool?.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(results[0]?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: 'my%20inventory.yaml' },
    region: { startLine: 12, startColumn: 5 },
  });
  expect(new Set(results.map(({ partialFingerprints }) => partialFingerprints['strictstep/v1'])).size).toBe(3);
});

test('JUnit: failure for what does not hold, error for what nobody can tell, skipped for what does not run', async () => {
  const { testsuites } = await parseStringPromise(renderAuditJunit(AUDIT));
  const [suite] = testsuites.testsuite;
  expect(suite.$).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1' });
  const [good, bad, unclear, down] = suite.testcase;
  expect(Object.keys(good)).toEqual(['$']);
  expect(bad.failure[0].$).toEqual({ type: 'failure', message: '1 finding' });
  expect(bad.failure[0]._).toContain('<script>"]]>&\ufffd\ufffd[31m\ufffd');
  expect([unclear.error.length, down.skipped.length]).toEqual([1, 1]);
});

test('the page holds text from outside as text alone, and the terminal gets one line per listener', () => {
  expect(renderAuditHtml(AUDIT)).not.toContain('<script>"');
  const text = renderAuditText(AUDIT);
  expect(text).toMatch(/c1\/n1\/bad SOAP_CONNECTOR_ADDRESS +192\.0\.2\.1:8879 .* 1 finding\n/);
  expect(text).toMatch(/c1\/n1\/down .* not running\n/);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('4 listeners, 1 findings, 2 inconclusive');
});
