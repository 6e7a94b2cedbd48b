// Reads the state of a sametime.ini and its stores from a host.
import { OperatorError } from '../core/errors.ts';
import type { DeclaredCertificate, ReadContext } from '../core/operation.ts';
import { Secret } from '../core/secret.ts';
import type { ReadShell } from '../core/shell.ts';
import { getIni, parseIni, type IniFile } from '../products/sametime/ini.ts';
import { STORES } from '../products/sametime/lint-stores.ts';
import { PORT_KEYS, readMode } from '../products/sametime/mode.ts';
import { keyOf, SETTINGS } from '../products/sametime/setting-table.ts';
import { TLS_SECTION } from '../products/sametime/settings.ts';
import { SCOPES, type SettingName } from '../products/sametime/types.ts';
import { openCertificateFile } from '../tls/open-certificate-file.ts';
import { probeMode } from '../tls/probe-mode.ts';
import { besideIni, keyStorePath, trustStorePath, type CommunityMember } from './community-member.ts';
import { knownOf, type CommunityState, type KnownStore, type PasswordForm } from './community-state.ts';

const PROBE_TIMEOUT_MS = 5000;

/** The keys of one store in one scope. */
type StoreKeys = { readonly file: string; readonly password: string; readonly stash: string };

const keyFor = (name: SettingName, scope: (typeof SCOPES)[number]): string | undefined => {
  const setting = SETTINGS.find((row) => row.name === name);
  return setting === undefined ? undefined : keyOf(setting, scope);
};

const STORE_KEYS: readonly StoreKeys[] = SCOPES.flatMap((scope) =>
  STORES.flatMap(({ file, password, stash }): readonly StoreKeys[] => {
    const [fileKey, passwordKey, stashKey] = [file, password, stash].map((name) => keyFor(name, scope));
    if (fileKey === undefined || passwordKey === undefined || stashKey === undefined) return [];
    return [{ file: fileKey, password: passwordKey, stash: stashKey }];
  }),
);

const VALUE_KEYS: readonly (readonly [section: string, key: string])[] = [
  ...SCOPES.flatMap((scope) =>
    SETTINGS.filter(({ kind }) => kind !== 'secret').flatMap((setting) => {
      const key = keyOf(setting, scope);
      return key === undefined ? [] : [[TLS_SECTION, key] as const];
    }),
  ),
  ...Object.values(PORT_KEYS).flatMap(({ section, plain, tls, authority }) =>
    [plain, tls, ...(authority === null ? [] : [authority])].map((key) => [section, key] as const),
  ),
];

/** @throws OperatorError FACT_UNREADABLE */
export async function readIniFile(shell: ReadShell, { ini: path }: CommunityMember): Promise<IniFile> {
  const bytes = await shell.readFile(path);
  if (bytes !== undefined) return parseIni(bytes, { host: shell.host, path });
  const hint = 'Compare data and ini of the server in the inventory with the host.';
  throw new OperatorError('FACT_UNREADABLE', `host ${shell.host} has no ${path}`, { hint });
}

/** @throws OperatorError FACT_UNREADABLE */
export async function readCommunity(context: ReadContext, member: CommunityMember): Promise<CommunityState> {
  const shell = await context.shell(member.host);
  const ini = await readIniFile(shell, member);
  const values = valuesOf(ini);
  const declared = context.declaredCertificates();
  const { stores, passwords } = await readStores(shell, ini, member, declared);
  const certificates = Object.fromEntries(
    declared.map(({ facts: { name, alias, chain } }) => [name, { alias, chain: chain.map(knownOf) }]),
  );
  return { certificates, values, passwords, stores, clientMode: await clientModeOf(ini, member) };
}

export const valuesOf = (ini: IniFile): Readonly<Record<string, string>> =>
  Object.fromEntries(
    VALUE_KEYS.flatMap(([section, key]) => {
      const value = getIni(ini, section, key);
      return typeof value === 'string' ? [[`${section}/${key}`, value]] : [];
    }),
  );

/** A password that can be read stands in it. */
export const hasOpenPassword = (ini: IniFile): boolean =>
  STORE_KEYS.some(({ password }) => getIni(ini, TLS_SECTION, password) instanceof Secret);

async function clientModeOf(ini: IniFile, member: CommunityMember): Promise<CommunityState['clientMode']> {
  const { clientPort, address } = member;
  if (clientPort === null || readMode(ini, 'mux').isAuthoritative) return null;
  return (await probeMode({ host: address, port: clientPort, timeoutMs: PROBE_TIMEOUT_MS })).mode;
}

type Found = Pick<CommunityState, 'stores' | 'passwords'>;

async function readStores(
  shell: ReadShell,
  ini: IniFile,
  member: CommunityMember,
  declared: readonly DeclaredCertificate[],
): Promise<Found> {
  const uses = STORE_KEYS.map((keys) => {
    const [file, password, stash] = [keys.file, keys.password, keys.stash].map((key) => getIni(ini, TLS_SECTION, key));
    const path = typeof file === 'string' && file !== '' ? besideIni(member, file) : undefined;
    return { keys, path, password: password instanceof Secret ? password : undefined, stash };
  });
  const paths = new Set([keyStorePath(member), trustStorePath(member), ...uses.flatMap(({ path }) => path ?? [])]);
  const files = new Map<string, Uint8Array>();
  const stores: Record<string, KnownStore | 'closed'> = {};
  for (const path of [...paths].toSorted()) {
    const bytes = await shell.readFile(path);
    if (bytes === undefined) continue;
    files.set(path, bytes);
    const written = uses.flatMap((use) => (use.path === path && use.password !== undefined ? [use.password] : []));
    const mode = (await shell.fileFacts(path))?.mode ?? '';
    stores[path] =
      openStore(bytes, [...written, ...declared.map(({ password }) => password)], mode, `${shell.host}:${path}`) ??
      'closed';
  }
  const passwords: Record<string, PasswordForm> = {};
  for (const { keys, path, password, stash } of uses) {
    const bytes = path === undefined ? undefined : files.get(path);
    const isStash = typeof stash === 'string' && stash !== '';
    if (password !== undefined) {
      const fits = bytes === undefined || openStore(bytes, [password], '', keys.file) !== undefined;
      passwords[keys.password] = fits ? (isStash ? 'stash' : 'cleartext') : 'wrong';
    } else if (isStash) {
      const isThere = (await shell.fileFacts(besideIni(member, stash))) !== undefined;
      passwords[keys.password] = isThere ? 'stash' : 'lost';
    }
  }
  return { stores, passwords };
}

/** undefined: none of the passwords opens it, or it is no key store */
function openStore(
  bytes: Uint8Array,
  passwords: readonly Secret[],
  mode: string,
  file: string,
): KnownStore | undefined {
  for (const password of passwords) {
    try {
      const { form, entries, signers } = openCertificateFile(bytes, password, { file });
      return {
        form,
        mode,
        keys: entries
          .filter(({ hasKey }) => hasKey)
          .map(({ alias, chain }) => ({ alias: alias ?? '', chain: chain.map(knownOf) })),
        trust: signers
          .map(({ alias, certificate }) => ({ alias: alias ?? '', certificate: knownOf(certificate) }))
          .toSorted((a, b) => (a.certificate.sha256 < b.certificate.sha256 ? -1 : 1)),
      };
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
    }
  }
  return undefined;
}
