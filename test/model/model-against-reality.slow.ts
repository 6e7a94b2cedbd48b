// Random deployments and random changes: what the connectivity model says of every link against real handshakes in the lab.
// MODEL_CASES and MODEL_SEED choose how many and which; a failure prints a case for regressions.test.ts.
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyChange } from '../../src/topology/apply-change.ts';
import type { ModelCase } from './case.ts';
import { modelCase } from './generate.ts';
import { makeFigures, runCase, type Figures, type Model } from './run-case.ts';
import { openGround, type ModelGround } from './world.ts';

const CASES = Number(process.env['MODEL_CASES'] ?? 200);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
const MS_PER_CASE = 3000;
const SHRINKS = 80;
const MORE_SEARCHES = 10;
const CASES_OF_A_SEARCH = 50;
const isEveryReasonMet = ({ reasons }: Figures): boolean => Object.values(reasons).every((met) => met > 0);

let ground: ModelGround;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

test(
  'model and lab agree on every link after every change of random deployments',
  async () => {
    const figures = makeFigures();
    const startedAt = performance.now();
    const searchFrom = (cases: number, seed: number): Promise<string | undefined> =>
      search(cases, seed, (one) => runCase(ground, one, figures));
    let failure = await searchFrom(CASES, SEED);
    // Whether so few cases meet the rarest reason is luck: more are drawn until they do.
    for (let more = 1; failure === undefined && more <= MORE_SEARCHES && !isEveryReasonMet(figures); more += 1)
      failure = await searchFrom(CASES_OF_A_SEARCH, SEED + more);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`model against reality: seed ${SEED}, ${seconds} s, ${JSON.stringify(figures)}\n`);
    if (failure !== undefined) throw new Error(failure);
    expect(Math.min(...Object.values(figures.outcomes)), 'every outcome is reached').toBeGreaterThan(0);
    expect(isEveryReasonMet(figures), 'every reason is met').toBe(true);
  },
  60_000 + (CASES + MORE_SEARCHES * CASES_OF_A_SEARCH) * MS_PER_CASE,
);

test('a model that ignores the switch for dynamic update is found out', async () => {
  const everywhere = <Disk extends { readonly security: { readonly dynamicUpdate: boolean } }>(disk: Disk): Disk => ({
    ...disk,
    security: { ...disk.security, dynamicUpdate: true },
  });
  const ignorant: Model = {
    apply: (state, change) => {
      const next = applyChange(state, change);
      const cells = [...next.cells].map(([name, cell]) => {
        const replicas = new Map([...cell.replicas].map(([node, disk]) => [node, everywhere(disk)]));
        return [name, { ...cell, master: everywhere(cell.master), replicas }] as const;
      });
      return { ...next, cells: new Map(cells) };
    },
  };
  const figures = makeFigures();
  let found: string | undefined;
  for (const one of fc.sample(modelCase, { numRuns: 100, seed: 6 }))
    found ??= await runCase(ground, one, figures, ignorant);
  expect(found).toMatch(/model: (?:tls|broken)/);
}, 180_000);

/** Gives the smallest failing case that a bounded search finds, ready to be pasted. */
async function search(
  cases: number,
  seed: number,
  run: (one: ModelCase) => Promise<string | undefined>,
): Promise<string | undefined> {
  let smallest: { readonly one: ModelCase; readonly found: string } | undefined;
  let shrinks = 0;
  await fc.check(
    fc.asyncProperty(modelCase, async (one) => {
      if (smallest !== undefined && (shrinks += 1) > SHRINKS) return;
      const found = await run(one).catch((error: Error) => `unexpected: ${error.stack ?? error.message}`);
      if (found === undefined) return;
      smallest = { one, found };
      throw new Error(found);
    }),
    { numRuns: cases, seed },
  );
  return smallest && `seed ${seed}: ${smallest.found}\n\nregression('...', ${JSON.stringify(smallest.one)});\n`;
}
