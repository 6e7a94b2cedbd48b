// A community server or multiplexer as the connectivity model sees it: what its sametime.ini and its stores make it accept
// and offer. Used for what is there (facts) and for what a change would bring (operations), so that both agree.
// Sources: types.ts (scopes), mode.ts, predict.ts. That callers of port 1516 use STSRV_ is the reading of HCL Sametime 11.5.
import type { CertificateSummary } from '../../core/certificate.ts';
import type { CallerSettings, ComponentSettings, EndpointSettings } from '../../core/topology-change.ts';
import type { IniFile } from './ini.ts';
import { readMode } from './mode.ts';
import { predictCommunity } from './predict.ts';
import { readSettings } from './settings.ts';
import type { CommunityMode, Scope, ScopeSettings, StoredCertificate, StrictSpelling } from './types.ts';

/** What the two store files of a scope hold; undefined: not named, not there, or not to be opened. */
export type ScopeStores = {
  readonly keys: readonly { readonly alias: string; readonly chain: readonly CertificateSummary[] }[] | undefined;
  readonly trust: readonly StoredCertificate[] | undefined;
};

export type ComponentInput = {
  readonly ini: IniFile;
  readonly kind: 'server' | 'mux';
  readonly strictSpelling: StrictSpelling;
  /** of the client port where sametime.ini does not decide: as probed, or as a person sets it */
  readonly clientMode?: CommunityMode;
  storesOf(scope: Scope): ScopeStores;
};

/** @throws OperatorError FACT_UNREADABLE for a key that is there more than once */
export function componentSettings(input: ComponentInput): ComponentSettings {
  const { ini, kind, strictSpelling, clientMode } = input;
  const claimed = readMode(ini, 'server', strictSpelling).mode;
  const mux = readMode(ini, 'mux', strictSpelling);
  const client = mux.isAuthoritative ? mux.mode : (clientMode ?? mux.mode);
  return {
    listeners: {
      ...(kind === 'server' ? { server: listenerOf(input, 'STSRV_', claimed) } : {}),
      client: listenerOf(input, 'STMUX_', client),
    },
    callers: {
      server: callerOf(input, 'STSRV_', kind === 'mux' || claimed !== 'strict'),
      ldap: ldapCaller(input),
    },
  };
}

/** Why the server could not do what its sametime.ini says; empty: it can. Only ports that should do TLS count, and calls where
 * a trust store is named.
 * @throws OperatorError FACT_UNREADABLE for a key that is there more than once */
export function refusalsOf(input: ComponentInput): readonly string[] {
  const { ini, kind, strictSpelling, clientMode } = input;
  const mux = readMode(ini, 'mux', strictSpelling);
  const ports = [
    ...(kind === 'server' ? [['STSRV_', 'server port', readMode(ini, 'server', strictSpelling).mode] as const] : []),
    ['STMUX_', 'client port', mux.isAuthoritative ? mux.mode : (clientMode ?? mux.mode)] as const,
  ];
  const listening = ports
    .filter(([, , mode]) => mode === 'dynamic' || mode === 'strict')
    .flatMap(([scope, port]) =>
      predicted(input, scope, needsOf(ini, scope)).prediction.refusals.map((text) => `${port}: ${text}`),
    );
  const isCaller = settingsOf(ini, 'STSRV_').trustStoreFile !== undefined;
  const calls = isCaller ? predicted(input, 'STSRV_', { key: false, trust: true }).prediction.refusals : [];
  return [...listening, ...calls.map((text) => `calls to servers: ${text}`)];
}

const needsOf = (ini: IniFile, scope: Scope) => ({
  key: true,
  trust: (settingsOf(ini, scope).clientAuthentication ?? 'none') !== 'none',
});

const settingsOf = (ini: IniFile, scope: Scope): ScopeSettings => readSettings(ini).effective[scope];

const leaves = ({ keys = [] }: ScopeStores): readonly StoredCertificate[] =>
  keys.flatMap(({ alias, chain: [certificate, ...issuers] }) =>
    certificate === undefined ? [] : [{ alias, certificate, issuers }],
  );

function predicted(input: ComponentInput, scope: Scope, needs: { readonly key: boolean; readonly trust: boolean }) {
  const settings = settingsOf(input.ini, scope);
  const stores = input.storesOf(scope);
  const prediction = predictCommunity({ settings, keys: leaves(stores), trust: stores.trust ?? [], needs });
  const alias = (
    settings.keyLabel === undefined
      ? prediction.keys.kept[0]
      : prediction.keys.kept.find((key) => key.alias.toLowerCase() === settings.keyLabel?.toLowerCase())
  )?.alias;
  const chain = stores.keys?.find((key) => key.alias === alias)?.chain ?? [];
  const names = chain[0]?.names ?? [];
  return {
    settings,
    prediction,
    chain,
    names,
    trusts: prediction.trust.kept.map(({ certificate }) => certificate.sha1),
    trustedNames: settings.mirrorTrustedHosts === true ? names : (settings.trustedHosts ?? []),
    versions: prediction.refusals.length === 0 ? prediction.versions.kept : [],
  };
}

function listenerOf(input: ComponentInput, scope: Scope, mode: CommunityMode | 'unclear'): EndpointSettings {
  const asks = settingsOf(input.ini, scope).clientAuthentication ?? 'none';
  const { prediction, chain, names, trusts, trustedNames, versions } = predicted(
    input,
    scope,
    needsOf(input.ini, scope),
  );
  const isTls = mode === 'dynamic' || mode === 'strict';
  const refusal = isTls && prediction.refusals.length > 0 ? `, but ${prediction.refusals.join('; ')}` : '';
  return {
    clear: mode === 'legacy' || mode === 'dynamic',
    protocols: isTls ? versions : [],
    chain: isTls ? chain.map(({ sha1 }) => sha1) : [],
    names: isTls ? names : [],
    clientCertificate: asks,
    trusts,
    trustedNames,
    because: `sametime.ini says ${mode}${refusal}`,
  };
}

function callerOf(input: ComponentInput, scope: Scope, clear: boolean): CallerSettings {
  const { settings, prediction, chain, names, trusts, trustedNames } = predicted(input, scope, {
    key: false,
    trust: true,
  });
  const isTls = settings.trustStoreFile !== undefined;
  // With a store that nothing is left of it begins TLS all the same, and trusts nobody.
  const versions = isTls && prediction.suites.kept.length > 0 ? prediction.versions.kept : [];
  const because =
    settings.trustStoreFile === undefined
      ? `no ${scope}TLS_TRUST_STORE_FILE in sametime.ini, nor one for ST_`
      : `trust store ${settings.trustStoreFile}${prediction.refusals.map((text) => `; ${text}`).join('')}`;
  return {
    // Told to do TLS and left without a version or a suite, it reaches nobody.
    clear: clear && (!isTls || versions.length > 0),
    protocols: versions,
    trusts,
    trustedNames,
    personal: chain.map(({ sha1 }) => sha1),
    personalNames: names,
    because,
  };
}

/** Whether LDAP is called with TLS at all is written in stconfig.nsf. Without a trust store nothing is known of it. */
function ldapCaller(input: ComponentInput): CallerSettings {
  const caller = callerOf(input, 'STLDAP_', true);
  if (input.storesOf('STLDAP_').trust !== undefined) return caller;
  const because = 'stconfig.nsf says whether LDAP is called with TLS, and no trust store for it is named';
  return {
    ...caller,
    clear: true,
    protocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
    trusts: null,
    trustedNames: [],
    because,
  };
}
