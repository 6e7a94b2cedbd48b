// Judges one approval: form, signature, plan, signer, time, in this order, so that what is said about it is proved.
import { basename, join } from 'node:path';
import { renderLifetime } from '../core/instant.ts';
import { approvalsFolder, readText, signatureFileOf } from './files.ts';
import { isSameIdentity } from './people.ts';
import { checkSignature, checkSigner, findPrincipals, isArmored, type SignerQuestion } from './ssh-keygen.ts';
import { parseStatement } from './statement.ts';
import type { Approval, Question, RefusalReason, RefusedApproval, Statement } from './types.ts';

export type Judged =
  | { readonly isValid: true; readonly approval: Approval; readonly isPlanner: boolean }
  | { readonly isValid: false; readonly refused: RefusedApproval };

/** The clock of an approver's machine may be this much ahead of ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

type Refusal = { readonly reason: RefusalReason; readonly detail: string };

export async function judgeSignature(file: string, question: Question): Promise<Judged> {
  const path = join(approvalsFolder(question.planFile), file);
  const [text, signature] = [await readText(path), await readText(signatureFileOf(path))];
  const statement = text === undefined ? undefined : parseStatement(text);
  const identity = statement?.identity ?? null;
  const refuse = ({ reason, detail }: Refusal): Judged => ({
    isValid: false,
    refused: { file, identity, reason, detail },
  });
  if (text === undefined || statement === undefined)
    return refuse({ reason: 'unreadable', detail: 'it is not an approval in the form that strictstep writes' });
  if (signature === undefined || !isArmored(signature))
    return refuse({ reason: 'signature', detail: `${file}.sig is not a signature in the form that ssh-keygen writes` });

  const signed = await checkSignature(text, signatureFileOf(path));
  if (!signed.isGood) return refuse(wrongSignature(signed.said));
  const wrong = otherPlan(statement, question.plan.hash) ?? wrongTime(statement, question);
  if (wrong !== undefined) return refuse(wrong);
  const files = { text, signatureFile: signatureFileOf(path), allowedSigners: question.allowedSigners };
  const signer = await checkSigner({ ...files, identity: statement.identity });
  if (!signer.isGood)
    return refuse(await notAllowed(signed.key, { ...files, identity: statement.identity }, signer.said));
  const { issued, expires } = statement;
  const approval = { file, identity: statement.identity, key: signer.key, issued, expires };
  return { isValid: true, approval, isPlanner: await isByPlanner(approval, files, question.planner) };
}

const wrongSignature = (said: string): Refusal =>
  /namespace/.test(said)
    ? { reason: 'namespace', detail: 'it was signed for something else than strictstep (ssh-keygen -n)' }
    : { reason: 'signature', detail: `the signature does not fit the statement (${said})` };

const otherPlan = ({ plan }: Statement, hash: string): Refusal | undefined =>
  plan === hash
    ? undefined
    : {
        reason: 'other-plan',
        detail: `it approves the plan ${plan.slice(0, 12)}, this plan is ${hash.slice(0, 12)}: approvals are dropped when the plan changes`,
      };

/** From `issued` on, and until just before `expires`, or the end that the inventory sets. */
function wrongTime({ issued, expires }: Statement, { now, longestMs }: Question): Refusal | undefined {
  if (Date.parse(issued) - CLOCK_SKEW_MS > now.getTime())
    return {
      reason: 'not-yet-valid',
      detail: `it was issued at ${issued}, which is later than now: compare the clocks`,
    };
  if (Date.parse(expires) <= now.getTime()) return { reason: 'expired', detail: `it expired at ${expires}` };
  if (longestMs !== undefined && Date.parse(issued) + longestMs <= now.getTime())
    return {
      reason: 'expired',
      detail: `it was issued at ${issued}, and an approval counts for at most ${renderLifetime(longestMs)}`,
    };
  return undefined;
}

async function notAllowed(key: string, question: SignerQuestion, said: string): Promise<Refusal> {
  const { identity, signatureFile, allowedSigners } = question;
  const listed = await findPrincipals(signatureFile, allowedSigners);
  const faultyLine = said.includes(`${basename(allowedSigners)}:`) ? ` (${said})` : '';
  const detail =
    listed === undefined
      ? `${allowedSigners} does not hold the key ${key}${faultyLine}`
      : `${allowedSigners} holds the key ${key} for ${listed} and does not allow it for ${identity} here and now${faultyLine}`;
  return { reason: 'not-allowed', detail };
}

/** By name, or by a key that is the planner's too. ssh-keygen is asked instead of reading the file, so patterns count. */
async function isByPlanner(
  { identity }: Approval,
  files: Omit<SignerQuestion, 'identity'>,
  planner: string | undefined,
): Promise<boolean> {
  if (planner === undefined) return false;
  return isSameIdentity(identity, planner) || (await checkSigner({ ...files, identity: planner })).isGood;
}
