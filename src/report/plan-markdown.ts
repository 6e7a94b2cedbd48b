// The packet as Markdown, for tickets and reviews.
import type { Plan } from '../plan/types.ts';
import { bullets, inline, markdownTable } from './markdown/markdown-text.ts';
import { resultSection } from './markdown/result-section.ts';
import { summarySection } from './markdown/summary-section.ts';
import { stepSections } from './markdown/step-sections.ts';
import { makePacket, type Packet } from './packet/packet.ts';
import type { RunReport } from './types.ts';

export function renderPacketMarkdown(report: RunReport): string {
  const packet = makePacket(report);
  const { plan } = report;
  return [
    `# Change: ${inline(packet.shortDescription)}`,
    '',
    ...summarySection(plan, packet),
    ...resultSection(report, packet),
    '## Configuration items',
    '',
    ...markdownTable(
      ['host', 'component', 'kind', 'version', 'current', 'target', 'restarts', 'owner', 'CMDB id'],
      packet.modes.map((mode) => [
        mode.host,
        mode.component,
        mode.kind,
        '',
        mode.current,
        mode.target,
        String(mode.restarts),
        '',
        '',
      ]),
    ),
    ...markdownTable(
      ['host', 'component', 'object', 'attribute', 'current', 'target', 'steps'],
      packet.items.map((item) => [
        item.host,
        item.component,
        item.object,
        item.attribute,
        item.current,
        item.target,
        item.steps.join(' '),
      ]),
    ),
    '## Steps',
    '',
    'The backout of the whole change takes the steps in the reverse order, one server at a time. Last tested when and where: [rehearsal, by the change owner]; none is on record.',
    '',
    ...stepSections(packet.steps),
    '## Test plan',
    '',
    ...markdownTable(
      ['case', 'when', 'kind', 'what', 'expected', 'how'],
      packet.tests.map(({ id, when, isNegative, what, expected, how }) => [
        id,
        when,
        isNegative ? 'negative' : 'positive',
        what,
        expected,
        how,
      ]),
    ),
    ...proofSection(plan, packet),
    '## Communication',
    '',
    'To users:',
    '',
    ...packet.communication.users.map((line) => `> ${inline(line)}  `),
    '',
    'To the help desk:',
    '',
    ...packet.communication.helpDesk.map((line) => `> ${inline(line)}  `),
    '',
    '## Limits and assumptions',
    '',
    ...bullets(packet.limits),
    ...annex(plan),
  ].join('\n');
}

function proofSection({ proof }: Plan, { matrix }: Packet): readonly string[] {
  const verdict = proof.safe ? 'safe: no required link breaks in any state' : 'NOT SAFE';
  return [
    '## Compatibility proof',
    '',
    `${verdict}. One column per state in which something changes; equal states share a column.`,
    '',
    ...markdownTable(
      ['link', 'need', 'known from', ...matrix.groups.map(({ label }) => inline(label))],
      matrix.rows.map(({ link, cells }) => [
        link.id,
        link.required ? 'required' : 'optional',
        link.source,
        ...cells.map(({ text, isChanged }) => (isChanged ? `${text} (new)` : text)),
      ]),
    ),
  ];
}

const annex = ({ inventory, playbook, hash, fingerprints }: Plan): readonly string[] => [
  '## Annex: what this plan is bound to',
  '',
  ...markdownTable(
    ['object', 'SHA-256'],
    [
      ['plan', hash],
      [`playbook ${playbook.file}`, playbook.sha256],
      [`inventory ${inventory.file}`, inventory.sha256],
      ...fingerprints.map(({ object, sha256 }) => [object, sha256]),
    ],
  ),
];
