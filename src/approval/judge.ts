// Judges the approvals beside a plan: which count, which do not and why. What is not proved does not count.
import { readFile } from 'node:fs/promises';
import { OperatorError } from '../core/errors.ts';
import { listStatements } from './files.ts';
import { judgeSignature, type Judged } from './judge-signature.ts';
import { groupByPerson } from './people.ts';
import type { Approval, Question, RefusedApproval, Verdict } from './types.ts';

/** @throws OperatorError INPUT_UNREADABLE, APPROVAL_TOOL */
export async function judgeApprovals(question: Question): Promise<Verdict> {
  const { plan, planFile, planner, allowedSigners } = question;
  await expectReadable(allowedSigners);
  const judged: Judged[] = [];
  for (const file of await listStatements(planFile)) judged.push(await judgeSignature(file, question));
  const people = groupByPerson(judged.flatMap((item) => (item.isValid ? [item.approval] : [])));
  const planners = new Set(judged.flatMap((item) => (item.isValid && item.isPlanner ? [item.approval.file] : [])));
  const isPlanner = (person: readonly Approval[]): boolean => person.some(({ file }) => planners.has(file));
  return {
    plan: plan.hash,
    planner: planner ?? null,
    approvals: people.filter((person) => !isPlanner(person)).flatMap((person) => person.slice(0, 1)),
    refused: [
      ...judged.flatMap((item) => (item.isValid ? [] : [item.refused])),
      ...people.flatMap((person) => (isPlanner(person) ? ofPlanner(person, planner ?? '') : alsoTheirs(person))),
    ],
  };
}

const ofPlanner = (person: readonly Approval[], planner: string): readonly RefusedApproval[] =>
  person.map(({ file, identity, key }) => ({
    file,
    identity,
    reason: 'planner',
    detail: `${planner} made the plan, and ${identity} with the key ${key} is the same person`,
  }));

const alsoTheirs = ([first, ...others]: readonly Approval[]): readonly RefusedApproval[] =>
  others.map(({ file, identity, key }) => ({
    file,
    identity,
    reason: 'same-person',
    detail: `${identity} with the key ${key} counts once together with ${first?.identity ?? ''} (${first?.file ?? ''})`,
  }));

async function expectReadable(file: string): Promise<void> {
  try {
    await readFile(file);
  } catch (cause) {
    const hint = 'It is the file of ssh-keygen -Y verify: a line for each approver with identity and public key.';
    throw new OperatorError('INPUT_UNREADABLE', `cannot read the allowed signers ${file}`, { hint, cause });
  }
}
