// How long a plan with its proof takes, and what it weighs, for 10, 50 and 200 nodes with 8 servers each. Run by
// `npm run bench:plan`; each size gets a process of its own, so that its peak of memory is its own. Nothing is asserted.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prettyJson } from '../../src/core/json.ts';
import { makePlan } from '../../src/plan/make.ts';
import { bigCell } from '../helpers/big-cell.ts';

const SIZES = [10, 50, 200];
const COLUMNS = ['nodes', 'links', 'steps', 'seconds', 'peak RSS MB', 'plan MB', 'safe'];
const WIDTH = 12;

const row = (cells: readonly (string | number)[]): string => cells.map((cell) => String(cell).padStart(WIDTH)).join('');
const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

function measure(nodes: number): string {
  const input = bigCell(nodes);
  const start = process.hrtime.bigint();
  const plan = makePlan(input);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { maxRSS } = process.resourceUsage(); // kilobytes; before the text is made, which apply does not need
  return row([
    nodes,
    plan.states[0]?.links.length ?? 0,
    plan.steps.length,
    seconds.toFixed(2),
    megabytes(maxRSS * 1024),
    megabytes(Buffer.byteLength(prettyJson(plan))),
    String(plan.proof.safe),
  ]);
}

const [size] = process.argv.slice(2);
if (size === undefined) {
  process.stdout.write(`${row(COLUMNS)}\n`);
  for (const nodes of SIZES)
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(nodes)], { stdio: 'inherit' });
} else {
  process.stdout.write(`${measure(Number(size))}\n`);
}
