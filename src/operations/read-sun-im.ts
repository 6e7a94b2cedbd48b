// Reads the state of an iim.conf and its stores from a host: files by their bytes, the multiplexor's databases by the host's own
// certutil, since nothing else reads them.
import { OperatorError } from '../core/errors.ts';
import type { DeclaredCertificate, ReadContext } from '../core/operation.ts';
import type { Secret } from '../core/secret.ts';
import type { ReadShell } from '../core/shell.ts';
import { entriesOf, parseIim, refuseFault, textOf, type IimFile } from '../products/sun-im/iim.ts';
import { parsePasswordFile } from '../products/sun-im/password-file.ts';
import { coserverNameOf, SETTINGS } from '../products/sun-im/setting-table.ts';
import { readSettings } from '../products/sun-im/settings.ts';
import { openCertificateFile } from '../tls/open-certificate-file.ts';
import { extractJksKey } from '../tls/open-jks.ts';
import type { KnownChain } from './community-state.ts';
import { readDatabase } from './read-sun-im-database.ts';
import { besideConfig, folderOf, ownPaths, type SunImMember } from './sun-im-server.ts';
import {
  authorityOf,
  sunImChainOf,
  type DatabaseFault,
  type KnownDatabase,
  type KnownJavaStore,
  type StoreFault,
  type SunImState,
} from './sun-im-state.ts';

type Place = Pick<SunImMember, 'host' | 'config'>;

/** @throws OperatorError FACT_UNREADABLE */
export async function readIimFile(shell: ReadShell, { config: path }: Pick<Place, 'config'>): Promise<IimFile> {
  const bytes = await shell.readFile(path);
  if (bytes !== undefined) return parseIim(bytes, { host: shell.host, path });
  const hint = 'Compare config of the server or gateway in the inventory with the host.';
  throw new OperatorError('FACT_UNREADABLE', `host ${shell.host} has no ${path}`, { hint });
}

/** Every setting that TLS is about; passwords are not among them.
 * @throws OperatorError FACT_UNREADABLE with the line, when one of them breaks the grammar */
