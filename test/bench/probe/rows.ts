// One row for each tool: its times, taken in turns with the others so that a busy moment hits all, and how rows are shown.
import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { promisify } from 'node:util';
import type { Proxy } from './proxy.ts';
import { NODE_START, type Tool } from './tools.ts';

const execute = promisify(execFile);

type Row = {
  readonly tool: Tool;
  readonly times: readonly number[];
  readonly connections: number | undefined;
  readonly found: readonly string[];
};

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function seconds(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return (performance.now() - startedAt) / 1000;
}

/** @param proxy counts the connections; the ports are then its own */
export async function takeTurns(
  tools: readonly Tool[],
  rounds: number,
  ports: readonly number[],
  proxy?: Proxy,
): Promise<readonly Row[]> {
  const rows = tools.map((tool) => ({
    tool,
    times: [] as number[],
    connections: undefined as number | undefined,
    found: [] as readonly string[],
  }));
  for (let round = 0; round < rounds; round += 1)
    for (const row of rows) {
      const [program = '', ...args] = row.tool.command(ports);
      await proxy?.take();
      row.times.push(
        await seconds(async () => {
          const { stdout } = await execute(program, args, { maxBuffer: 2 ** 27 });
          row.found = [...new Set(row.tool.pairs(stdout))];
        }),
      );
      row.connections = await proxy?.take();
    }
  return rows;
}

/** The first row is what the others are compared with. */
export function show(title: string, rows: readonly Row[], truth: readonly string[] | undefined): void {
  const own = median(rows[0]?.times ?? []);
  const nothing = median(rows.find(({ tool }) => tool === NODE_START)?.times ?? []);
  const pairs = truth === undefined ? '' : `, the server takes ${truth.length} pairs`;
  say(`\n${title}: median of ${rows[0]?.times.length}, load ${loadavg()[0]?.toFixed(1)}${pairs}`);
  for (const { tool, times, connections, found } of rows) {
    const middle = median(times);
    const hasEnded = tool.limitS === undefined || middle < tool.limitS;
    const missed = truth?.filter((pair) => !found.includes(pair)).length;
    const isOwn = tool.name.startsWith('strictstep') && !Number.isNaN(nothing);
    const words = [
      `  ${tool.name.padEnd(20)} ${middle.toFixed(3).padStart(8)} s`,
      `${hasEnded ? 'ratio' : 'NOT FINISHED, ratio more than'} ${(middle / own).toFixed(2).padStart(6)}`,
      isOwn ? `${((middle - nothing) * 1000).toFixed(0).padStart(4)} ms beyond Node's start` : '',
      connections === undefined || connections === 0 ? '' : `${String(connections).padStart(5)} connections`,
      found.length === 0 ? '' : `${String(found.length).padStart(5)} found`,
      found.length === 0 || missed === undefined ? '' : `${String(missed).padStart(4)} missed`,
    ];
    say(words.filter((word) => word !== '').join('  '));
  }
}
