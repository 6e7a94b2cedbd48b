// Findings about key stores, trust stores and their passwords. Sources: wiki "Security Considerations for TLS
// Configuration" (stash); HCL Sametime 11.6 "Implementing TLS configuration".
import { keyOf, SETTINGS } from './setting-table.ts';
import { SCOPES } from './types.ts';
import type { CommunityFinding, CommunityTlsSettings, Scope, ScopeSettings, SettingName } from './types.ts';

export const STORES = [
  {
    store: 'trust store',
    file: 'trustStoreFile',
    type: 'trustStoreType',
    password: 'trustStorePassword',
    stash: 'trustStoreStashFile',
  },
  {
    store: 'key store',
    file: 'keyStoreFile',
    type: 'keyStoreType',
    password: 'keyStorePassword',
    stash: 'keyStoreStashFile',
  },
] as const;
type Store = (typeof STORES)[number];

/** As the scope spells it. */
export const nameOfKey = (name: SettingName, scope: Scope): string => {
  const setting = SETTINGS.find((row) => row.name === name);
  return (setting === undefined ? undefined : keyOf(setting, scope)) ?? `${scope}${name}`;
};

/** @param stashFiles paths of stash files that exist; undefined: not looked at */
export const lintStores = (
  { written, effective }: CommunityTlsSettings,
  stashFiles: readonly string[] | undefined,
): readonly CommunityFinding[] =>
  SCOPES.flatMap((scope) =>
    STORES.flatMap((store) => [
      ...passwordFindings(store, scope, written[scope], stashFiles),
      ...fileFindings(store, scope, written[scope], effective[scope]),
    ]),
  );

function passwordFindings(
  { store, password, stash }: Store,
  scope: Scope,
  own: ScopeSettings,
  stashFiles: readonly string[] | undefined,
): readonly CommunityFinding[] {
  if (own[password] === undefined) return [];
  const [key, stashKey] = [nameOfKey(password, scope), nameOfKey(stash, scope)];
  const path = own[stash];
  if (path === undefined) {
    const text = `${key} is in cleartext, and sametime.ini goes into every diagnostic package (stdiagzip)`;
    const fix = `Add ${stashKey}, make sure that this file does not exist, and start the server: it writes the stash and removes ${key}.`;
    return [{ code: 'PASSWORD_CLEARTEXT', severity: 'fails', scope, text, fix }];
  }
  if (stashFiles?.includes(path) === true) {
    const text = `the stash file ${path} of the ${store} is there already, so the server uses its password and not the one of ${key}`;
    return [
      { code: 'STASH_LEFT', severity: 'fails', scope, text, fix: `Remove ${path} before the server is started.` },
    ];
  }
  const text = `${key} stays in cleartext until the next start, when the server writes ${path} and removes it`;
  const fix = 'Start the server, and keep no copy of the file from before that start.';
  return [{ code: 'STASH_PENDING', severity: 'note', scope, text, fix }];
}

function fileFindings(
  { store, file, type, password, stash }: Store,
  scope: Scope,
  own: ScopeSettings,
  effective: ScopeSettings,
): readonly CommunityFinding[] {
  const path = own[file];
  if (path === undefined) return [];
  const finding = (
    code: string,
    severity: CommunityFinding['severity'],
    text: string,
    fix: string,
  ): CommunityFinding => ({
    code,
    severity,
    scope,
    text,
    fix,
  });
  const key = nameOfKey(file, scope);
  const isBare = !/^(?:[/\\]|[A-Za-z]:[/\\])/u.test(path);
  const isBorrowed = scope !== 'ST_' && own[password] === undefined && own[stash] === undefined;
  const hasPassword = effective[password] !== undefined || effective[stash] !== undefined;
  return [
    ...(isBare
      ? [
          finding(
            'STORE_PATH_BARE',
            'warning',
            `${key} is the relative path ${path}, and its folder is not documented`,
            'Write the whole path.',
          ),
        ]
      : []),
    ...(effective[type] === undefined
      ? [
          finding(
            'STORE_TYPE_MISSING',
            'warning',
            `${nameOfKey(type, scope)} is not written`,
            'Write the type, p12 or jks.',
          ),
        ]
      : []),
    ...(hasPassword
      ? []
      : [
          finding(
            'STORE_PASSWORD_MISSING',
            'fails',
            `the ${store} ${path} has neither a password nor a stash file`,
            `Write ${nameOfKey(password, scope)} and ${nameOfKey(stash, scope)}.`,
          ),
        ]),
    ...(isBorrowed && hasPassword
      ? [
          finding(
            'STORE_PASSWORD_BORROWED',
            'warning',
            `${key} names a store of its own and takes the password of ST_`,
            `Write ${nameOfKey(password, scope)}, or use the store of ST_.`,
          ),
        ]
      : []),
  ];
}
