// What the wizard must know of hosts and files: keys that hosts offer, what is on them, what is in a key store. Every lookup
// is made once for the same question, so that going back costs nothing.
import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';
import { shippedFile } from '../core/program-files.ts';
import type { Discovery } from '../discover/index.ts';
import { hostsFrom } from '../inventory/index.ts';
import { inspectCertificates, type Inspection } from '../tls/inspect-certificates.ts';
import { openCertificateFile } from '../tls/open-certificate-file.ts';
import { readSecretFile } from '../tls/secret-file.ts';
import { fingerprintOfKey, knownHostsLine, readOfferedHostKey } from '../transport/index.ts';
import type { Answers, CertificateLook, WizardHost, World } from '../wizard/index.ts';
import { hostsProblem, parseHostFlag } from './host-flags.ts';
import { writeNote } from './output.ts';
import { hostLine, runDiscovery } from './run-discovery.ts';

export type WorldOptions = {
  /** where relative paths of answers start from */
  readonly folder: string;
  /** where known_hosts is written */
  readonly out: string;
  readonly given: Answers;
  /** found earlier for the same answers; undefined: the hosts are read */
  readonly facts: Discovery | undefined;
  /** a known_hosts that lies there may be replaced */
  readonly isOurs: boolean;
};

const TIMEOUT_MS = 20_000;
const PARALLEL = 10;
const SOON_DAYS = 30;

export function makeWorld({ folder, out, given, facts, isOurs }: WorldOptions): World {
  const kept = new Map<string, Promise<unknown>>();
  const once = <Value>(key: string, work: () => Promise<Value>): Promise<Value> => {
    const known = kept.get(key) as Promise<Value> | undefined;
    const value = known ?? work();
    kept.set(key, value);
    return value;
  };
  let isKept = isOurs;
  const inFolder = (file: string): string => resolve(folder, file);
  return {
    playbooks: readdirSync(shippedFile('playbooks')).map((file) => basename(file, '.yaml')),
    identityFile:
      ['id_ed25519', 'id_ecdsa', 'id_rsa']
        .map((name) => join(homedir(), '.ssh', name))
        .find((file) => existsSync(file)) ?? join(homedir(), '.ssh/id_ed25519'),
    hostsProblem,
    hosts: (texts, user, identityFile) =>
      texts.flatMap((text) => {
        const host = parseHostFlag(text);
        return host === undefined ? [] : [{ port: 22, user, ...host, identityFile }];
      }),
    fingerprint: (key) => fingerprintOfKey(key.split(' ')[1] ?? ''),
    hostKey: async (host) => {
      const answer = given.get(`trust-host.${host.name}`);
      // The whole key in an answers file: connecting will show whether the host still has it.
      if (typeof answer === 'string' && answer.includes(' ')) return answer;
      return await once(`key ${host.address} ${host.port}`, async () => {
        writeNote(`asking ${host.name} (${host.address}:${host.port}) for its host key`);
        const { keyType, key } = await readOfferedHostKey(host, TIMEOUT_MS);
        return `${keyType} ${key}`;
      });
    },
    fileProblem: async (file) => {
      if (file === '') return 'Name a file.';
      const isReadable = await access(inFolder(file), constants.R_OK).then(
        () => true,
        () => false,
      );
      return isReadable ? undefined : `${inFolder(file)} cannot be read.`;
    },
    look: (file, passwordFile) =>
      once(`look ${file} ${passwordFile}`, async () => {
        const password = await readSecretFile(inFolder(passwordFile), `password of ${file}`);
        const contents = openCertificateFile(await readFile(inFolder(file)), password, { file });
        return lookAt(file, inspectCertificates(contents, { at: new Date(), soonDays: SOON_DAYS, hosts: [] }));
      }),
    discover: async (hosts, search, keys) => {
      const knownHosts = given.get('known-hosts');
      if (knownHosts === undefined)
        await keepKnownHosts(join(out, 'known_hosts'), renderKnownHosts(hosts, keys), isKept);
      isKept = true;
      const names = hosts.map(({ name }) => name);
      if (facts !== undefined && names.join() === facts.hosts.map(({ host }) => host).join()) return facts;
      return await once(`discover ${JSON.stringify([hosts, [...search]])}`, async () => {
        const file = join(out, 'inventory.yaml');
        const { inventory } = hostsFrom(
          renderHosts(hosts, inFolder, String(knownHosts ?? join(out, 'known_hosts'))),
          file,
        );
        writeNote(`reading ${hosts.map(({ name, address, port }) => `${name} (${address}:${port})`).join(', ')}`);
        const found = await runDiscovery({
          inventory,
          search,
          parallel: PARALLEL,
          onHost: (host) => writeNote(`  ${hostLine(host)}`),
        });
        // As facts.json gives it back: the same files come of both.
        return JSON.parse(canonicalJson(found)) as Discovery;
      });
    },
  };
}

/** A file of somebody else is not replaced unless it would be the same.
 * @throws OperatorError USAGE */
async function keepKnownHosts(file: string, text: string, isOurs: boolean): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) return;
  if (before !== undefined && !isOurs) {
    const hint = 'Choose another folder with --out, or give --force to replace it, or --known-hosts to use it.';
    throw new OperatorError('USAGE', `file ${file} exists already`, { hint });
  }
  await writeFile(file, text);
}

const renderKnownHosts = (hosts: readonly WizardHost[], keys: ReadonlyMap<string, string>): string =>
  hosts
    .map((host) => {
      const [keyType = '', key = ''] = (keys.get(host.name) ?? '').split(' ');
      return key === '' ? '' : `${knownHostsLine(host, keyType, key)}\n`;
    })
    .join('');

const renderHosts = (hosts: readonly WizardHost[], inFolder: (file: string) => string, knownHosts: string): string =>
  stringify({
    apiVersion: 'strictstep/v1',
    defaults: { knownHosts: inFolder(knownHosts) },
    hosts: Object.fromEntries(
      hosts.map(({ name, address, port, user, identityFile }) => [
        name,
        { address, port, user, identityFile: inFolder(identityFile) },
      ]),
    ),
  });

function lookAt(file: string, { entries, findings, form }: Inspection): CertificateLook {
  const own = entries.filter(({ hasKey }) => hasKey);
  const lines = own.flatMap(({ alias, chain, complete, findings: found }) => [
    `  ${alias ?? '(no alias)'}: private key, chain of ${chain.length}, ${complete ? 'complete' : 'NOT COMPLETE'}`,
    ...chain.map(certificateLine),
    ...found.map(({ severity, text }) => `    ${severity}: ${text}`),
  ]);
  const leaf = own[0]?.chain[0];
  return {
    view: [`${file}: ${form}`, ...findings.map(({ severity, text }) => `  ${severity}: ${text}`), ...lines].join('\n'),
    aliases: own.map(({ alias }) => alias ?? ''),
    subject: leaf?.subject ?? '',
    notAfter: leaf?.notAfter ?? '',
  };
}

function certificateLine({
  subject,
  notBefore,
  notAfter,
  keyType,
  keyBits,
  names,
  certificateAuthority,
}: CertificateSummary): string {
  const isFor = certificateAuthority || names.length === 0 ? '' : `, for ${names.join(', ')}`;
  return `    ${subject}: ${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}, ${keyType} ${keyBits}${isFor}`;
}
