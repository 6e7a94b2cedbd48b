// This prober against sslscan, nmap's ssl-enum-ciphers and testssl.sh, interleaved in one run: whole process, connections,
// pairs of version and suite against what another implementation says the server takes. Nothing is asserted.
// `node test/bench/probe.bench.ts [ROUNDS] [PART OF A TITLE]`. As root it installs what is missing from Debian.
// BENCH_WITHOUT_TESTSSL=1 leaves out testssl.sh, which takes minutes for one port.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { jsseTruth, opensslTruth } from '../real/tls/other-opinions.ts';
import {
  installTools,
  makeKeys,
  openBench,
  startEverywhere,
  startJsse,
  startNss,
  startOpenssl,
} from './probe/servers.ts';
import type { Bench } from './probe/servers.ts';
import { TOOLS } from './probe/tools.ts';
import type { Tool } from './probe/tools.ts';

const execute = promisify(execFile);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
const seconds = async (action: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await action();
  return (performance.now() - startedAt) / 1000;
};

const ROUNDS = Number(process.argv[2] ?? 5);
const WANTED = process.argv[3] ?? '';
const SKIPS_SLOW = process.env['BENCH_WITHOUT_TESTSSL'] === '1';
const [OPEN, STRICT, OPENSSL, NSS, MANY, EVERYWHERE, PROXY] = [24_801, 24_802, 24_803, 24_804, 24_810, 24_840, 24_850];
const MANY_PORTS = Array.from({ length: 20 }, (_, index) => MANY + index);

type Row = { readonly tool: Tool; readonly times: number[]; connections: number | undefined; found: readonly string[] };

async function run({ command, pairs }: Tool, ports: readonly number[], row: Row): Promise<void> {
  const [program = '', ...args] = command(ports);
  const { stdout } = await execute(program, args, { maxBuffer: 2 ** 27 });
  row.found = [...new Set(pairs(stdout))];
}

function show(title: string, rows: readonly Row[], truth: readonly string[] | undefined, own = ownTime(rows)): void {
  const load = loadavg()[0]?.toFixed(1);
  if (title !== '')
    say(
      `\n${title}: median of ${ROUNDS}, load ${load}${truth === undefined ? '' : `, the server takes ${truth.length} pairs`}`,
    );
  for (const { tool, times, connections, found } of rows) {
    const middle = median(times);
    const missed = truth?.filter((pair) => !found.includes(pair)).length;
    const words = [
      `  ${tool.name.padEnd(18)} ${middle.toFixed(3).padStart(8)} s`,
      `ratio ${(middle / own).toFixed(2).padStart(6)}`,
      connections === undefined ? '' : `${String(connections).padStart(5)} connections`,
      found.length === 0 ? '' : `${String(found.length).padStart(5)} found`,
      found.length === 0 || missed === undefined ? '' : `${String(missed).padStart(4)} missed`,
    ];
    say(words.join('  ').trimEnd());
  }
}

const ownTime = ([own]: readonly Row[]): number => median(own?.times ?? []);

const makeRows = (isSlow: boolean): readonly Row[] =>
  TOOLS.filter((tool) => (tool.isSlow === true) === isSlow).map((tool) => ({
    tool,
    times: [],
    connections: undefined,
    found: [],
  }));

type AskTruth = (port: number) => Promise<readonly string[]>;

async function compare(title: string, port: number, roundTripMs: number, askTruth: AskTruth): Promise<void> {
  if (!title.includes(WANTED)) return;
  const truth = await askTruth(port);
  await using proxy = await openProxy(port, roundTripMs);
  const rows = makeRows(false);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const row of rows) {
      if (roundTripMs === 0) row.times.push(await seconds(() => run(row.tool, [port], row)));
      // Connections are counted in a run of their own, as a proxy costs time; with latency it is what is measured.
      if (roundTripMs === 0 && round > 0) continue;
      await proxy.take();
      const through = await seconds(() => run(row.tool, [PROXY], row));
      if (roundTripMs > 0) row.times.push(through);
      row.connections = await proxy.take();
    }
  }
  show(title, rows, truth);
  // Minutes for one port, so once is enough, and not with latency.
  const slow = roundTripMs === 0 && !SKIPS_SLOW ? makeRows(true) : [];
  for (const row of slow) row.times.push(await seconds(() => run(row.tool, [port], row)));
  show('', slow, truth, ownTime(rows));
}

