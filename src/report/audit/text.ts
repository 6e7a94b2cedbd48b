// An audit for the terminal: one line per listener, then what does not hold, each fact once with the listeners it is about.
// A certificate may hold control characters; they never reach the terminal.
import { PROTOCOL_VERSIONS } from '../../tls/types.ts';
import type { Audit, AuditEntry, AuditFinding } from './types.ts';

export function renderAuditText({ entries, violations, inconclusive, measuredBy, inventory }: Audit): string {
  const rows = [HEAD, ...entries.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const measured = measuredBy.length === 0 ? 'nothing; this only tells what is there' : measuredBy.join(', ');
  return [
    `TLS listeners of ${inventory}, measured by ${measured}`,
    '',
    ...lines,
    ...findingLines(entries),
    '',
    `${entries.length} listeners, ${violations} findings, ${inconclusive} inconclusive`,
  ]
    .map((line) => line.replace(/\p{Cc}/gu, '\ufffd'))
    .join('\n');
}

const HEAD = ['listener', 'address', 'accepts', 'client certificate', 'certificate', 'verdict'] as const;

/** What one row says, for every form. */
export function rowOf(entry: AuditEntry): readonly string[] {
  const { listener, report } = entry;
  const [leaf] = report?.chain ?? [];
  return [
    listener.name,
    `${listener.address}:${listener.port}`,
    acceptedBy(entry),
    report === null ? '-' : report.clientCertificate,
    leaf === undefined ? '-' : `${leaf.subject}, until ${leaf.notAfter.slice(0, 10)}`,
    verdictOf(entry),
  ];
}

export function acceptedBy({ report }: AuditEntry): string {
  if (report === null) return '-';
  const accepted = PROTOCOL_VERSIONS.filter((version) => report.protocols[version] === 'accepted');
  return accepted.length === 0 ? '-' : accepted.join(' ');
}

export function verdictOf({ listener, report, findings }: AuditEntry): string {
  if (!listener.isRunning) return 'not running';
  const violations = findings.filter(({ isInconclusive }) => !isInconclusive).length;
  if (violations > 0) return `${violations} finding${violations === 1 ? '' : 's'}`;
  if (report?.reachable === false) return 'not reachable';
  return findings.length > 0 ? 'inconclusive' : 'ok';
}

export const wordsOf = ({ code, where, what, reference }: AuditFinding): string =>
  `${code}  ${where}: ${what} [${reference}]`;

function findingLines(entries: readonly AuditEntry[]): readonly string[] {
  const told = entries.flatMap(({ listener, findings }) =>
    findings.map((finding) => ({ name: listener.name, words: wordsOf(finding) })),
  );
  return [...Map.groupBy(told, ({ words }) => words)].flatMap(([words, at]) => [
    '',
    words,
    ...at.map(({ name }) => `  ${name}`),
  ]);
}
