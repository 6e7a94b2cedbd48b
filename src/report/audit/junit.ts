// An audit as a JUnit file: a test case per listener; what does not hold is a failure, what nobody can tell an error.
// Source: the form that Jenkins and GitLab read (testsuites, testsuite, testcase, failure, error, skipped).
import { verdictOf, wordsOf } from './text.ts';
import type { Audit, AuditEntry, AuditFinding } from './types.ts';

export function renderAuditJunit({ entries, startedAt, inventory }: Audit): string {
  const failed = entries.filter(({ findings }) => findings.some(isViolation)).length;
  const unclear = entries.filter(({ findings }) => findings.length > 0 && !findings.some(isViolation)).length;
  const skipped = entries.filter(({ listener }) => !listener.isRunning).length;
  const counts = `tests="${entries.length}" failures="${failed}" errors="${unclear}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="strictstep audit" ${counts}>`,
    `<testsuite name="${xml(inventory)}" ${counts} timestamp="${startedAt.slice(0, 19)}">`,
    ...entries.map(renderCase),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const isViolation = ({ isInconclusive }: AuditFinding): boolean => !isInconclusive;

function renderCase(entry: AuditEntry): string {
  const { listener, report, findings } = entry;
  const [owner = '', endpoint = ''] = listener.name.split(' ');
  const head = `<testcase classname="${xml(owner)}" name="${xml(`${endpoint} ${listener.address}:${listener.port}`)}" time="${((report?.durationMs ?? 0) / 1000).toFixed(3)}"`;
  if (!listener.isRunning) return `${head}><skipped message="its process does not run"/></testcase>`;
  if (findings.length === 0) return `${head}/>`;
  const kind = findings.some(isViolation) ? 'failure' : 'error';
  const text = xml(findings.map(wordsOf).join('\n'));
  return `${head}><${kind} type="${kind}" message="${xml(verdictOf(entry))}">${text}</${kind}></testcase>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters have no form in XML 1.0 at all; a certificate's subject may hold some. */
const xml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
