// Starting a contender of bench:fleet and measuring it: GNU time tells seconds, processor time of the command and of every
// process it waited for, and the memory of the largest of them.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that the bench needs is not on this machine. */
export class ToolMissing extends Error {}

export type Measured = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly output: string;
};

export type Invocation = {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** exit statuses that mean success; default: 0 */
  readonly good?: readonly number[];
};

/** Debian packages are installed by the bench itself. */
export function expectProgram(program: string, packages: readonly string[]): void {
  if (isThere(program)) return;
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"';
  spawnSync('sh', ['-c', install, 'sh', ...packages], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (!isThere(program)) throw new ToolMissing(`${program} is not here; install ${packages.join(' ')}`);
}

const isThere = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;

export async function measured({ argv, env = {}, cwd, good = [0] }: Invocation): Promise<Measured> {
  const times = join(cwd, 'times');
  const child = spawn('/usr/bin/time', ['-q', '-o', times, '-f', '%e %U %S %M', ...argv], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  const begin = process.hrtime.bigint();
  await once(child, 'close');
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const output = Buffer.concat(chunks).toString();
  if (child.exitCode === null || !good.includes(child.exitCode))
    throw new Error(`${argv.slice(0, 3).join(' ')} ended with status ${child.exitCode}:\n${output.slice(-2000)}`);
  const last = (await readFile(times, 'utf8')).trim().split('\n').at(-1) ?? '';
  const [, user = 0, system = 0, kilobytes = 0] = last.split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, peakMegabytes: kilobytes / 1000, output };
}
