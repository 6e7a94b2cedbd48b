// How init ends: the files, what the plan would do, and the commands to go on with.
import { join } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { questionsIn } from '../inventory/index.ts';
import { renderPlanHead } from '../report/plan-text.ts';
import type { Goal } from '../wizard/index.ts';
import { loadInputs } from './inputs.ts';
import { planFrom } from './make-plan.ts';

export type PlannedHead = { readonly text: string; readonly confirm: string | undefined; readonly json: Json };

/** A plan that cannot be made yet is told, and does not take back the files. */
export async function planHead(inventory: string, playbook: string, mayAsk: boolean): Promise<PlannedHead> {
  try {
    const { plan } = await planFrom(await loadInputs(inventory, playbook, new Date(), mayAsk));
    const { hash, confirm, steps, proof } = plan;
    return { text: renderPlanHead(plan), confirm, json: { hash, confirm, steps: steps.length, safe: proof.safe } };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const { code, message, hint = '' } = error;
    return {
      text: `there is no plan yet: ${code} ${message}\n  ${hint}\n`,
      confirm: undefined,
      json: { code, message },
    };
  }
}

type Closing = {
  readonly files: readonly string[];
  readonly questions: ReturnType<typeof questionsIn>;
  readonly goal: Goal;
  readonly folder: string;
  readonly planned: string | undefined;
  readonly confirm: string | undefined;
  /** other people have to approve the plan */
  readonly needsApproval: boolean;
};

export function closingText({ files, questions, goal, folder, planned, confirm, needsApproval }: Closing): string {
  const [inventory, playbook] = ['inventory.yaml', 'playbook.yaml'].map((name) => quoted(join(folder, name)));
  const plan = quoted(join(folder, 'plan.json'));
  const commands =
    goal === 'audit'
      ? [`strictstep audit --inventory ${inventory} --policy rfc9325 --html audit.html`]
      : [
          `strictstep check --inventory ${inventory} --playbook ${playbook}`,
          `strictstep plan --inventory ${inventory} --playbook ${playbook} --out ${plan}`,
          `strictstep show ${plan} --format html > plan.html`,
          ...(needsApproval ? [`strictstep approve ${plan} --key FILE --identity NAME`] : []),
          `strictstep apply ${plan} --confirm ${confirm ?? 'NAME'}`,
        ];
  return [
    'written:',
    ...files.map((file) => `  ${file}`),
    ...(questions.length === 0 ? [] : ['', 'still to be answered by hand:']),
    ...questions.map(({ path, line }) => `  ${join(folder, 'inventory.yaml')}:${line}  ${path}`),
    ...(planned === undefined ? [] : ['', planned.trimEnd()]),
    '',
    'to go on:',
    ...commands.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const quoted = (path: string): string =>
  /^[\w./~+@:-]+$/u.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
