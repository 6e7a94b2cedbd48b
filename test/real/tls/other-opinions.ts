// Which suites a server really takes, in the opinion of two other implementations that try them one by one.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suiteByName } from '../../../src/tls/cipher-suites.ts';
import { OPEN_JAVA, type Configuration } from './configurations.ts';

const execute = promisify(execFile);
export const run = (command: string, ...args: readonly string[]): string =>
  spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } })
    .stdout;

/** `TLSv1.2 C02F` */
export const pair = (version: string, name: string): string => `${version} ${suiteByName(name)?.iana ?? name}`;

export async function jsseTruth(directory: string, { port }: Configuration): Promise<readonly string[]> {
  const args = [OPEN_JAVA(directory), '-cp', directory, 'JsseTruth', String(port), join(directory, 'rsa.p12')];
  const { stdout } = await execute(process.env['JAVA'] ?? 'java', args);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => pair(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)));
}

const OPENSSL_VERSIONS = { TLSv1: '-tls1', 'TLSv1.1': '-tls1_1', 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' } as const;

export async function opensslTruth(
  directory: string,
  { port, starttls, protocols }: Configuration,
  isWhole: boolean,
): Promise<readonly string[]> {
  const upgrade =
    starttls === undefined
      ? []
      : ['-starttls', starttls === 'xmpp-server' ? 'xmpp-server' : 'xmpp', '-xmpphost', 'example.test'];
  const names = run('openssl', 'ciphers', '-s', '-tls1_2', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0').trim().split(':');
  const asked = Object.entries(OPENSSL_VERSIONS).flatMap(([version, flag]) =>
    (version === 'TLSv1.3'
      ? [
          'TLS_AES_128_GCM_SHA256',
          'TLS_AES_256_GCM_SHA384',
          'TLS_CHACHA20_POLY1305_SHA256',
          'TLS_AES_128_CCM_SHA256',
          'TLS_AES_128_CCM_8_SHA256',
        ]
      : names
    )
      // What JSSE has tried already is not tried again, nor every suite of a version that the server does not know.
      .filter(
        (name, index) =>
          (protocols.includes(version) || index < 3) &&
          (isWhole || version === 'TLSv1.3' || (suiteByName(name)?.jsse ?? null) === null),
      )
      .map((name) => ({ version, flag, name })),
  );
  const found: string[] = [];
  const next = async (): Promise<void> => {
    for (let one = asked.pop(); one !== undefined; one = asked.pop()) {
      const { version, flag, name } = one;
      const suite = version === 'TLSv1.3' ? ['-ciphersuites', name] : ['-cipher', `${name}:@SECLEVEL=0`];
      const certificate = ['-cert', join(directory, 'rsa.pem'), '-key', join(directory, 'rsa.key')];
      const child = handshake([
        's_client',
        '-connect',
        `127.0.0.1:${port}`,
        flag,
        ...suite,
        ...certificate,
        ...upgrade,
      ]);
      if (new RegExp(`Cipher is ${name}$`, 'm').test(await child)) found.push(pair(version, name));
    }
  };
  await Promise.all([next(), next()]);
  return found;
}

async function handshake(args: readonly string[]): Promise<string> {
  const child = execute('openssl', args, { timeout: 20_000 });
  child.child.stdin?.end();
  return child.then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  );
}
