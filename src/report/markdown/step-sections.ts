// The numbered steps with their backout, as Markdown.
import type { StepView } from '../packet/step-view.ts';
import { renderDuration } from '../duration.ts';
import { predictionText } from '../words.ts';
import { fenced, inline, markdownTable } from './markdown-text.ts';

export const stepSections = (steps: readonly StepView[]): readonly string[] => steps.flatMap(stepSection);

function stepSection({
  step,
  name,
  commandClass,
  startsAt,
  verification,
  stopCondition,
  backout,
  deadMan,
}: StepView): readonly string[] {
  return [
    `### ${step.id} ${inline(name)}`,
    '',
    `Host ${inline(step.host)}, phase ${inline(step.phase)}; starts after ${renderDuration(startsAt)}, takes ${renderDuration(step.expectedSeconds)}; users without the server: ${renderDuration(step.userImpactSeconds)}.`,
    '',
    `Result: ${inline(predictionText(step))}`,
    '',
    ...markdownTable(
      ['object', 'attribute', 'before', 'after'],
      step.changes.map(({ object, attribute, before, after }) => [
        object,
        attribute,
        before ?? 'absent',
        after ?? 'absent',
      ]),
    ),
    `Calls (${inline(commandClass)}):`,
    '',
    ...fenced(step.calls.map(({ text }) => text)),
    '',
    'Verification:',
    '',
    ...verification.map((line) => `- ${inline(line)}`),
    '',
    `Stop condition: ${inline(stopCondition)}`,
    '',
    `Backout: ${inline(backout)}`,
    '',
    ...(deadMan === undefined ? [] : [`Without this machine: ${inline(deadMan)}.`, '']),
  ];
}