async function openProxy(to: number, roundTripMs: number) {
  const child = spawn(process.execPath, [pathOf('probe/delaying-proxy.ts'), ...[PROXY, to, roundTripMs].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async take(): Promise<number> {
      child.stdin.write('\n');
      return Number((await lines.next()).value);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

async function compareMany(title: string): Promise<void> {
  if (!title.includes(WANTED)) return;
  const rows = makeRows(false);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const row of rows) row.times.push(await seconds(() => run(row.tool, MANY_PORTS, row)));
  show(title, rows, undefined);
}

/** In one process of their own, so that nothing is warm: the first probe, and the median of later ones. */
async function measureQuick(title: string): Promise<void> {
  if (!title.includes(WANTED)) return;
  const { stdout } = await execute(process.execPath, [pathOf('probe.bench.ts'), 'quick', String(STRICT)]);
  say(`\n${title}, load ${loadavg()[0]?.toFixed(1)}: ${stdout.trim()}`);
}

async function measureThousand(title: string, { directory }: Bench): Promise<void> {
  if (!title.includes(WANTED)) return;
  const file = join(directory, 'targets');
  const hosts = Array.from({ length: 1000 }, (_, index) => `127.1.${index >> 8}.${index & 255}:${EVERYWHERE}`);
  writeFileSync(file, hosts.join('\n'));
  const main = pathOf('../../src/cli/strictstep.mjs');
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main, 'probe', '--targets', file, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = '';
  const timer = setInterval(() => {
    const status = child.exitCode === null ? readFileSync(`/proc/${child.pid}/status`, 'utf8') : '';
    peak = /VmHWM:\s*(\d+)/.exec(status)?.[1] ?? peak;
  }, 50);
  const output = (await child.stdout.toArray()).join('');
  clearInterval(timer);
  const { reports } = JSON.parse(output) as { readonly reports: readonly { readonly reachable: boolean }[] };
  const reached = reports.filter(({ reachable }) => reachable).length;
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(
    `\n${title}, load ${loadavg()[0]?.toFixed(1)}: ${reached} reached, peak ${(Number(peak) / 1024).toFixed(0)} MB, ${took} s`,
  );
}

async function probeQuickly(port: number): Promise<void> {
  const times: number[] = [];
  let most = 0;
  for (let round = 0; round < 21; round += 1) {
    const probed = { host: '127.0.0.1', port, timeoutMs: 20_000 };
    times.push(
      (await seconds(async () => (most = Math.max(most, (await probeEndpoint(probed, { quick: true })).connections)))) *
        1000,
    );
  }
  say(
    `first ${times[0]?.toFixed(0)} ms, median of ${times.length} ${median(times).toFixed(0)} ms, at most ${most} connections`,
  );
}

async function main(): Promise<void> {
  const missing = await installTools();
  if (missing.length > 0) return say(`MISSING: ${missing.join(', ')}; nothing is measured`);
  await using bench = openBench();
  await makeKeys(bench);
  await startJsse(bench, OPEN, 1, true);
  await startJsse(bench, STRICT, 1, false);
  await startOpenssl(bench, OPENSSL);
  await startNss(bench, NSS);
  const askJsse: AskTruth = (port) =>
    jsseTruth(bench.directory, { name: '', port, command: [], clientCertificate: 'none', protocols: [] });
  const askBoth: AskTruth = async (port) => {
    const protocols = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
    const one = { name: '', port, command: [], clientCertificate: 'none', protocols } as const;
    return [...new Set([...(await askJsse(port)), ...(await opensslTruth(bench.directory, one, true))])];
  };
  // The servers warm up first, as a production server has.
  for (let round = 0; round < 6; round += 1)
    for (const port of [OPEN, STRICT]) await probeEndpoint({ host: '127.0.0.1', port, timeoutMs: 20_000 });
  await measureQuick('strict, --quick, in one process');
  await compare('JSSE open, no latency', OPEN, 0, askJsse);
  await compare('JSSE strict, no latency', STRICT, 0, askJsse);
  await compare('OpenSSL, no latency', OPENSSL, 0, askBoth);
  await compare('NSS, no latency', NSS, 0, askBoth);
  await compare('JSSE open, 20 ms of round trip', OPEN, 20, askJsse);
  await compare('JSSE strict, 20 ms of round trip', STRICT, 20, askJsse);
  if ('20 endpoints, JSSE open, no latency'.includes(WANTED)) await startJsse(bench, MANY, MANY_PORTS.length, true);
  await compareMany('20 endpoints, JSSE open, no latency');
  if ('1,000 endpoints in one process'.includes(WANTED)) await startEverywhere(bench, EVERYWHERE);
  await measureThousand('1,000 endpoints in one process', bench);
}

if (process.argv[2] === 'quick') await probeQuickly(Number(process.argv[3]));
else await main();
