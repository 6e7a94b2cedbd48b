// This prober against sslscan, nmap's ssl-enum-ciphers and testssl.sh, interleaved in one run: whole process, connections,
// pairs of version and suite against what another implementation says the server takes. Nothing is asserted.
// `node test/bench/probe.bench.ts [--only PART_OF_A_TITLE] [--rounds 5] [--testssl-limit 900]`; --list names the sections.
// strictstep is measured as it is published, so it is built first. As root it installs what is missing from Debian.
import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { build } from '../../build/build.ts';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { jsseTruth, opensslTruth } from '../real/tls/other-opinions.ts';
import { openProxy } from './probe/proxy.ts';
import { median, say, seconds, show, takeTurns } from './probe/rows.ts';
import {
  findFreePorts,
  installTools,
  makeKeys,
  openBench,
  startEverywhere,
  startJsse,
  startNss,
  startOpenssl,
} from './probe/servers.ts';
import type { Bench } from './probe/servers.ts';
import { MAIN, NODE_START, QUICK, SCANNERS, TESTSSL } from './probe/tools.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    'testssl-limit': { type: 'string', default: '900' },
    list: { type: 'boolean', default: false },
    /** the port of a process that measureWarm starts */
    warm: { type: 'string' },
  },
});
const ROUNDS = Number(flags.rounds);
const WARM_UP_MS = 6000;
const [OPEN = 0, STRICT = 0, OPENSSL = 0, NSS = 0, EVERYWHERE = 0, PROXY = 0, ...MANY_PORTS] = await findFreePorts(26);
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

type AskTruth = (bench: Bench, port: number) => Promise<readonly string[]>;
const asServer = (port: number) => ({ name: '', port, command: [], clientCertificate: 'none' }) as const;
const askJsse: AskTruth = ({ directory }, port) => jsseTruth(directory, { ...asServer(port), protocols: [] });
const askBoth: AskTruth = async (bench, port) => {
  const protocols = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
  const openssl = opensslTruth(bench.directory, { ...asServer(port), protocols: [...protocols] }, true);
  return [...new Set([...(await askJsse(bench, port)), ...(await openssl)])];
};

const startOpen = (bench: Bench): Promise<void> => startJsse(bench, OPEN, 1, true);
const startStrict = (bench: Bench): Promise<void> => startJsse(bench, STRICT, 1, false);

type Section = {
  readonly title: string;
  readonly start: (bench: Bench) => Promise<void>;
  readonly measure: (title: string, bench: Bench) => Promise<void>;
};

const compareAt =
  (port: number, roundTripMs: number, askTruth: AskTruth, more = [NODE_START]) =>
  async (title: string, bench: Bench): Promise<void> => {
    await warmUp(port);
    const truth = await askTruth(bench, port);
    await using proxy = await openProxy(PROXY, port, roundTripMs);
    const rows = await takeTurns([...SCANNERS, ...more], ROUNDS, roundTripMs > 0 ? [PROXY] : [port], proxy);
    // Connections are counted in a run of their own, as a proxy costs time; with latency it is what is measured.
    if (roundTripMs === 0) {
      const counted = await takeTurns(SCANNERS, 1, [PROXY], proxy);
      for (const [index, row] of counted.entries()) Object.assign(rows[index] ?? {}, { connections: row.connections });
    }
    show(title, rows, truth);
  };

/** The server as one in production is, and the program as one that was started before: its compiled form is kept. */
async function warmUp(port: number): Promise<void> {
  const target = { host: '127.0.0.1', port, timeoutMs: 20_000 };
  // As warm as a Java machine that has served for a while: 6 probes left it slower for the first 40 that were measured.
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) await probeEndpoint(target);
  for (const flag of ['--json', '--quick', '--json', '--quick'])
    await promisify(execFile)(process.execPath, [MAIN, 'probe', flag, `${target.host}:${port}`], {
      maxBuffer: 2 ** 27,
    });
}

async function compareMany(title: string): Promise<void> {
  await warmUp(MANY_PORTS[0] ?? 0);
  show(title, await takeTurns([...SCANNERS, NODE_START], ROUNDS, MANY_PORTS), undefined);
}

/** Minutes for one port, so once is enough, and it is not waited for longer than the limit. */
async function compareTestssl(title: string, port: number): Promise<void> {
  await warmUp(port);
  const own = await takeTurns(SCANNERS.slice(0, 1), ROUNDS, [port]);
  show(title, [...own, ...(await takeTurns([TESTSSL(Number(flags['testssl-limit']))], 1, [port]))], undefined);
}

