// The first page as Markdown: what, why, risk, impact, point of no return, approvals.
import type { Plan } from '../../plan/types.ts';
import { renderDuration } from '../duration.ts';
import type { Packet } from '../packet/packet.ts';
import { RISK_RULE } from '../packet/risk.ts';
import { bullets, inline, markdownTable } from './markdown-text.ts';

export function summarySection(
  { hash, summary, proof, states, strategy: chosen }: Plan,
  packet: Packet,
): readonly string[] {
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
