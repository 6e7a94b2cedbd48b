// What a wish makes of the state of a sametime.ini. Pure: the plan folds it, and apply writes what it says.
import { modeToIni, readMode } from '../../products/sametime/mode.ts';
import { settingsToIni } from '../../products/sametime/settings.ts';
import type { DesiredSettings, IniEdit } from '../../products/sametime/types.ts';
import { besideIni, keyStorePath, trustStorePath } from '../community-member.ts';
import { iniOf } from '../community-model.ts';
import type { CommunityState, PasswordForm } from '../community-state.ts';
import type { Params, Wanted } from './params.ts';

/** Of the wish `stores`: which password goes where. */
export const PASSWORD_KEYS = ['ST_TLS_TRUST_STORE_PASSWORD', 'ST_TLS_KEY_STORE_PASSWORD'] as const;
const STASH_KEYS: Readonly<Record<(typeof PASSWORD_KEYS)[number], string>> = {
  ST_TLS_TRUST_STORE_PASSWORD: 'Config/ST_TLS_TRUST_STORE_PASSWORD_STASH_FILE',
  ST_TLS_KEY_STORE_PASSWORD: 'Config/ST_TLS_KEY_STORE_PASSWORD_STASH_FILE',
};

/** Edits without passwords.
 * @throws OperatorError INPUT_VALUE */
export function plainEdits(state: CommunityState, params: Params): readonly IniEdit[] {
  const { wanted, strictSpelling } = params;
  const ini = iniOf(state, params);
  return [
    ...(wanted.serverMode === null ? [] : modeToIni(ini, 'server', wanted.serverMode, strictSpelling)),
    ...(wanted.clientMode === null || isManual(state, params)
      ? []
      : modeToIni(ini, 'mux', wanted.clientMode, strictSpelling)),
    ...settingsToIni(desiredOf(params)),
  ];
}

/** The mode of the client port is in a Notes database, so a person has to change it. */
export const isManual = (state: CommunityState, params: Params): boolean =>
  params.wanted.clientMode !== null &&
  params.clientModeIn === 'stconfig' &&
  !readMode(iniOf(state, params), 'mux').isAuthoritative;

function desiredOf(params: Params): DesiredSettings {
  const { wanted } = params;
  const { stores, clientAuthentication: asked, mirrorTrustedHosts: mirror, sessionAge } = wanted;
  return {
    ST_: {
      ...(stores === null ? {} : storeSettings(params, stores)),
      ...given('securityLevel', wanted.securityLevel),
      ...given('fips', wanted.fips),
      ...given('minProtocol', wanted.minimumProtocol),
      ...given('maxProtocol', wanted.maximumProtocol),
      ...given('cipherSuites', wanted.cipherSuites),
      // The vendor's texts of two of these keys are mixed up; together they are right in either reading.
      ...(sessionAge === null ? {} : { maxSessionAge: sessionAge, sessionCacheTime: sessionAge, sessionCacheSize: -1 }),
      ...given('mirrorTrustedHosts', mirror),
    },
    STSRV_: {
      ...given('clientAuthentication', asked?.server ?? null),
      ...given('trustedHosts', wanted.trustedHosts),
      ...given('mirrorTrustedHosts', mirror),
    },
    STMUX_: {
      ...given('clientAuthentication', asked?.client ?? null),
      // Clients have no certificate, and an LDAP server has one of another name: a mirror at ST_ alone would end both.
      ...given('mirrorTrustedHosts', mirror === null ? null : false),
    },
    STLDAP_: given('mirrorTrustedHosts', mirror === null ? null : false),
  };
}

const given = <Name extends string, Value>(name: Name, value: Value | null): { readonly [Key in Name]?: Value } =>
  value === null ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });

type Stores = NonNullable<Wanted['stores']>;

const storeSettings = (params: Params, { certificate, stash }: Stores) => ({
  trustStoreFile: trustStorePath(params),
  trustStoreType: 'p12' as const,
  trustStoreStashFile: stash === 'yes' ? stashPath(params, certificate, 'trust') : null,
  keyStoreFile: keyStorePath(params),
  keyStoreType: 'p12' as const,
  keyStoreStashFile: stash === 'yes' ? stashPath(params, certificate, 'key') : null,
});

/** With the certificate in its name: a stash of an earlier password would be used instead of the new one. */
const stashPath = (params: Params, certificate: string, store: 'key' | 'trust'): string =>
  besideIni(params, `${store}-${certificate.replaceAll(/[^\w-]/gu, '-')}.sth`);

/** @throws OperatorError INPUT_VALUE */
export function wantedState(state: CommunityState, params: Params): CommunityState {
  const values = { ...state.values };
  for (const { section, key, value } of plainEdits(state, params)) {
    if (value === null) delete values[`${section}/${key}`];
    else if (typeof value === 'string') values[`${section}/${key}`] = value;
  }
  const { stores, clientMode } = params.wanted;
  const form = stores === null ? undefined : stores.stash === 'yes' ? 'stash' : 'cleartext';
  const passwords: Record<string, PasswordForm> = { ...state.passwords };
  if (form !== undefined) for (const key of PASSWORD_KEYS) passwords[key] = form;
  return {
    ...state,
    values: sorted(values, state.values),
    passwords,
    clientMode: isManual(state, params) ? clientMode : state.clientMode,
  };
}

/** Equal states are equal in JSON whatever the order of keys; this is for people who read them. */
const sorted = (values: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    [...Object.keys(before), ...Object.keys(values)].flatMap((key) => {
      const value = values[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** Passwords that have to be written: the form is another one, or the server would look for a stash that is not there yet. */
export const openPasswords = (state: CommunityState, params: Params): readonly (typeof PASSWORD_KEYS)[number][] => {
  const after = wantedState(state, params);
  return PASSWORD_KEYS.filter(
    (key) =>
      state.passwords[key] !== after.passwords[key] ||
      (after.passwords[key] === 'stash' && state.values[STASH_KEYS[key]] !== after.values[STASH_KEYS[key]]),
  );
};