async function measureStart(title: string): Promise<void> {
  await warmUp(STRICT);
  show(title, await takeTurns([...SCANNERS.slice(0, 1), QUICK, NODE_START], ROUNDS, [STRICT]), undefined);
}

/** In one process of their own, so that nothing is warm: the first probe, and the median of later ones. */
async function measureWarm(title: string): Promise<void> {
  await warmUp(STRICT);
  const file = fileURLToPath(import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, [file, '--warm', String(STRICT)]);
  say(`\n${title}, load ${loadavg()[0]?.toFixed(1)}: ${stdout.trim()}`);
}

async function probeQuickly(port: number): Promise<void> {
  const times: number[] = [];
  let most = 0;
  for (let round = 0; round < 21; round += 1)
    times.push(
      await seconds(async () => {
        const { connections } = await probeEndpoint({ host: '127.0.0.1', port, timeoutMs: 20_000 }, { quick: true });
        most = Math.max(most, connections);
      }),
    );
  const inMs = (value: number | undefined): string => `${((value ?? Number.NaN) * 1000).toFixed(0)} ms`;
  say(`first ${inMs(times[0])}, median of ${times.length} ${inMs(median(times))}, at most ${most} connections`);
}

async function measureThousand(title: string, { directory }: Bench): Promise<void> {
  const file = join(directory, 'targets');
  const hosts = Array.from({ length: 1000 }, (_, index) => `127.1.${index >> 8}.${index & 255}:${EVERYWHERE}`);
  writeFileSync(file, hosts.join('\n'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, 'probe', '--targets', file, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
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
  const megabytes = (Number(peak) / 1024).toFixed(0);
  say(`\n${title}, load ${loadavg()[0]?.toFixed(1)}: ${reached} reached, peak ${megabytes} MB, ${took} s`);
}

const SECTIONS: readonly Section[] = [
  { title: 'start: strict JSSE, beyond Node', start: startStrict, measure: measureStart },
  { title: 'quick: strict JSSE, inside one process', start: startStrict, measure: measureWarm },
  { title: 'open JSSE', start: startOpen, measure: compareAt(OPEN, 0, askJsse) },
  { title: 'strict JSSE', start: startStrict, measure: compareAt(STRICT, 0, askJsse) },
  { title: 'OpenSSL', start: (bench) => startOpenssl(bench, OPENSSL), measure: compareAt(OPENSSL, 0, askBoth) },
  { title: 'NSS', start: (bench) => startNss(bench, NSS), measure: compareAt(NSS, 0, askBoth) },
  { title: 'far open JSSE, 20 ms of round trip', start: startOpen, measure: compareAt(OPEN, 20, askJsse, []) },
  { title: 'far strict JSSE, 20 ms of round trip', start: startStrict, measure: compareAt(STRICT, 20, askJsse, []) },
  {
    title: '20 open JSSE in one call',
    start: (bench) => startJsse(bench, MANY_PORTS[0] ?? 0, MANY_PORTS.length, true),
    measure: compareMany,
  },
  {
    title: '1,000 endpoints in one process',
    start: (bench) => startEverywhere(bench, EVERYWHERE),
    measure: measureThousand,
  },
  { title: 'testssl: strict JSSE', start: startStrict, measure: (title) => compareTestssl(title, STRICT) },
  { title: 'testssl: open JSSE', start: startOpen, measure: (title) => compareTestssl(title, OPEN) },
];

async function main(): Promise<void> {
  const exact = SECTIONS.filter(({ title }) => title === flags.only);
  const wanted = exact.length > 0 ? exact : SECTIONS.filter(({ title }) => title.includes(flags.only));
  if (flags.list || wanted.length === 0) return say(SECTIONS.map(({ title }) => title).join('\n'));
  const missing = await installTools();
  if (missing.length > 0) return say(`MISSING: ${missing.join(', ')}; nothing is measured`);
  await build(DIST);
  for (const { title, start, measure } of wanted) {
    try {
      await using bench = openBench();
      await makeKeys(bench);
      await start(bench);
      await measure(title, bench);
    } catch (error) {
      process.exitCode = 1;
      say(`\n${title}: NOT MEASURED, ${String(error).slice(0, 300)}`);
    }
  }
}

if (flags.warm === undefined) await main();
else await probeQuickly(Number(flags.warm));
