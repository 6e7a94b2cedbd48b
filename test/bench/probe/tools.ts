// The scanners that are compared: how each is called for one port or for several, and the pairs of version and suite that
// its output names. Each is asked for protocols, suites and certificate, and for as little else as it allows.
import { fileURLToPath } from 'node:url';
import { suiteById, suiteByName } from '../../../src/tls/cipher-suites.ts';

export type Tool = {
  readonly name: string;
  readonly command: (ports: readonly number[]) => readonly string[];
  /** `TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA` */
  readonly pairs: (output: string) => readonly string[];
  /** ended after so many seconds */
  readonly limitS?: number;
};

/** As published: probe.bench.ts builds it. */
export const MAIN = fileURLToPath(new URL('../../../dist/cli/main.cjs', import.meta.url));
const address = (port: number): string => `127.0.0.1:${port}`;
const SSLSCAN = [
  'sslscan',
  '--no-colour',
  '--no-heartbleed',
  '--no-groups',
  '--no-renegotiation',
  '--no-fallback',
  '--no-compression',
  '--show-certificate',
];

/** `TLSv1.0`, `tls1_2`, `SSLv3` */
const versionOf = (text: string): string =>
  text
    .replace(/^tls1$/, 'TLSv1')
    .replace(/^tls1_/, 'TLSv1.')
    .replace(/^ssl(\d)$/, 'SSLv$1')
    .replace(/\.0$/, '');

export const SCANNERS: readonly Tool[] = [
  {
    name: 'strictstep',
    command: (ports) => [process.execPath, MAIN, 'probe', ...ports.map(address), '--json'],
    pairs: pairsOfJson,
  },
  {
    name: 'sslscan',
    // It takes one port a call, so several run side by side.
    command: (ports) =>
      ports.length === 1
        ? [...SSLSCAN, ...ports.map(address)]
        : [
            'sh',
            '-c',
            `printf '%s\\n' ${ports.map(address).join(' ')} | xargs -P ${ports.length} -n 1 ${SSLSCAN.join(' ')}`,
          ],
    pairs: (output) =>
      [...output.matchAll(/^(?:Accepted|Preferred)\s+(\S+)\s+\d+ bits\s+(\S+)/gm)].map(
        ([, version = '', name = '']) => `${versionOf(version)} ${suiteByName(name)?.iana ?? name}`,
      ),
  },
  {
    name: 'nmap',
    command: (ports) => ['nmap', '-n', '-Pn', '-p', ports.join(','), '--script', '+ssl-enum-ciphers', '127.0.0.1'],
    pairs(output) {
      let version = '';
      return output.split('\n').flatMap((line) => {
        version = versionOf(/^\|\s+((?:TLS|SSL)v[\d.]+):/.exec(line)?.[1] ?? version);
        // It writes TLS_AKE_WITH_ in the names of TLS 1.3.
        const name = /^\|\s+((?:TLS|SSL)_\w+) /.exec(line)?.[1]?.replace('_AKE_WITH', '');
        return name === undefined ? [] : [`${version} ${suiteByName(name)?.iana ?? name}`];
      });
    },
  },
];

export const NODE_START: Tool = {
  name: "Node's own start",
  command: () => [process.execPath, '-e', '0'],
  pairs: () => [],
};

export const QUICK: Tool = {
  name: 'strictstep --quick',
  command: (ports) => [process.execPath, MAIN, 'probe', '--quick', ...ports.map(address)],
  pairs: () => [],
};

/** Minutes for one port. The limit counts from its start; what it found until then is kept. */
export const TESTSSL = (limitS: number): Tool => ({
  name: 'testssl.sh',
  limitS,
  command: ([port = 0]) => [
    'sh',
    '-c',
    `file=$(mktemp -u); timeout -k 5 ${limitS} testssl --quiet --warnings off --color 0 -p -E -S --jsonfile "$file" ${address(port)} >&2; cat "$file"; rm -f "$file"`,
  ],
  pairs: (output) =>
    [...output.matchAll(/"cipher-(ssl\d|tls1(?:_\d)?)_x([0-9a-f]+)"/g)].map(
      ([, version = '', hex = '']) => `${versionOf(version)} ${suiteById(Number.parseInt(hex, 16))?.iana ?? hex}`,
    ),
});

export function pairsOfJson(output: string): readonly string[] {
  type Shown = { readonly ciphers: Readonly<Record<string, readonly { readonly iana: string }[]>> };
  const parsed = JSON.parse(output) as Shown & { readonly reports?: readonly Shown[] };
  return (parsed.reports ?? [parsed]).flatMap(({ ciphers }) =>
    Object.entries(ciphers).flatMap(([version, suites]) => suites.map(({ iana }) => `${version} ${iana}`)),
  );
}
