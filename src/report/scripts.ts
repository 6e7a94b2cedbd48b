// A plan as a table for spreadsheets, and its wsadmin calls as a script that a board can read.
import type { Plan } from '../plan/types.ts';

const COLUMNS = ['id', 'phase', 'host', 'operation', 'title', 'expectedSeconds', 'userImpactSeconds'] as const;

/** RFC 4180 */
export function renderStepsCsv({ steps }: Plan): string {
  const rows = steps.map((step) => COLUMNS.map((column) => field(String(step[column]))).join(','));
  return [COLUMNS.join(','), ...rows, ''].join('\r\n');
}

/** A cell that begins like a formula would be run by a spreadsheet. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** For reading: the run makes the same calls through its agent, one after another, each read back. */
export function renderWsadminScript(plan: Plan): string {
  const calls = plan.steps.flatMap(({ id, title, host, calls: made }) =>
    made.some(({ tool }) => tool === 'wsadmin')
      ? [`# ${id} on ${host}: ${title}`, ...made.filter(({ tool }) => tool === 'wsadmin').map(({ text }) => text), '']
      : [],
  );
  return [`# plan ${plan.hash}`, `# playbook ${plan.playbook.name}`, '', ...calls].join('\n');
}