export function iimValuesOf(conf: IimFile): Readonly<Record<string, string>> {
  const known = new Set(SETTINGS.map(({ key }) => key));
  const keys = entriesOf(conf)
    .map(({ key }) => key)
    .filter((key) => known.has(key) || (coserverNameOf(key) !== undefined && !key.endsWith('.password')));
  for (const key of keys) refuseFault(conf, key);
  const values = [...new Set(keys)].toSorted().map((key) => [key, textOf(conf, key)] as const);
  return Object.fromEntries(values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** A store or database, and the password file that belongs to it. */
type Pair = { readonly path: string; readonly passwordFile: string; readonly passwords: readonly Secret[] };

/** @throws OperatorError FACT_UNREADABLE */
export async function readSunIm(context: ReadContext, member: SunImMember): Promise<SunImState> {
  const shell = await context.shell(member.host);
  const conf = await readIimFile(shell, member);
  const values = iimValuesOf(conf);
  const declared = context.declaredCertificates();
  const certificates = Object.fromEntries(
    declared.map(({ facts: { name, alias, chain } }) => [name, { alias, chain: sunImChainOf(chain) }]),
  );
  const named = namedIn(conf, member);
  const own = declared.map((one) => ({ one, paths: ownPaths(member, certificates[one.facts.name] ?? NO_CHAIN) }));
  const passwordFiles = await readPasswordFiles(shell, [
    ...own.map(({ paths }) => paths.passwordFile),
    ...[named.store, named.database].flatMap((pair) => pair?.passwordFile ?? []),
  ]);
  const fromFile = (path: string): readonly Secret[] => passwordFiles.get(path)?.password ?? [];
  const pairOf = (path: string, passwordFile: string, one?: DeclaredCertificate): Pair => ({
    path,
    passwordFile,
    passwords: [
      ...fromFile(passwordFile),
      ...(one === undefined ? declared.map(({ password }) => password) : [one.password]),
    ],
  });

  const stores: Record<string, KnownJavaStore | StoreFault> = {};
  const opens = new Map<string, Set<string>>();
  const note = ({ path, passwordFile }: Pair): void =>
    void opens.set(passwordFile, (opens.get(passwordFile) ?? new Set()).add(path));
  const storePairs = [
    ...own.map(({ one, paths }) => pairOf(paths.javaStore, paths.passwordFile, one)),
    ...(named.store === undefined ? [] : [pairOf(named.store.path, named.store.passwordFile)]),
  ];
  for (const pair of storePairs) {
    const found = await readStore(shell, pair, fromFile(pair.passwordFile).length > 0, () => note(pair));
    if (found !== undefined) stores[pair.path] = found;
    else if (pair.path === named.store?.path) stores[pair.path] = 'missing';
  }
  const databases: Record<string, KnownDatabase | DatabaseFault> = {};
  const databasePairs = [
    ...own.map(({ one, paths }) => ({
      pair: pairOf(paths.database, paths.passwordFile, one),
      prefix: '',
      nickname: one.facts.alias,
    })),
    ...(named.database === undefined
      ? []
      : [{ ...named.database, pair: pairOf(named.database.path, named.database.passwordFile) }]),
  ];
  for (const { pair, prefix, nickname } of databasePairs) {
    const [password] = pair.passwords;
    const found = await readDatabase(shell, member, { folder: pair.path, prefix, nickname, password });
    if (found === undefined) {
      if (pair.path === named.database?.path)
        databases[pair.path] = { fault: 'there is no such folder', fix: `Create ${pair.path}, or correct the path.` };
      continue;
    }
    databases[pair.path] = found;
    if (!('fault' in found) && fromFile(pair.passwordFile).length > 0) note(pair);
  }
  return {
    certificates,
    values,
    stores,
    databases,
    passwordFiles: Object.fromEntries(
      [...passwordFiles].flatMap(([path, { mode, state }]): readonly (readonly [string, PasswordFile])[] => {
        const isNamed = [named.store, named.database].some((pair) => pair?.passwordFile === path);
        if (state === 'missing' && !isNamed) return [];
        return [[path, state ?? { mode, opens: [...(opens.get(path) ?? [])].toSorted() }]];
      }),
    ),
  };
}

const NO_CHAIN: KnownChain = { alias: '', chain: [] };

/** What iim.conf names: the key store that counts, and the database of a multiplexor with legacy SSL. */
export function namedIn(conf: IimFile, member: Pick<SunImMember, 'config'>) {
  const { effective } = readSettings(conf);
  const at = (name: string): string => besideConfig(member, name);
  const {
    keyStore,
    keyStorePasswordFile = 'sslpassword.conf',
    muxLegacySsl,
    muxPasswordFile = 'sslpassword.conf',
  } = effective;
  return {
    store: keyStore === undefined ? undefined : { path: at(keyStore), passwordFile: at(keyStorePasswordFile) },
    database:
      muxLegacySsl === true
        ? {
            path: effective.muxDatabaseFolder === undefined ? folderOf(member) : at(effective.muxDatabaseFolder),
            passwordFile: at(muxPasswordFile),
            prefix: effective.muxCertificatePrefix ?? '',
            nickname: effective.muxNickname ?? '',
          }
        : undefined,
  };
}

type PasswordFile = SunImState['passwordFiles'][string];
type FoundFile = {
  readonly mode: string;
  readonly password: readonly Secret[];
  readonly state?: Extract<PasswordFile, string>;
};

async function readPasswordFiles(shell: ReadShell, paths: readonly string[]): Promise<ReadonlyMap<string, FoundFile>> {
  const found = new Map<string, FoundFile>();
  for (const path of [...new Set(paths)].toSorted()) {
    const bytes = await bytesOf(shell, path);
    if (bytes === undefined || bytes === 'unreadable') {
      found.set(path, { mode: '', password: [], state: bytes ?? 'missing' });
      continue;
    }
    const mode = (await shell.fileFacts(path))?.mode ?? '';
    try {
      found.set(path, { mode, password: [parsePasswordFile(bytes, { host: shell.host, path })] });
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      found.set(path, { mode, password: [], state: 'form' });
    }
  }
  return found;
}

async function bytesOf(shell: ReadShell, path: string): Promise<Uint8Array | 'unreadable' | undefined> {
  try {
    return await shell.readFile(path);
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'FACT_UNREADABLE') return 'unreadable';
    throw error;
  }
}

/** undefined: it is not there
 * @param isFromFile the first password is the one of the password file; `note` is called when that one opens it */
async function readStore(
  shell: ReadShell,
  { path, passwords }: Pair,
  isFromFile: boolean,
  note: () => void,
): Promise<KnownJavaStore | StoreFault | undefined> {
  const bytes = await bytesOf(shell, path);
  if (bytes === undefined || bytes === 'unreadable') return bytes;
  const mode = (await shell.fileFacts(path))?.mode ?? '';
  const file = `${shell.host}:${path}`;
  let fault: StoreFault = 'password';
  for (const [index, password] of passwords.entries()) {
    try {
      const { form, entries, signers } = openCertificateFile(bytes, password, { file });
      if (index === 0 && isFromFile) note();
      const keys = entries.filter(({ hasKey }) => hasKey);
      return {
        form,
        mode,
        keys: keys.map(({ alias, chain }) => ({ alias: alias ?? '', chain: sunImChainOf(chain) })),
        trust: signers
          .map(({ alias, certificate }) => ({ alias: alias ?? '', certificate: authorityOf(certificate) }))
          .toSorted((a, b) => (a.certificate.sha256 < b.certificate.sha256 ? -1 : 1)),
        keyOpens: form !== 'jks' || keys.every(({ alias }) => opensKey(bytes, password, alias ?? '', file)),
      };
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      if (error.code === 'KEYSTORE_FORMAT') fault = 'format';
    }
  }
  return fault;
}

function opensKey(bytes: Uint8Array, password: Secret, alias: string, file: string): boolean {
  try {
    extractJksKey(bytes, password, alias, { file });
    return true;
  } catch (error) {
    if (error instanceof OperatorError) return false;
    throw error;
  }
}
