// From the state of a sametime.ini to what the server will do with it: the settings as text again, what the stores leave, and
// the listeners and callers of the connectivity model. Pure.
import type { ComponentSettings } from '../core/topology-change.ts';
import {
  componentSettings,
  refusalsOf,
  type ComponentInput,
  type ScopeStores,
} from '../products/sametime/component-settings.ts';
import { parseIni, type IniFile } from '../products/sametime/ini.ts';
import { readSettings } from '../products/sametime/settings.ts';
import type { Scope } from '../products/sametime/types.ts';
import { besideIni, type CommunityMember } from './community-member.ts';
import { summaryOf, type CommunityState } from './community-state.ts';

/** A sametime.ini that says the same about TLS, without passwords. */
export function iniOf({ values }: CommunityState, { host, ini }: CommunityMember): IniFile {
  const sections = Map.groupBy(Object.entries(values), ([name]) => name.slice(0, name.indexOf('/')));
  const text = [...sections]
    .map(([section, entries]) =>
      [`[${section}]`, ...entries.map(([name, value]) => `${name.slice(section.length + 1)}=${value}`), ''].join('\n'),
    )
    .join('\n');
  return parseIni(Buffer.from(text), { host, path: ini });
}

/** What a scope's stores hold; undefined: not named, not there, or not to be opened. */
export function storesOf(state: CommunityState, member: CommunityMember): (scope: Scope) => ScopeStores {
  const { effective } = readSettings(iniOf(state, member));
  const storeAt = (name: string | undefined) => {
    const store = name === undefined ? undefined : state.stores[besideIni(member, name)];
    return store === 'closed' ? undefined : store;
  };
  return (scope) => {
    const { keyStoreFile, trustStoreFile } = effective[scope];
    return {
      keys: storeAt(keyStoreFile)?.keys.map(({ alias, chain }) => ({ alias, chain: chain.map(summaryOf) })),
      trust: storeAt(trustStoreFile)?.trust.map(({ alias, certificate }) => ({
        alias,
        certificate: summaryOf(certificate),
      })),
    };
  };
}

const inputOf = (state: CommunityState, member: CommunityMember): ComponentInput => ({
  ini: iniOf(state, member),
  kind: member.memberKind,
  strictSpelling: member.strictSpelling,
  ...(state.clientMode === null || state.clientMode === 'inconclusive' ? {} : { clientMode: state.clientMode }),
  storesOf: storesOf(state, member),
});

export const modelOf = (state: CommunityState, member: CommunityMember): ComponentSettings =>
  componentSettings(inputOf(state, member));

/** Why the server could not do what is written; empty: it can. */
export const objectionsTo = (state: CommunityState, member: CommunityMember): readonly string[] =>
  refusalsOf(inputOf(state, member));
