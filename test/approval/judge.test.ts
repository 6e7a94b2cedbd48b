import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { approvalsFolder, judgeApprovals, missingApprovals, writeApproval } from '../../src/approval/index.ts';
import { makeStatement, renderStatement, statementFile } from '../../src/approval/statement.ts';
import type { Question, Verdict } from '../../src/approval/types.ts';
import { allowedLine, makeKey, newFolder, signAs, somePlan, writeAllowed, writePlan, type KeyType } from './keys.ts';

const DAY = 86_400_000;
const NOW = new Date('2026-03-01T12:00:00.000Z');
const keys = new Map<string, string>();
const plan = somePlan();

beforeAll(() => {
  const folder = newFolder();
  const types: Readonly<Record<string, KeyType>> = {
    alice: 'ed25519',
    bob: 'rsa',
    carol: 'ed25519',
    mallory: 'ed25519',
  };
  for (const [name, type] of Object.entries(types)) keys.set(name, makeKey(folder, name, type));
});

const keyOf = (name: string): string => keys.get(name) ?? '';
const line = (identity: string, key: string, options = ''): string => allowedLine(identity, keyOf(key), options);

/** A plan file of its own, with who may approve it. */
function desk(...lines: readonly string[]) {
  const folder = newFolder();
  const listed = lines.length > 0 ? lines : [line('alice', 'alice'), line('bob', 'bob'), line('carol', 'carol')];
  return { planFile: writePlan(folder, plan), allowedSigners: writeAllowed(folder, ...listed) };
}

type Desk = ReturnType<typeof desk>;

const approve = ({ planFile }: Desk, identity: string, key = identity, now = NOW, lifetimeMs = DAY) =>
  writeApproval({ plan, planFile, keyFile: keyOf(key), identity, now, lifetimeMs });

const judge = (at: Desk, other: Partial<Question> = {}): Promise<Verdict> =>
  judgeApprovals({ plan, ...at, planner: undefined, now: NOW, ...other });

const reasonsOf = ({ refused }: Verdict): readonly string[] => refused.map(({ reason }) => reason);
const peopleOf = ({ approvals }: Verdict): readonly string[] => approvals.map(({ identity }) => identity);

/** Puts a statement and a signature there by hand. */
function place({ planFile }: Desk, text: string, signature: string, name = 'by-hand.json'): void {
  mkdirSync(approvalsFolder(planFile), { recursive: true });
  writeFileSync(join(approvalsFolder(planFile), name), text);
  writeFileSync(join(approvalsFolder(planFile), `${name}.sig`), signature);
}

const statementOf = (identity: string) => makeStatement({ plan, identity, now: NOW, lifetimeMs: DAY });

test('two people with an ed25519 and an RSA key count as two, each until their expiry', async () => {
  const at = desk();
  await approve(at, 'alice');
  await approve(at, 'bob');
  const verdict = await judge(at);
  expect(peopleOf(verdict)).toEqual(['alice', 'bob']);
  expect(verdict.approvals[0]).toMatchObject({
    expires: '2026-03-02T12:00:00.000Z',
    key: expect.stringMatching(/^SHA256:/),
  });
  expect(verdict.refused).toEqual([]);
  expect(missingApprovals(verdict, 2, at.planFile)).toBeUndefined();
});

test('when N is not reached the error says how many count, and why the others do not', async () => {
  const at = desk();
  expect(missingApprovals(await judge(at), 1, 'plan.json')).toMatchObject({
    code: 'APPROVAL_MISSING',
    exitCode: 5,
    message: 'plan.json: 0 of 1 approvals count',
  });
  await approve(at, 'alice');
  await approve(at, 'mallory');
  expect(missingApprovals(await judge(at), 2, 'plan.json')).toMatchObject({
    code: 'APPROVAL_INVALID',
    exitCode: 5,
    message: expect.stringMatching(/1 of 2 approvals count; of mallory: .* does not hold the key SHA256:/),
  });
});

test('one key under two identities counts once', async () => {
  const at = desk(line('alice', 'alice'), line('alice2', 'alice'), line('bob', 'bob'));
  await approve(at, 'alice');
  await approve(at, 'alice2', 'alice');
  const verdict = await judge(at);
  expect(peopleOf(verdict)).toEqual(['alice']);
  expect(reasonsOf(verdict)).toEqual(['same-person']);
  expect(verdict.refused[0]?.detail).toContain('counts once together with alice');
});

test('one identity with two keys counts once, whatever the case of its letters', async () => {
  const at = desk(line('alice', 'alice'), line('Alice', 'carol'));
  await approve(at, 'alice');
  await approve(at, 'Alice', 'carol');
  const verdict = await judge(at);
  expect(verdict.approvals).toHaveLength(1);
  expect(reasonsOf(verdict)).toEqual(['same-person']);
});

test('people who are linked by a third approval are one person', async () => {
  const at = desk(line('alice', 'alice'), line('bob', 'bob'), line('bob', 'alice'));
  await approve(at, 'alice');
  await approve(at, 'bob');
  await approve(at, 'bob', 'alice');
  expect((await judge(at)).approvals).toHaveLength(1);
});

test('the same person approving twice counts once', async () => {
  const at = desk();
  await approve(at, 'alice');
  await approve(at, 'alice', 'alice', new Date(NOW.getTime() - 1000));
  expect(reasonsOf(await judge(at))).toEqual(['same-person']);
});

test('an approval counts until just before it expires, and not before it was issued', async () => {
  const at = desk();
  await approve(at, 'alice');
  const end = NOW.getTime() + DAY;
  expect(peopleOf(await judge(at, { now: new Date(end - 1) }))).toEqual(['alice']);
  expect(reasonsOf(await judge(at, { now: new Date(end) }))).toEqual(['expired']);
  expect(reasonsOf(await judge(at, { now: new Date(NOW.getTime() - 5 * 60_000) }))).toEqual([]);
  expect(reasonsOf(await judge(at, { now: new Date(NOW.getTime() - 5 * 60_000 - 1) }))).toEqual(['not-yet-valid']);
});

