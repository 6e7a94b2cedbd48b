// From the state of an iim.conf to what server and multiplexor will do with it: the settings as text again, what the stores are
// worth, and the listeners and callers of the connectivity model. Pure.
import type { ComponentSettings } from '../core/topology-change.ts';
import { componentSettings } from '../products/sun-im/component-settings.ts';
import { parseIim, type IimFile } from '../products/sun-im/iim.ts';
import { renderValue } from '../products/sun-im/iim-value.ts';
import { lintSunIm } from '../products/sun-im/lint.ts';
import { readModes } from '../products/sun-im/mode.ts';
import { readSettings } from '../products/sun-im/settings.ts';
import type { MuxDatabase, ServerStore, SunImFinding, SunImStores } from '../products/sun-im/types.ts';
import { summaryOf } from './community-state.ts';
import { namedIn } from './read-sun-im.ts';
import { componentOf, ownPaths, type SunImMember } from './sun-im-server.ts';
import type { SunImState } from './sun-im-state.ts';

/** An iim.conf that says the same about TLS, without passwords. */
export function iimOf({ values }: Pick<SunImState, 'values'>, { host, config }: SunImMember): IimFile {
  const lines = Object.entries(values).map(([key, value]) => `${key}=${renderValue(value, false)}\n`);
  return parseIim(Buffer.from(lines.join('')), { host, path: config });
}

export function storesOf(state: SunImState, member: SunImMember): SunImStores {
  const named = namedIn(iimOf(state, member), member);
  return {
    server: named.store === undefined ? undefined : serverStore(state, named.store),
    mux: named.database === undefined ? undefined : muxDatabase(state, member, named.database),
  };
}

const FAULTS = {
  missing: 'the key store is not there',
  unreadable: 'the key store cannot be read',
  password: 'the password file does not open the key store',
  format: 'the key store is damaged, or no key store',
} as const;

type Named = { readonly path: string; readonly passwordFile: string };

function serverStore({ stores, passwordFiles }: SunImState, { path, passwordFile }: Named): ServerStore {
  const store = stores[path] ?? 'missing';
  const empty = { form: 'unknown', keys: [], trusted: [], keyPasswordFits: null } as const;
  if (typeof store === 'string') return { ...empty, refusal: FAULTS[store] };
  const refusal = passwordRefusal(passwordFiles[passwordFile], passwordFile, path);
  return {
    form:
      store.form === 'jks' || store.form === 'jceks'
        ? store.form
        : store.form.startsWith('pkcs12')
          ? 'pkcs12'
          : 'unknown',
    keys: store.keys.map(({ alias, chain }) => ({ alias, chain: chain.map(summaryOf) })),
    trusted: store.trust.map(({ certificate }) => summaryOf(certificate)),
    keyPasswordFits: store.keyOpens,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

function passwordRefusal(
  file: SunImState['passwordFiles'][string] | undefined,
  path: string,
  store: string,
): string | undefined {
  if (file === undefined || file === 'missing') return `its password file ${path} is not there`;
  if (file === 'unreadable') return `its password file ${path} cannot be read`;
  if (file === 'form') return `its password file ${path} has not the one line that the guide asks for`;
  return file.opens.includes(store) ? undefined : `the password in ${path} does not open it`;
}

function muxDatabase(
  { databases, certificates, passwordFiles }: SunImState,
  { nssForm }: SunImMember,
  { path, passwordFile, nickname }: Named & { readonly nickname: string },
): MuxDatabase {
  const found = databases[path];
  const empty = { form: nssForm, nicknames: [], chain: [] } as const;
  if (found === undefined) return { ...empty, refusal: `there is no ${path}` };
  if ('fault' in found) return { ...empty, refusal: `${path}: ${found.fault}` };
  const { form, nicknames, keys, leaf, isValid, isOpen } = found;
  const declared = Object.values(certificates).find(({ chain }) => chain[0]?.sha256 === leaf?.sha256);
  const chain = leaf === null ? [] : (declared?.chain ?? [leaf]);
  const refusal =
    passwordRefusal(passwordFiles[passwordFile], passwordFile, path) ??
    // A missing nickname has a finding of its own, which knows of near ones.
    (leaf === null
      ? undefined
      : problemOf(nickname, { hasKey: keys.some((key) => key.includes(nickname)), isValid, isOpen }));
  return { form, nicknames, chain: chain.map(summaryOf), ...(refusal === undefined ? {} : { refusal }) };
}

function problemOf(
  nickname: string,
  { hasKey, isValid, isOpen }: { readonly hasKey: boolean; readonly isValid: boolean; readonly isOpen: boolean },
): string | undefined {
  if (!hasKey) return `"${nickname}" has no key`;
  if (isOpen) return 'its key can be used without a password';
  return isValid ? undefined : `certutil does not find "${nickname}" valid for a server`;
}

export const modelOf = (state: SunImState, member: SunImMember): ComponentSettings =>
  componentSettings({
    read: readSettings(iimOf(state, member)),
    stores: storesOf(state, member),
    measured: { server: member.offers.server, mux: member.offers.multiplexor },
  });

/** Why server or multiplexor could not do what is written; empty: they can. */
export function objectionsTo(state: SunImState, member: SunImMember): readonly string[] {
  const conf = iimOf(state, member);
  const read = readSettings(conf);
  const { remarks } = readModes(read);
  const fails = lintSunIm(conf, { stores: storesOf(state, member) }).filter(({ code }) => STORE_CODES.has(code));
  return [...remarks, ...fails.map(({ text }) => text)];
}

const STORE_CODES = new Set([
  'STORE_UNUSABLE',
  'STORE_FORM',
  'KEY_PASSWORD',
  'NO_KEY',
  'NAME_NOT_COVERED',
  'DATABASE_UNUSABLE',
  'DATABASE_FORM',
  'NICKNAME_MISSING',
]);

/** For people who read a status or a plan. */
export const findingText = ({ code, text, fix, line }: SunImFinding, member: SunImMember): string =>
  `${componentOf(member)}${line === undefined ? '' : ` line ${line}`}: ${text} (${code}). ${fix}`;

/** Stores that a state may list: those that iim.conf names, and those that strictstep makes. */
export function withoutForeign(state: SunImState, member: SunImMember): SunImState {
  const named = namedIn(iimOf(state, member), member);
  const own = Object.values(state.certificates).map((chain) => ownPaths(member, chain));
  return {
    ...state,
    stores: keep(state.stores, [...own.map(({ javaStore }) => javaStore), named.store?.path]),
    databases: keep(state.databases, [...own.map(({ database }) => database), named.database?.path]),
    passwordFiles: keep(state.passwordFiles, [
      ...own.map(({ passwordFile }) => passwordFile),
      named.store?.passwordFile,
      named.database?.passwordFile,
    ]),
  };
}

const keep = <Value>(all: Readonly<Record<string, Value>>, paths: readonly (string | undefined)[]) =>
  Object.fromEntries(Object.entries(all).filter(([path]) => paths.includes(path)));
