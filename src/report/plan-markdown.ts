// The packet as Markdown, for tickets and reviews.
import type { Plan } from '../plan/types.ts';
import { renderDuration } from './duration.ts';
import { bullets, inline, markdownTable } from './markdown/markdown-text.ts';
import { resultSection } from './markdown/result-section.ts';
import { stepSections } from './markdown/step-sections.ts';
import { makePacket, type Packet } from './packet/packet.ts';
import { RISK_RULE } from './packet/risk.ts';
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
      ['host', 'component', 'kind', 'current', 'target', 'restarts'],
      packet.modes.map((mode) => [
        mode.host,
        mode.component,
        mode.kind,
        mode.current,
        mode.target,
        String(mode.restarts),
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

function summarySection({ hash, summary, proof, states, strategy: chosen }: Plan, packet: Packet): readonly string[] {
  const { risk } = packet;
  return [
    '## Summary',
    '',
    `- what: ${inline(packet.what)}`,
    `- why: ${inline(packet.why)} [business reason]`,
    `- without it: ${inline(packet.without)}`,
    `- risk: ${risk.risk} (${risk.points} points), impact ${risk.impact}`,
    `- connectivity proof: ${proof.safe ? `safe in all ${states.length} states` : 'NOT SAFE'}`,
    ...proof.counterexamples.map(({ explanation }) => `  - ${inline(explanation)}`),
    `- plan hash \`${hash}\``,
    '',
    'Point of no return:',
    '',
    ...bullets(packet.noReturn),
    ...markdownTable(
      ['server', 'restarts', 'users without it'],
      summary.restarts.map(({ server, times, outageSeconds }) => [
        server,
        String(times),
        renderDuration(outageSeconds),
      ]),
    ),
    ...markdownTable(
      ['strategy', 'proof', 'server restarts', 'users without a server', 'duration'],
      summary.strategies.map(({ strategy, safe, serverRestarts, outageSeconds, expectedSeconds }) => [
        strategy === chosen ? `${strategy} (this plan)` : strategy,
        safe ? 'safe' : 'not safe',
        String(serverRestarts),
        renderDuration(outageSeconds),
        renderDuration(expectedSeconds),
      ]),
    ),
    `How the risk was computed. ${RISK_RULE}`,
    '',
    ...markdownTable(
      ['factor', 'found', 'points'],
      risk.factors.map(({ factor, found, points }) => [factor, found, String(points)]),
    ),
    'Approvals (of exactly this plan hash):',
    '',
    ...markdownTable(['role', 'name', 'decision', 'date', 'signature'], APPROVERS),
  ];
}

const APPROVERS = ['change owner', 'technical reviewer', 'change board'].map((role) => [role, '', '', '', '']);

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