test('a signer who is not listed, or not for that name, does not count', async () => {
  const at = desk();
  await approve(at, 'mallory');
  await approve(at, 'bob', 'alice');
  const { approvals, refused } = await judge(at);
  expect(approvals).toEqual([]);
  expect(refused.map(({ reason, detail }) => `${reason} ${detail}`)).toEqual([
    expect.stringMatching(/^not-allowed .*holds the key SHA256:.* for alice and does not allow it for bob/),
    expect.stringMatching(/^not-allowed .*does not hold the key SHA256:/),
  ]);
});

test('a line of the allowed signers that has ended, or is for another namespace, allows nothing', async () => {
  const at = desk(line('alice', 'alice', 'valid-before="20200101"'), line('bob', 'bob', 'namespaces="git"'));
  await approve(at, 'alice', 'alice');
  await approve(at, 'bob');
  const verdict = await judge(at);
  expect(verdict.approvals).toEqual([]);
  expect(reasonsOf(verdict)).toEqual(['not-allowed', 'not-allowed']);
});

test('a signature that was made for another namespace does not count', async () => {
  const at = desk();
  const text = renderStatement(statementOf('alice'));
  place(at, text, signAs(keyOf('alice'), 'git', text));
  expect(reasonsOf(await judge(at))).toEqual(['namespace']);
  place(at, text, signAs(keyOf('alice'), 'strictstep', text));
  expect(peopleOf(await judge(at))).toEqual(['alice']);
});

test('approvals are dropped when the plan changes, and the verdict says so by name', async () => {
  const at = desk();
  await approve(at, 'alice');
  const changed = somePlan('another value');
  const verdict = await judge(at, { plan: changed });
  expect(reasonsOf(verdict)).toEqual(['other-plan']);
  expect(verdict.refused[0]?.detail).toBe(
    `it approves the plan ${plan.hash.slice(0, 12)}, this plan is ${changed.hash.slice(0, 12)}: approvals are dropped when the plan changes`,
  );
});

test("the planner's own does not count: not by name, not by a key, not by a name that shares the key", async () => {
  const at = desk();
  await approve(at, 'alice');
  await approve(at, 'bob');
  expect(peopleOf(await judge(at, { planner: 'ALICE' }))).toEqual(['bob']);
  const byKey = desk(line('bob', 'bob'), line('nightshift', 'alice'), line('alice', 'alice'));
  await approve(byKey, 'nightshift', 'alice');
  const verdict = await judge(byKey, { planner: 'alice' });
  expect(peopleOf(verdict)).toEqual([]);
  expect(verdict.refused).toMatchObject([{ reason: 'planner', identity: 'nightshift' }]);
  expect(peopleOf(await judge(byKey, { planner: 'bob' }))).toEqual(['nightshift']);
});

test('a statement that is not in its one form is refused even when it is well signed', async () => {
  const good = statementOf('alice');
  const spellings = [
    JSON.stringify(good, null, 2),
    renderStatement(good).trimEnd(),
    renderStatement(good).replace('{', '{"identity":"bob",'),
    `${JSON.stringify({ ...good, more: 1 })}\n`,
    renderStatement({ ...good, expires: '2026-03-02T12:00:00Z' }),
    renderStatement(good).replace('"approver"', '"planner"'),
  ];
  for (const text of spellings) {
    const at = desk();
    place(at, text, signAs(keyOf('alice'), 'strictstep', text));
    expect(reasonsOf(await judge(at)), text).toEqual(['unreadable']);
  }
});

test('a statement without its signature, and a folder in the place of one, do not count', async () => {
  const at = desk();
  const { file } = await approve(at, 'alice');
  unlinkSync(join(approvalsFolder(at.planFile), `${file}.sig`));
  mkdirSync(join(approvalsFolder(at.planFile), 'folder.json'));
  expect(reasonsOf(await judge(at))).toEqual(['signature', 'unreadable']);
});

test('one byte changed anywhere in a statement or in a signature, and the approval does not count', async () => {
  const at = desk();
  await approve(at, 'alice');
  await approve(at, 'bob');
  expect(peopleOf(await judge(at))).toEqual(['alice', 'bob']);
  const files = readdirSync(approvalsFolder(at.planFile)).map((name) => join(approvalsFolder(at.planFile), name));
  expect(files).toHaveLength(4);
  const flip = fc.tuple(fc.constantFrom(...files), fc.nat(), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(flip, async ([file, position, bits]) => {
      const before = readFileSync(file);
      const bytes = Buffer.from(before);
      const at8 = position % bytes.length;
      bytes[at8] = (bytes[at8] ?? 0) ^ bits;
      writeFileSync(file, bytes);
      try {
        expect((await judge(at)).approvals).toHaveLength(1);
      } finally {
        writeFileSync(file, before);
      }
    }),
    { numRuns: 120 },
  );
});

test("an approval of another plan that was renamed to look like this one's does not count", async () => {
  const at = desk();
  const other = { ...statementOf('alice'), plan: somePlan('x').hash };
  const text = renderStatement(other);
  place(at, text, signAs(keyOf('alice'), 'strictstep', text), statementFile(statementOf('alice')));
  expect(reasonsOf(await judge(at))).toEqual(['other-plan']);
});

test('allowed signers that cannot be read are an error, not an empty list', async () => {
  const at = desk();
  await approve(at, 'alice');
  await expect(judge(at, { allowedSigners: '/nowhere/allowed' })).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});
