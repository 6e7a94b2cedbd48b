// Taken back after any step, or after a process that was killed inside one, the hosts are as they were, file by file, and
// at no time were two servers down. `npm run test:crash` takes every step, CI some.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openRollout, REDUCED_ROLLOUT } from '../helpers/crash.ts';
import { withoutBackups } from '../helpers/crash-outcome.ts';
import type { Begun } from '../helpers/crash.ts';
import { differences } from '../helpers/crash-point.ts';

const ALL = process.env['CRASH_POINTS'] === 'all';
const STEPS = 5;

async function expectBack(begun: Begun, before: ReadonlyMap<string, string>, name: string): Promise<void> {
  expect(await begun.rollBack(), name).toMatchObject({ status: 'done' });
  const { files, mostDown } = await begun.outcome();
  expect(differences(withoutBackups(files), before), name).toEqual([]);
  expect(mostDown, name).toBeLessThanOrEqual(1);
  // Nothing is left to take back, and the servers answer: the plan of the same wish is the same work.
  expect((await begun.events()).at(-1)?.type, name).toBe('rollback-finished');
}

test('held after a step and taken back, the hosts are as they were', { timeout: 600_000 }, async () => {
  const rollout = await openRollout(REDUCED_ROLLOUT);
  for (const step of ALL ? Array.from({ length: STEPS }, (_, index) => index + 1) : [2, 4]) {
    await using begun = await rollout.begin();
    expect(begun.plan.steps).toHaveLength(STEPS);
    const before = (await begun.outcome()).files;
    const { status } = await begun.goOn({ holdAfter: step });
    expect(status).toBe(step === STEPS ? 'done' : 'held');
    expect(differences(withoutBackups((await begun.outcome()).files), before).length).toBeGreaterThan(0);
    await expectBack(begun, before, `after step ${step}`);
  }
});

test('killed inside a step and taken back, the hosts are as they were', { timeout: 900_000 }, async () => {
  const rollout = await openRollout(REDUCED_ROLLOUT);
  let points: readonly string[];
  {
    await using begun = await rollout.begin();
    expect((await begun.apply()).exitCode).toBe(0);
    points = await begun.points();
  }
  // Announced, and done but not yet recorded.
  const lines = ['after line step-intended', 'before line step-applied'];
  const numbers = points.flatMap((name, index) => (lines.some((line) => name.startsWith(line)) ? [index + 1] : []));
  expect(numbers).toHaveLength(2 * STEPS);
  for (const number of ALL ? numbers : numbers.filter((_, index) => index === 3 || index === 6)) {
    await using begun = await rollout.begin(true);
    const before = (await begun.outcome()).files;
    expect((await begun.apply(number)).signal).toBe('SIGKILL');
    await expectBack(begun, before, (await begun.points()).at(-1) ?? '');
  }
});

test('a rollback that is killed and given again ends with the hosts as they were, also when nothing is left to take back', async () => {
  const rollout = await openRollout(REDUCED_ROLLOUT);
  let points: readonly string[];
  {
    await using begun = await rollout.begin();
    expect((await begun.apply()).exitCode).toBe(0);
    expect((await begun.takeBack()).exitCode).toBe(0);
    points = await begun.points();
  }
  // What is undone is synchronized and restarted later; at the end all of it is done and only not yet recorded.
  const lines = ['after line step-undone', 'before line rollback-finished'];
  const numbers = points.flatMap((name, index) => (lines.some((line) => name.startsWith(line)) ? [index + 1] : []));
  expect(numbers.length).toBeGreaterThan(2);
  for (const number of ALL ? numbers : numbers.slice(-2)) {
    await using begun = await rollout.begin(true);
    const before = (await begun.outcome()).files;
    expect((await begun.apply()).exitCode).toBe(0);
    expect((await begun.takeBack(number)).signal).toBe('SIGKILL');
    const name = (await begun.points()).at(-1) ?? '';
    expect(await begun.takeBack(), name).toMatchObject({ exitCode: 0 });
    const { files, mostDown } = await begun.outcome();
    expect(differences(withoutBackups(files), before), name).toEqual([]);
    expect(mostDown, name).toBeLessThanOrEqual(1);
  }
}, 900_000);

test('an object that two steps changed and that is as before the older one is not brought to what was between them', async () => {
  const client = (protocol: string): string =>
    `{ task: Client tools, operation: client-properties, on: { target: profile, nodes: stpNode }, with: { protocol: ${protocol} } }`;
  const rollout = await openRollout({
    ...REDUCED_ROLLOUT,
    playbook: `phases:
  - { phase: superset, title: All protocols, tasks: [${client('SSL_TLSv2')}] }
  - { phase: one, title: One protocol, tasks: [${client('TLSv1')}] }
`,
  });
  await using begun = await rollout.begin(true);
  expect(begun.plan.steps.map(({ operation }) => operation)).toEqual(['client-properties', 'client-properties']);
  const before = (await begun.outcome()).files;
  // A start of any run removes what an earlier one left: without that it would be among the differences at the end.
  const { dir, site } = begun.lab;
  const left = path.join(dir, 'hosts/stp/home', site.scenario.user, '.strictstep/private/strictstep-0');
  await mkdir(left, { recursive: true });
  await writeFile(path.join(left, 'certificate.p12'), 'key');
  expect((await begun.apply()).exitCode).toBe(0);
  expect((await begun.takeBack('first before line rollback-finished')).signal).toBe('SIGKILL');
  expect((await begun.events()).filter(({ type }) => type === 'step-undone')).toHaveLength(2);
  expect((await begun.takeBack()).exitCode).toBe(0);
  // A change is announced before it is made.
  const announced = (await begun.events()).filter(({ type }) => type === 'step-intended');
  expect(announced).toHaveLength(4);
  expect(differences(withoutBackups((await begun.outcome()).files), before)).toEqual([]);
}, 300_000);
