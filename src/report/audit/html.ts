// An audit as one page: what does not hold first, then every listener.
import { html, table, type Markup } from '../html-text.ts';
import { renderPage } from '../html/page.ts';
import { acceptedBy, verdictOf, wordsOf } from './text.ts';
import type { Audit, AuditEntry } from './types.ts';

export function renderAuditHtml(audit: Audit): string {
  const { entries, inventory, startedAt, measuredBy, violations, inconclusive } = audit;
  const title = 'TLS audit';
  const clear = violations + inconclusive === 0;
  const head = html`<h1>${title} ${badge(clear ? 'good' : violations > 0 ? 'bad' : 'wait', totalOf(audit))}</h1>
    <p>
      ${inventory}, ${startedAt}. Measured by
      ${measuredBy.length === 0 ? 'nothing: facts only' : measuredBy.join(', ')}.
    </p>`;
  const listeners = table('Every TLS listener that the cells have, as it answered', COLUMNS, entries);
  const suites = table(
    'Cipher suites, by version',
    SUITE_COLUMNS,
    entries.filter(({ report }) => report !== null),
  );
  return renderPage(title, head, [
    { id: 'findings', title: 'What does not hold', body: findingsOf(entries) },
    { id: 'listeners', title: 'Listeners', body: listeners },
    { id: 'suites', title: 'Cipher suites', body: suites },
  ]);
}

const totalOf = ({ violations, inconclusive }: Audit): string =>
  violations + inconclusive === 0 ? 'all hold' : `${violations} findings, ${inconclusive} inconclusive`;

const badge = (kind: 'good' | 'bad' | 'wait', text: string): Markup => html`<span class="badge ${kind}">${text}</span>`;

function kindOf({ findings }: AuditEntry): 'good' | 'bad' | 'wait' {
  if (findings.length === 0) return 'good';
  return findings.every(({ isInconclusive }) => isInconclusive) ? 'wait' : 'bad';
}

const COLUMNS = [
  { title: 'listener', cell: ({ listener }: AuditEntry) => html`${listener.name}` },
  { title: 'address', cell: ({ listener }: AuditEntry) => html`${listener.address}:${listener.port}` },
  { title: 'accepts', cell: (entry: AuditEntry) => html`${acceptedBy(entry)}` },
  { title: 'client certificate', cell: ({ report }: AuditEntry) => html`${report?.clientCertificate ?? '-'}` },
  { title: 'certificate', cell: certificateCell },
  {
    title: 'verdict',
    cell: (entry: AuditEntry) =>
      entry.listener.isRunning ? badge(kindOf(entry), verdictOf(entry)) : html`${verdictOf(entry)}`,
  },
];

function certificateCell({ report }: AuditEntry): Markup {
  const [leaf] = report?.chain ?? [];
  if (leaf === undefined) return html`-`;
  return html`${leaf.subject}, until ${leaf.notAfter.slice(0, 10)}
    <details>
      <summary class="soft">SHA-256</summary>
      <code>${leaf.sha256}</code>
    </details>`;
}

const SUITE_COLUMNS = [
  { title: 'listener', cell: ({ listener }: AuditEntry) => html`${listener.name}` },
  {
    title: 'suites',
    cell: ({ report }: AuditEntry) =>
      html`${Object.entries(report?.ciphers ?? {}).map(
        ([version, suites]) =>
          html`<details>
            <summary>${version}: ${suites.length}</summary>
            <ul>
              ${suites.map(({ iana, bits }) => html`<li>${iana} (${bits} bits)</li>`)}
            </ul>
          </details>`,
      )}`,
  },
];

function findingsOf(entries: readonly AuditEntry[]): Markup {
  const told = entries.flatMap(({ listener, findings }) =>
    findings.map((finding) => ({ name: listener.name, words: wordsOf(finding) })),
  );
  if (told.length === 0) return html`<p>Nothing.</p>`;
  const groups = [...Map.groupBy(told, ({ words }) => words)];
  return html`${groups.map(
    ([words, at]) =>
      html`<h3>${words}</h3>
        <ul>
          ${at.map(({ name }) => html`<li>${name}</li>`)}
        </ul>`,
  )}`;
}
