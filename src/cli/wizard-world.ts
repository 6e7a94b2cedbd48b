// What the wizard must know of hosts and files: keys that hosts offer, what is on them, what is in a key store. Every lookup
// is made once for the same question, so that going back costs nothing.
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';
import { shippedFile } from '../core/program-files.ts';
import type { Discovery, HostFindings } from '../discover/index.ts';
import { hostsFrom } from '../inventory/index.ts';
import { readSecretFile } from '../tls/secret-file.ts';
import { fingerprintOfKey, knownHostsLine, readOfferedHostKey } from '../transport/index.ts';
import { hostWishes } from '../wizard/index.ts';
import type { Answers, Machines, WizardHost, World } from '../wizard/index.ts';
import { hostsProblem, parseHostFlag } from './host-flags.ts';
import { lookAt } from './look-at-certificate.ts';
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
const OPEN_TIMEOUT_MS = 3000;
const PARALLEL = 10;
const NOTHING: Pick<Discovery, 'hosts' | 'unread'> = { hosts: [], unread: [] };

export function makeWorld({ folder, out, given, facts, isOurs }: WorldOptions): World {
  const kept = new Map<string, Promise<unknown>>();
  const once = <Value>(key: string, work: () => Promise<Value>): Promise<Value> => {
    const known = kept.get(key) as Promise<Value> | undefined;
    if (known !== undefined) return known;
    const value = work();
    kept.set(key, value);
    // What failed may be better the next time: a host that is up now, a password that was typed again.
    value.catch(() => kept.delete(key));
    return value;
  };
  let isKept = isOurs;
  const inFolder = (file: string): string => resolve(folder, file);
  const read = new Map<string, HostFindings>();
  const knownHosts = given.get('known-hosts');
  const inventoryOf = (machines: Machines) =>
    hostsFrom(renderHosts(machines, inFolder, String(knownHosts ?? join(out, 'known_hosts'))), join(out, 'hosts.yaml'));
  const keepHostKeys = async (machines: Machines, keys: ReadonlyMap<string, string>): Promise<void> => {
    if (knownHosts !== undefined) return;
    await keepKnownHosts(join(out, 'known_hosts'), renderKnownHosts(machines, keys), isKept);
    isKept = true;
  };
  const offeredKey = (host: WizardHost, hops: Parameters<typeof readOfferedHostKey>[2] = []): Promise<string> =>
    once(`key ${placeOf(host)}`, async () => {
      writeNote(`asking ${placeOf(host)} for its host key`);
      const { keyType, key } = await readOfferedHostKey(host, TIMEOUT_MS, hops);
      return `${keyType} ${key}`;
    });
  const readThese = async (
    hosts: readonly WizardHost[],
    machines: Machines,
    search: ReadonlyMap<string, readonly string[]>,
  ): Promise<Discovery> => {
    writeNote(`reading ${hosts.map(placeOf).join(', ')}`);
    const { inventory } = inventoryOf(machines);
    const isWanted = ({ name }: { readonly name: string }): boolean => hosts.some((host) => host.name === name);
    return await runDiscovery({
      inventory: { ...inventory, hosts: inventory.hosts.filter(isWanted) },
      search,
      parallel: PARALLEL,
      onHost: (host) => writeNote(`  ${hostLine(host)}`),
    });
  };
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
    unreached: async (hosts) => {
      if (facts !== undefined) return [];
      const tries = await mapBounded(
        hosts.filter(({ name }) => !isWholeKey(given, name)),
        async (host) => {
          try {
            await offeredKey(host);
            return [];
          } catch (error) {
            if (!(error instanceof OperatorError)) throw error;
            return [{ name: host.name, reason: error.message }];
          }
        },
        PARALLEL,
      );
      return tries.flat();
    },
    hostKey: async (host, machines, keys) => {
      const answer = given.get(`trust-host.${host.name}`);
      // The whole key in an answers file: connecting will show whether the host still has it.
      if (typeof answer === 'string' && isWholeKey(given, host.name)) return answer;
      if (host.jump === undefined) return await offeredKey(host);
      await keepHostKeys(machines, keys);
      const { jump = [] } = inventoryOf(machines).inventory.hosts.find(({ name }) => name === host.name) ?? {};
      return await offeredKey(host, jump);
    },
    isOpen: async (address, port) => {
      if (facts !== undefined) return true;
      writeNote(`looking whether ${address}:${port} answers`);
      return await isOpen(address, port);
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
        return lookAt(file, await readFile(inFolder(file)), password);
      }),
    discover: async (machines, search, keys) => {
      const { hosts } = machines;
      await keepHostKeys(machines, keys);
      const names = hosts.map(({ name }) => name);
      if (facts !== undefined && names.join() === facts.hosts.map(({ host }) => host).join()) return facts;
      const keyOf = (host: WizardHost): string => JSON.stringify([host, search.get(host.name)]);
      const left = hosts.filter((host) => !read.has(keyOf(host)));
      const { hosts: found, unread } = left.length === 0 ? NOTHING : await readThese(left, machines, search);
      for (const one of found) {
        const host = left.find(({ name }) => name === one.host);
        // As facts.json gives it back: the same files come of both.
        if (host !== undefined) read.set(keyOf(host), JSON.parse(canonicalJson(one)) as HostFindings);
      }
      return { schema: 1, hosts: hosts.flatMap((host) => read.get(keyOf(host)) ?? []), unread };
    },
  };
}

async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(OPEN_TIMEOUT_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const placeOf = ({ name, address, port, jump = [] }: WizardHost): string =>
  `${name} (${address}:${port}${jump.length === 0 ? '' : ` over ${jump.join(', ')}`})`;

const isWholeKey = (given: Answers, host: string): boolean => {
  const answer = given.get(`trust-host.${host}`);
  return typeof answer === 'string' && answer.includes(' ');
};

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

const renderKnownHosts = ({ hosts, gates }: Machines, keys: ReadonlyMap<string, string>): string =>
  [...hosts, ...gates]
    .map((host) => {
      const [keyType = '', key = ''] = (keys.get(host.name) ?? '').split(' ');
      return key === '' ? '' : `${knownHostsLine(host, keyType, key)}\n`;
    })
    .join('');

function renderHosts(machines: Machines, inFolder: (file: string) => string, knownHosts: string): string {
  const { defaults, hosts, credentials } = hostWishes(machines);
  return stringify({
    apiVersion: 'strictstep/v1',
    defaults: { knownHosts: inFolder(knownHosts), ...defaults },
    hosts: Object.fromEntries(
      [...hosts].map(([name, host]) => [name, { ...host, identityFile: inFolder(host.identityFile) }]),
    ),
    credentials: Object.fromEntries(
      [...credentials].map(([name, login]) => [name, { ...login, passwordFile: inFolder(login.passwordFile) }]),
    ),
  });
}
