// The prober against real servers: `node test/real/tls/prober.real.ts [PART OF A NAME]`. Two other opinions, a JSSE client
// and `openssl s_client`, try every suite they have one by one; each pair of version and suite must agree. As root it
// installs what is missing from Debian packages. Settings: STRICTSTEP_REAL_REPEATS, how often the quick verdict is repeated
// (100); STRICTSTEP_REAL_LISTS, how often the whole list (10); STRICTSTEP_REAL_RANDOM, how many random JSSE servers (50);
// STRICTSTEP_REAL_OPTIONAL=1: a program that is missing is told and does not fail.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeEndpoint, type ProbeReport } from '../../../src/tls/probe-endpoint.ts';
import { makeConfigurations, type Configuration } from './configurations.ts';
import { jsseTruth, opensslTruth, run } from './other-opinions.ts';
import { compareRandomly } from './random-jsse.ts';

const REPEATS = Number(process.env['STRICTSTEP_REAL_REPEATS'] ?? 100);
const LISTS = Number(process.env['STRICTSTEP_REAL_LISTS'] ?? 10);
const RANDOM = Number(process.env['STRICTSTEP_REAL_RANDOM'] ?? 50);
const FIRST_PORT = 23_400;
const PACKAGES = {
  openssl: 'openssl',
  nginx: 'nginx-light',
  prosody: 'prosody',
  selfserv: 'libnss3-tools',
  java: 'openjdk-17-jdk-headless',
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const exists = (command: string): boolean => run('sh', '-c', `command -v ${command}`) !== '';

const wanted = Object.entries(PACKAGES).filter(([command]) => !exists(command));
if (wanted.length > 0 && process.getuid?.() === 0) run('apt-get', 'install', '-y', ...wanted.map(([, name]) => name));
const missing = Object.keys(PACKAGES).filter((command) => !exists(command));
for (const command of missing) say(`NOT RUN: ${command} is not installed; its configurations are NOT measured`);

const hasJava = !missing.includes('java');
const directory = mkdtempSync(join(tmpdir(), 'strictstep-real-'));
const processes: ChildProcess[] = [];
const target = ({ port }: Configuration) => ({ host: '127.0.0.1', port, timeoutMs: 20_000 });

function makeKeys(): void {
  writeFileSync(
    join(directory, 'open.security'),
    'jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n',
  );
  run('openssl', 'dsaparam', '-out', join(directory, 'dsa.parameters'), '2048');
  const kinds = {
    rsa: ['rsa:2048'],
    ec: ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    dsa: [`dsa:${join(directory, 'dsa.parameters')}`],
  };
  for (const [name, kind] of Object.entries(kinds)) {
    const [key, pem, store] = ['key', 'pem', 'p12'].map((ending) => join(directory, `${name}.${ending}`)) as [
      string,
      string,
      string,
    ];
    run(
      'openssl',
      'req',
      '-x509',
      '-nodes',
      '-newkey',
      ...kind,
      '-subj',
      `/CN=${name}.acme.example`,
      '-days',
      '30',
      '-keyout',
      key,
      '-out',
      pem,
    );
    run(
      'openssl',
      'pkcs12',
      '-export',
      '-name',
      name,
      '-inkey',
      key,
      '-in',
      pem,
      '-out',
      store,
      '-passout',
      'pass:changeit',
    );
  }
  // One store with a key of each kind: JSSE takes the one that a suite needs.
  for (const name of Object.keys(kinds)) {
    const [from, to] = [join(directory, `${name}.p12`), join(directory, 'several.p12')];
    const passwords = ['-srcstorepass', 'changeit', '-deststorepass', 'changeit'];
    run(
      'keytool',
      '-importkeystore',
      '-srckeystore',
      from,
      '-destkeystore',
      to,
      '-deststoretype',
      'PKCS12',
      ...passwords,
    );
  }
  for (const name of ['JsseServer.java', 'JsseTruth.java'])
    run('javac', '-d', directory, new URL(name, import.meta.url).pathname);
  run('mkdir', '-p', join(directory, 'nss'));
  const database = `sql:${join(directory, 'nss')}`;
  run('certutil', '-N', '-d', database, '--empty-password');
  run('pk12util', '-i', join(directory, 'rsa.p12'), '-d', database, '-W', 'changeit', '-K', '');
  run('certutil', '-M', '-n', 'rsa', '-t', 'CTu,Cu,Cu', '-d', database);
}

async function start({ command: [program = '', ...args], port, name }: Configuration): Promise<void> {
  const child = spawn(program, args, {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  processes.push(child);
  for (let turn = 0; turn < 300 && child.exitCode === null; turn += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  say(`MISSING: ${name} did not start`);
}

const pairsOf = ({ ciphers }: ProbeReport): readonly string[] =>
  Object.entries(ciphers).flatMap(([version, suites]) => suites.map(({ iana }) => `${version} ${iana}`));
const verdictOf = ({ protocols, clientCertificate, mode }: ProbeReport): string =>
  JSON.stringify({ protocols, clientCertificate, mode });

async function measure(one: Configuration): Promise<boolean> {
  const options = { starttls: one.starttls ?? 'none', domain: 'example.test' };
  const report = await probeEndpoint(target(one), options);
  const truth = new Set([
    ...(hasJava && one.starttls === undefined ? await jsseTruth(directory, one) : []),
    ...(await opensslTruth(directory, one, !hasJava || one.starttls !== undefined)),
  ]);
  const found = pairsOf(report);
  const [extra, absent] = [
    found.filter((item) => !truth.has(item)),
    [...truth].filter((item) => !found.includes(item)),
  ];
  const accepted = Object.entries(report.protocols).flatMap(([version, verdict]) =>
    verdict === 'accepted' ? [version] : [],
  );
  const unclear = Object.values(report.protocols).filter((verdict) => verdict === 'inconclusive').length;
  const verdicts = new Map<string, number>();
  for (let turn = 0; turn < REPEATS; turn += 1) {
    const verdict = verdictOf(await probeEndpoint(target(one), { ...options, quick: true }));
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  let otherLists = 0;
  for (let turn = 1; turn < LISTS; turn += 1) {
    const again = await probeEndpoint(target(one), options);
    if (pairsOf(again).toSorted().join() !== found.toSorted().join()) otherLists += 1;
  }
  const faults = [
    ...(accepted.join() === one.protocols.join() && unclear === 0
      ? []
      : [`protocols ${JSON.stringify(report.protocols)}`]),
    ...(report.clientCertificate === one.clientCertificate
      ? []
      : [`client certificate ${report.clientCertificate}, is ${one.clientCertificate}`]),
    ...(extra.length === 0 ? [] : [`false: ${extra.join(', ')}`]),
    ...(absent.length === 0 ? [] : [`missed: ${absent.join(', ')}`]),
    ...(otherLists === 0 ? [] : [`${otherLists} of ${LISTS} lists differ`]),
    ...(verdicts.size <= 1 && (REPEATS === 0 || verdicts.has(verdictOf(report)))
      ? []
      : [`verdicts differ: ${[...verdicts].join(' ')}`]),
    ...(report.ciphersIncomplete.length === 0 ? [] : ['incomplete']),
  ];
  say(
    `${faults.length === 0 ? 'ok   ' : 'FAULT'} ${one.name.padEnd(30)} ${String(found.length).padStart(4)} pairs ${String(report.connections).padStart(4)} connections ${String(report.durationMs).padStart(5)} ms, verdict ${REPEATS} times and list ${LISTS} times the same`,
  );
  for (const fault of faults) say(`      ${fault}`);
  return faults.length === 0;
}

const [part = ''] = process.argv.slice(2);
try {
  makeKeys();
  const configurations = makeConfigurations(directory, FIRST_PORT).filter(({ name }) => name.includes(part));
  let faulty = 0;
  for (const one of configurations) {
    if (!exists(one.command[0] ?? '')) continue;
    if (one.isShared !== true) await start(one);
    if (!(await measure(one))) faulty += 1;
  }
  if (hasJava && RANDOM > 0 && 'random'.includes(part)) {
    const { configurations: tried, pairs, unclear, fault } = await compareRandomly(directory, RANDOM);
    say(
      `${fault === undefined ? 'ok   ' : 'FAULT'} ${tried} random JSSE servers, ${pairs} pairs, client certificate not known at ${unclear}`,
    );
    if (fault !== undefined) say(`      ${fault}`);
    if (fault !== undefined) faulty += 1;
  }
  say(`${configurations.length} configurations, ${faulty} with a fault, ${missing.length} programs missing`);
  const isAllowed = process.env['STRICTSTEP_REAL_OPTIONAL'] === '1';
  process.exitCode = faulty === 0 && (missing.length === 0 || isAllowed) ? 0 : 1;
} finally {
  for (const child of processes) child.kill();
  rmSync(directory, { recursive: true, force: true });
}
