// Random JSSE servers: versions, suites in any order, mode and keys by fast-check. One Java process opens each of them and lets
// a client of its own try every pair that is enabled; the prober must find exactly the pairs that worked.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { probeEndpoint } from '../../../src/tls/probe-endpoint.ts';
import { OPEN_JAVA } from './configurations.ts';
import { pair } from './other-opinions.ts';

const VERSIONS = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

export type RandomOutcome = {
  readonly configurations: number;
  readonly pairs: number;
  /** client certificate modes that nobody could tell */
  readonly unclear: number;
  /** undefined: no disagreement */
  readonly fault: string | undefined;
};

export async function compareRandomly(directory: string, runs: number): Promise<RandomOutcome> {
  const door = spawn(process.env['JAVA'] ?? 'java', [OPEN_JAVA(directory), '-cp', directory, 'JsseServer', 'door'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: door.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<readonly string[]> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the Java process ended');
    return value.split(' ');
  };
  const send = (...words: readonly string[]): void => void door.stdin.write(`${words.join(' ')}\n`);
  const store = (name: string): string => join(directory, `${name}.p12`);
  try {
    const [, all = ''] = await next();
    const suites = all.split(',').filter((name) => !name.endsWith('_SCSV'));
    let [configurations, pairs, unclear] = [0, 0, 0];
    const choice = fc.record({
      versions: fc.uniqueArray(fc.constantFrom(...VERSIONS), { minLength: 1 }),
      suites: fc.uniqueArray(fc.constantFrom(...suites), { minLength: 1, maxLength: 40 }),
      mode: fc.constantFrom('none', 'want', 'need'),
      key: fc.constantFrom('rsa', 'ec', 'several'),
    });
    const property = fc.asyncProperty(choice, async ({ versions, suites: enabled, mode, key }) => {
      send('open', versions.join(), mode, enabled.join(), store(key));
      const [, port = ''] = await next();
      const report = await probeEndpoint({ host: '127.0.0.1', port: Number(port), timeoutMs: 20_000 });
      send('truth', store('rsa'));
      const truth: string[] = [];
      for (let words = await next(); words[0] === 'pair'; words = await next())
        truth.push(pair(words[1] ?? '', words[2] ?? ''));
      const found = Object.entries(report.ciphers).flatMap(([version, list]) =>
        list.map(({ iana }) => `${version} ${iana}`),
      );
      configurations += 1;
      pairs += truth.length;
      equal('pairs', found.toSorted(), truth.toSorted());
      const accepted = new Set(truth.map((one) => one.slice(0, one.indexOf(' '))));
      const protocols = Object.entries(report.protocols).map(([version, verdict]) => `${version} ${verdict}`);
      equal(
        'protocols',
        protocols,
        Object.keys(report.protocols).map((version) => `${version} ${accepted.has(version) ? 'accepted' : 'refused'}`),
      );
      equal('incomplete', report.ciphersIncomplete, []);
      if (report.clientCertificate === 'inconclusive') unclear += 1;
      else if (truth.length > 0) equal('client certificate', [report.clientCertificate], [mode]);
    });
    const { failed, counterexample, errorInstance, seed } = await fc.check(property, { numRuns: runs });
    const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    const fault = failed ? `seed ${seed}: ${JSON.stringify(counterexample)}: ${reason}` : undefined;
    return { configurations, pairs, unclear, fault };
  } finally {
    door.kill();
  }
}

function equal(what: string, found: readonly string[], wanted: readonly string[]): void {
  const extra = found.filter((item) => !wanted.includes(item));
  const absent = wanted.filter((item) => !found.includes(item));
  if (extra.length + absent.length === 0) return;
  throw new Error(`${what}: false ${extra.join(', ') || 'none'}; missed ${absent.join(', ') || 'none'}`);
}
