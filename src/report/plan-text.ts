// A plan for the terminal: summary first, then the steps; everything else is in the other forms.
import { stepName } from '../plan/step-name.ts';
import type { Plan, Step } from '../plan/types.ts';
import { renderDuration } from './duration.ts';
import { lostLinkTexts } from './lost-links.ts';
import { windowOf } from './packet/window.ts';
import { deadManText, predictionTally } from './words.ts';

export function renderPlanText(plan: Plan): string {
  if (plan.steps.length === 0) return `no changes: everything is as ${plan.playbook.name} wants it\n`;
  return [
    ...headLines(plan),
    '',
    ...[...Map.groupBy(plan.steps, ({ phase }) => phase)].flatMap(([phase, steps]) => [
      `phase ${phase}`,
      ...steps.flatMap(stepLines),
      '',
    ]),
    `plan hash ${plan.hash}`,
    '',
  ].join('\n');
}

/** The numbers and the proof, without the steps. */
export const renderPlanHead = (plan: Plan): string => `${headLines(plan).join('\n')}\n`;

function headLines(plan: Plan): readonly string[] {
  const { playbook, steps, states, summary, proof, confirm, strategy, window } = plan;
  const start = states[0]?.links ?? [];
  const restarts = summary.restarts
    .map(({ server, times }) => `${server}${times === 1 ? '' : ` (${times} times)`}`)
    .join(', ');
  const proofLine = proof.safe
    ? `proof: safe; ${start.filter(({ required }) => required).length} required links hold in all ${states.length} states`
    : `proof: NOT SAFE; ${proof.counterexamples.length} broken required links`;
  return [
    `plan for ${confirm}: playbook ${playbook.name}, ${steps.length} steps, ${summary.changes} changes`,
    proofLine,
    ...proof.counterexamples.map(({ explanation }) => `  ${explanation}`),
    ...lostLinkTexts(plan).map((text) => `  ${text}`),
    `servers ${strategy === 'rolling' ? 'restarted, one at a time' : 'stopped together'}: ${restarts || 'none'}`,
    `results: ${predictionTally(steps)}`,
    ...(window === undefined ? [] : [`change window: ${windowOf(plan).headline}`]),
    `users are without a server for ${renderDuration(summary.outageSeconds)}, summed over the servers; expected duration ${renderDuration(steps.reduce((sum, step) => sum + step.expectedSeconds, 0))}`,
  ];
}

const stepLines = (step: Step): readonly string[] => [
  `  ${step.id}  ${step.host.padEnd(8)} ${stepName(step)}${step.prediction === 'computed' ? '' : ` [${step.prediction}]`}`,
  ...step.changes.map(
    ({ object, attribute, before, after }) =>
      `        ~ ${object}: ${attribute} ${before ?? 'absent'} -> ${after ?? 'absent'}`,
  ),
  ...[deadManText(step)].flatMap((text) => (text === undefined ? [] : [`        ${text}`])),
];
