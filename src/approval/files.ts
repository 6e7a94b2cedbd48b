// Where approvals are: PLAN.approvals/<identity>-<digest>.json holds the signed bytes, the .sig beside it the signature.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import type { Plan } from '../plan/types.ts';
import { checkSignature, signText } from './ssh-keygen.ts';
import { makeStatement, renderStatement, statementFile } from './statement.ts';
import type { Approval } from './types.ts';

export const approvalsFolder = (planFile: string): string => `${planFile}.approvals`;

export const signatureFileOf = (statementPath: string): string => `${statementPath}.sig`;

type Signing = {
  readonly plan: Plan;
  readonly planFile: string;
  readonly keyFile: string;
  readonly identity: string;
  readonly now: Date;
  readonly lifetimeMs: number;
};

/** Signs and stores. The statement is written last: without it the signature beside it means nothing.
 * @throws OperatorError USAGE, PROOF_REFUSED, APPROVAL_KEY, SECRET_EXPOSED, APPROVAL_TOOL */
export async function writeApproval(signing: Signing): Promise<Approval> {
  const { plan, planFile, keyFile } = signing;
  const statement = makeStatement(signing);
  if (!plan.proof.safe) {
    const [first] = plan.proof.counterexamples;
    const hint =
      'Change the order or the wish in the playbook and plan again; apply refuses this plan whoever approves it.';
    throw new OperatorError('PROOF_REFUSED', `${planFile} is not safe: ${first?.explanation ?? ''}`, { hint });
  }
  const text = renderStatement(statement);
  const signature = await signText(text, keyFile);
  const folder = approvalsFolder(planFile);
  await mkdir(folder, { recursive: true });
  const file = statementFile(statement);
  const path = join(folder, file);
  await writeFile(signatureFileOf(path), signature);
  const check = await checkSignature(text, signatureFileOf(path));
  if (!check.isGood) {
    const hint = 'Look at the key and at the version of OpenSSH, then approve again.';
    throw new OperatorError('APPROVAL_KEY', `key ${keyFile}: its own signature does not hold: ${check.said}`, { hint });
  }
  await writeFile(path, text);
  const { identity, issued, expires } = statement;
  return { file, identity, key: check.key, issued, expires };
}

/** Names of the statements beside a plan, sorted. */
export async function listStatements(planFile: string): Promise<readonly string[]> {
  const names = await readdir(approvalsFolder(planFile)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new OperatorError('INPUT_UNREADABLE', `cannot read the folder ${approvalsFolder(planFile)}`, {
      cause: error,
    });
  });
  return names.filter((name) => name.endsWith('.json')).toSorted((a, b) => (a < b ? -1 : 1));
}

/** undefined: cannot be read */
export const readText = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
