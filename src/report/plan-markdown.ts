// A plan as Markdown, for tickets and reviews.
import type { Plan, Step } from '../plan/types.ts';
import { renderDuration } from './duration.ts';

export function renderPlanMarkdown(plan: Plan): string {
  const { playbook, confirm, hash, steps, summary, proof } = plan;
  return [
    `# Plan ${hash.slice(0, 12)}: ${playbook.name} on ${confirm || 'nothing'}`,
    '',
    `- ${steps.length} steps, ${summary.changes} changes`,
    `- users notice about ${renderDuration(summary.outageSeconds)} in all`,
    `- connectivity proof: ${proof.safe ? `safe in all ${plan.states.length} states` : 'NOT SAFE'}`,
    ...proof.counterexamples.map(({ explanation }) => `  - ${explanation}`),
    `- plan hash \`${hash}\``,
    '',
    '## Steps',
    '',
    ...steps.flatMap(stepSection),
  ].join('\n');
}

const stepSection = (step: Step): readonly string[] => [
  `### ${step.id} ${step.title} (host ${step.host}, phase ${step.phase})`,
  '',
  '| object | attribute | before | after |',
  '|---|---|---|---|',
  ...step.changes.map(
    ({ object, attribute, before, after }) =>
      `| ${[object, attribute, before ?? 'absent', after ?? 'absent'].map(cell).join(' | ')} |`,
  ),
  '',
  'Calls:',
  '',
  '```',
  ...step.calls.map(({ text }) => text),
  '```',
  '',
  `Expected ${renderDuration(step.expectedSeconds)}, users without the server ${renderDuration(step.userImpactSeconds)}; prediction ${step.prediction}.`,
  '',
  ...(step.healthChecks.length === 0
    ? []
    : ['Checked afterwards:', '', ...step.healthChecks.map(({ name }) => `- ${name}`), '']),
  `Undo: ${step.undo}`,
  '',
];

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
