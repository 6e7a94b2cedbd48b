// A plan as a table for spreadsheets, and its wsadmin calls as a script that a board can read.
import type { Plan } from '../plan/types.ts';
import { renderDuration } from './duration.ts';
import { makePacket, type Packet } from './packet/packet.ts';
import { oneLine } from './packet/summary.ts';
import type { RunReport } from './types.ts';
import { predictionText } from './words.ts';

/** One row per step; the columns of the configuration items stand behind those of the step. */
const COLUMNS = [
  'id',
  'phase',
  'host',
  'operation',
  'title',
  'expectedSeconds',
  'userImpactSeconds',
  'component',
  'configurationItems',
  'current',
  'target',
  'verification',
  'stopCondition',
  'backout',
  'commandClass',
  'prediction',
  'predictionBecause',
  'outcome',
  'actualSeconds',
] as const;

/** RFC 4180; several values of one cell are separated by " | " */
export function renderStepsCsv(report: RunReport): string {
  const rows = rowsOf(makePacket(report)).map((row) => row.map(field).join(','));
  return [COLUMNS.join(','), ...rows, ''].join('\r\n');
}

function rowsOf({ steps, items, result }: Packet): readonly (readonly string[])[] {
  return steps.map(({ step, commandClass, verification, stopCondition, backout }, position) => {
    const { changes } = step;
    const outcome = result?.steps[position];
    return [
      step.id,
      step.phase,
      step.host,
      step.operation,
      step.title,
      String(step.expectedSeconds),
      String(step.userImpactSeconds),
      items.find((item) => item.steps.includes(step.id))?.component ?? '',
      changes.map(({ object, attribute }) => `${object}: ${attribute}`).join(' | '),
      changes.map(({ before }) => before ?? 'absent').join(' | '),
      changes.map(({ after }) => after ?? 'absent').join(' | '),
      verification.join(' | '),
      stopCondition,
      backout,
      commandClass,
      step.prediction,
      step.predictionBecause,
      outcome?.verdict ?? '',
      outcome?.seconds?.toFixed(1) ?? '',
    ];
  });
}

/** A cell that begins like a formula would be run by a spreadsheet; blanks before it do not help. */
function field(text: string): string {
  const safe = /^[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** For reading: the run makes the same calls through its agent, one after another, each read back. */
export function renderWsadminScript(plan: Plan): string {
  const { steps } = makePacket({ plan, events: [], status: 'not-started', evidence: undefined });
  const parts = steps.flatMap(({ step, name, verification, stopCondition, backout }) => {
    const calls = step.calls.filter(({ tool }) => tool === 'wsadmin').map(({ text }) => text);
    const others = step.calls.filter(({ tool }) => tool !== 'wsadmin');
    return [
      comment(`${step.id} on ${step.host}, phase ${step.phase}: ${name}`),
      comment(`  expected ${renderDuration(step.expectedSeconds)}; users: ${renderDuration(step.userImpactSeconds)}`),
      ...verification.map((line) => comment(`  verified: ${line}`)),
      comment(`  result: ${predictionText(step)}`),
      comment(`  stop: ${stopCondition}`),
      comment(`  backout: ${backout}`),
      ...others.map(({ tool, text }) => comment(`  by ${tool}, not by wsadmin: ${text}`)),
      ...calls,
      '',
    ];
  });
  const head = [
    `plan ${plan.hash}`,
    `playbook ${plan.playbook.name}`,
    'For reading. [uploaded ...] and [secret] stand for what the run fills in.',
  ];
  return [...head.map(comment), '', ...parts].join('\n');
}

/** A name with a line end would otherwise leave the comment. */
const comment = (text: string): string => `# ${text.startsWith('  ') ? '  ' : ''}${oneLine(text)}`;
