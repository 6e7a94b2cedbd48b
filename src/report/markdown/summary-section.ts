// The first page as Markdown: what, why, risk, impact, point of no return, approvals.
import type { Plan } from '../../plan/types.ts';
import { renderDuration } from '../duration.ts';
import { lostLinkTexts } from '../lost-links.ts';
import type { Packet } from '../packet/packet.ts';
import { RISK_RULE } from '../packet/risk.ts';
import { approvalText, predictionTally } from '../words.ts';
import { bullets, inline, markdownTable } from './markdown-text.ts';

export function summarySection(plan: Plan, packet: Packet): readonly string[] {
  const { hash, summary, proof, states, steps, approval, strategy: chosen } = plan;
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
    ...lostLinkTexts(plan).map((text) => `  - ${inline(text)}`),
    `- change window: ${inline(packet.window.headline)} ${inline(packet.window.arithmetic)}`,
    `- results of the steps: ${predictionTally(steps)}`,
    `- plan hash \`${hash}\``,
    '',
    'Point of no return:',
    '',
    ...bullets(packet.noReturn),
    ...markdownTable(
      ['server', 'restarts', 'users without it', 'its first restart begins no later than'],
      summary.restarts.map(({ server, times, outageSeconds }) => [
        server,
        String(times),
        renderDuration(outageSeconds),
        packet.window.servers.find((item) => item.server === server)?.latest ?? 'no window',
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
    `Approvals (of exactly this plan hash): ${inline(approvalText(approval))}`,
    '',
    ...markdownTable(['role', 'name', 'decision', 'date', 'signature'], APPROVERS),
  ];
}

const APPROVERS = ['change owner', 'technical reviewer', 'change board'].map((role) => [role, '', '', '', '']);
