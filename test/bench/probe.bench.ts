// This prober against sslscan and nmap's ssl-enum-ciphers, interleaved in one run: medians of the whole process, connections
// and pairs of version and suite. `node test/bench/probe.bench.ts [ROUNDS]`. Nothing is asserted. Needs java, sslscan, nmap.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const execute = promisify(execFile);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const MAIN = pathOf('../../src/cli/main.ts');
const JAVA = process.env['JAVA'] ?? 'java';
const BENCH = pathOf('probe.bench.ts');
type Tool = {
  readonly name: string;
  readonly command: (port: number) => readonly string[];
  readonly pairs: (output: string) => number;
};
const TOOLS: readonly Tool[] = [
  {
    name: 'strictstep',
    command: (port) => [process.execPath, MAIN, 'probe', `127.0.0.1:${port}`, '--json'],
    pairs: pairsOfJson,
  },
  { name: 'prober alone', command: (port) => [process.execPath, BENCH, 'alone', String(port)], pairs: pairsOfJson },
  {
    name: 'sslscan',
    command: (port) => [
      'sslscan',
      '--no-colour',
      '--no-heartbleed',
      '--no-groups',
      '--no-renegotiation',
      '--no-fallback',
      '--no-compression',
      '--show-certificate',
      `127.0.0.1:${port}`,
    ],
    pairs: (output) => output.match(/^(Accepted|Preferred) /gm)?.length ?? 0,
  },
  {
    name: 'nmap',
    command: (port) => ['nmap', '-n', '-Pn', '-p', String(port), '--script', '+ssl-enum-ciphers', '127.0.0.1'],
    pairs: (output) => output.match(/^\|\s+(TLS|SSL)_\w+/gm)?.length ?? 0,
  },
  { name: "Node's own start", command: () => [process.execPath, '-e', '0'], pairs: () => 0 },
];

function pairsOfJson(output: string): number {
  const { ciphers } = JSON.parse(output) as { readonly ciphers: Readonly<Record<string, readonly unknown[]>> };
  return Object.values(ciphers).reduce((sum, suites) => sum + suites.length, 0);
}

/** Counts connections and gives each direction half of the round trip. */
async function openProxy(to: number, roundTripMs: number) {
  let connections = 0;
  const server = createServer({ noDelay: true }, (near) => {
    connections += 1;
    const far = connect({ port: to, host: '127.0.0.1', noDelay: true });
    // A connection costs a round trip of its own before the first byte can travel.
    pass(near, far, roundTripMs * 1.5);
    pass(far, near, roundTripMs / 2);
  });
  server.listen(0, '127.0.0.1', 1000);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, take: () => [connections, (connections = 0)][0] ?? 0, close: () => server.close() };
}

function pass(from: Socket, to: Socket, firstMs: number): void {
  const later = (action: () => void): void => void (firstMs === 0 ? action() : setTimeout(action, firstMs));
  from.on('data', (bytes) => later(() => to.writable && to.write(bytes)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => later(() => to.destroy()));
}

async function compare(title: string, port: number, roundTripMs: number, rounds: number): Promise<void> {
  const proxy = await openProxy(port, roundTripMs);
  const found = new Map(TOOLS.map(({ name }) => [name, { seconds: [] as number[], connections: 0, pairs: 0 }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, command, pairs } of TOOLS) {
      const one = found.get(name);
      if (one === undefined) continue;
      // Time without the proxy, unless the proxy is what is measured; connections through it, in a run of their own.
      const isCounted = roundTripMs > 0 || round === 0;
      const time = async (to: number): Promise<number> => {
        const [program = '', ...args] = command(to);
        const startedAt = performance.now();
        const { stdout } = await execute(program, args, { maxBuffer: 2 ** 26 });
        one.pairs = pairs(stdout);
        return (performance.now() - startedAt) / 1000;
      };
      proxy.take();
      const slow = isCounted ? await time(proxy.port) : 0;
      if (isCounted) one.connections = proxy.take();
      one.seconds.push(roundTripMs > 0 ? slow : await time(port));
    }
  }
  proxy.close();
  const own = median(found.get('strictstep')?.seconds ?? []);
  say(`\n${title}, median of ${rounds}`);
  for (const [name, { seconds, connections, pairs }] of found) {
    const middle = median(seconds);
    say(
      `  ${name.padEnd(18)} ${middle.toFixed(3).padStart(8)} s  ${String(connections).padStart(5)} connections ${String(pairs).padStart(5)} pairs  ratio ${(middle / own).toFixed(2)}`,
    );
  }
}

if (process.argv[2] === 'alone') {
  // The prober without the command line around it.
  const target = { host: '127.0.0.1', port: Number(process.argv[3]), timeoutMs: 20_000 };
  process.stdout.write(JSON.stringify(await probeEndpoint(target)));
  process.exit();
}

const directory = mkdtempSync(join(tmpdir(), 'strictstep-bench-'));
const children: ReturnType<typeof spawn>[] = [];
async function startJsse(port: number, protocols: string, suites: string, isOpen: boolean): Promise<void> {
  const security = join(directory, 'open.security');
  writeFileSync(security, 'jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n');
  const server = pathOf('../real/tls/JsseServer.java');
  const child = spawn(JAVA, [
    ...(isOpen ? [`-Djava.security.properties=${security}`] : []),
    server,
    String(port),
    protocols,
    'none',
    suites,
    join(directory, 'all.p12'),
  ]);
  children.push(child);
  await once(child.stdout, 'data');
}

try {
  for (const [alias, ...kind] of [
    ['rsa', 'RSA', '2048'],
    ['ec', 'EC', '256'],
    ['dsa', 'DSA', '2048'],
  ] as const) {
    const store = ['-storetype', 'PKCS12', '-keystore', join(directory, 'all.p12'), '-storepass', 'changeit'];
    await execute('keytool', [
      '-genkeypair',
      '-alias',
      alias,
      '-keyalg',
      kind[0],
      '-keysize',
      kind[1],
      '-dname',
      'CN=x.acme.example',
      '-validity',
      '30',
      ...store,
    ]);
  }
  await startJsse(24_601, 'SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3', 'all', true);
  await startJsse(
    24_602,
    'TLSv1.2',
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    false,
  );
  // The servers warm up first, as a production server has.
  for (const port of [24_601, 24_601, 24_601, 24_602]) await execute(process.execPath, [BENCH, 'alone', String(port)]);
  await compare('JSSE with everything, no latency', 24_601, 0, ROUNDS);
  await compare('JSSE strict, no latency', 24_602, 0, ROUNDS);
  await compare('JSSE with everything, 20 ms of round trip', 24_601, 20, Math.min(ROUNDS, 3));
  await compare('JSSE strict, 20 ms of round trip', 24_602, 20, ROUNDS);
} finally {
  for (const child of children) child.kill();
  rmSync(directory, { recursive: true, force: true });
}
