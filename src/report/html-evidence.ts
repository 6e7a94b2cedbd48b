// What was measured from outside: ports before and now, links, client populations.
import type { ListenerFacts } from '../facts/types.ts';
import { PROTOCOL_VERSIONS, type ProtocolVersion } from '../tls/types.ts';
import { html, table, type Markup } from './html-text.ts';
import type { Evidence } from './types.ts';

export function evidenceSections(evidence: Evidence): Markup {
  return html`${portsSection(evidence)}${clientsSection(evidence)}${linksSection(evidence)}`;
}

function portsSection({ listenersBefore, listenersAfter }: Evidence): Markup {
  const beforeOf = (listener: ListenerFacts): ListenerFacts | undefined =>
    listenersBefore.find(({ address, port }) => address === listener.address && port === listener.port);
  return html`<h3>What every port answers now</h3>
    ${table(
      'Asked with raw hellos from the machine that ran strictstep. Struck out: accepted before, refused now. Bold: new.',
      [
        { title: 'server', cell: ({ owner, server }) => html`${owner}/${server}` },
        {
          title: 'WebSphere endpoint',
          cell: ({ endpoint, address, port }) => html`${endpoint} <span class="soft">${address}:${port}</span>`,
        },
        { title: 'versions', cell: (listener) => versionChips(beforeOf(listener), listener) },
        { title: 'certificate served', cell: (listener) => certificateCell(beforeOf(listener), listener) },
      ],
      listenersAfter,
    )}`;
}

const isAccepted = (listener: ListenerFacts | undefined, version: ProtocolVersion): boolean =>
  listener?.protocols[version] === 'accepted';

function versionChips(before: ListenerFacts | undefined, after: ListenerFacts): Markup {
  const chips = PROTOCOL_VERSIONS.flatMap((version) => {
    const [was, is] = [isAccepted(before, version), isAccepted(after, version)];
    if (is) return [html`<span class="version${was ? '' : ' new'}">${version}</span>`];
    return was ? [html`<span class="version gone">${version}</span>`] : [];
  });
  return chips.length === 0 ? html`nothing` : html`${chips}`;
}

function certificateCell(before: ListenerFacts | undefined, { chain }: ListenerFacts): Markup {
  const [leaf] = chain;
  if (leaf === undefined) return html`none`;
  const isNew = before !== undefined && before.chain[0]?.sha256 !== leaf.sha256;
  const badge = isNew ? html`<span class="badge good">new</span> ` : html``;
  const issuers = chain.slice(1).map(({ subject }) => html`<li>${subject}</li>`);
  return html`${badge}${leaf.subject}
    <details>
      <summary class="soft">chain of ${chain.length}, SHA-256</summary>
      <code>${leaf.sha256}</code>
      <ul>
        ${issuers}
      </ul>
    </details>`;
}

const clientsSection = ({ clientChecks }: Evidence): Markup =>
  clientChecks.length === 0
    ? html``
    : html`<h3>Client populations</h3>
        ${table(
          'Each tried with a hello that offers exactly what the inventory says these clients can do.',
          [
            { title: 'verdict', cell: ({ verdict }) => html`<span class="badge ${TONE[verdict]}">${verdict}</span>` },
            { title: 'check', cell: ({ check }) => html`${check}` },
            { title: 'seen', cell: ({ detail }) => html`${detail}` },
          ],
          clientChecks,
        )}`;

const TONE = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'wait',
  tls: 'good',
  legacy: 'wait',
  broken: 'bad',
  down: 'wait',
} as const;

const linksSection = ({ links }: Evidence): Markup =>
  html`<h3>Links at the end</h3>
    ${table(
      `${links.filter(({ outcome }) => outcome === 'tls').length} of ${links.length} links have a protocol and a trusted certificate in common.`,
      [
        {
          title: 'outcome',
          cell: ({ outcome, protocol }) => html`<span class="badge ${TONE[outcome]}">${protocol ?? outcome}</span>`,
        },
        { title: 'from', cell: ({ from }) => html`${from}` },
        { title: 'to', cell: ({ to }) => html`${to}` },
        { title: 'need', cell: ({ required }) => html`${required ? 'required' : 'optional'}` },
        { title: 'known from', cell: ({ source }) => html`${source}` },
        { title: 'reason', cell: ({ reason }) => html`${reason}` },
      ],
      links,
    )}`;
