import * as fc from 'fast-check';
import { modelCase } from '/work/main/test/model/generate.ts';
import { makeFigures, runCase } from '/work/main/test/model/run-case.ts';
import { openGround } from '/work/main/test/model/world.ts';
const [n, seed] = process.argv.slice(2).map(Number);
await using ground = await openGround();
const cases = fc.sample(modelCase, { numRuns: n!, seed: seed! });
const figures = makeFigures();
const t = performance.now();
const kinds = new Map<string, string>();
for (const one of cases) {
  const found = await runCase(ground, one, figures).catch((e) => 'unexpected ' + e.stack);
  if (found === undefined) continue;
  const key = found.replace(/step \d+/, 'step').slice(0, 4000).split('\n').map((l) => l.replace(/\d/g,'#')).join('\n');
  console.log('--- ', found.slice(0, 1500), '\n', JSON.stringify(one));
  kinds.set(key, '');
}
const cpu = process.cpuUsage(); console.log("cpu", (cpu.user/1e6).toFixed(1), (cpu.system/1e6).toFixed(1));
console.log(((performance.now()-t)/1000).toFixed(1), JSON.stringify(figures), kinds.size);
