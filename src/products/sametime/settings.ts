// The TLS settings of a community server: read from sametime.ini by scope, and turned into edits of it.
// Source: HCL Sametime 11.5, "Implementing TLS configuration for individual services" (prefixes); setting-table.ts.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { findEntries, getIni, type IniFile } from './ini.ts';
import { keyOf, SETTINGS } from './setting-table.ts';
import { parseValue, renderValue } from './setting-values.ts';
import { SCOPES } from './types.ts';
import type { CommunityTlsSettings, DesiredSettings, IniEdit, Scope, ScopeSettings } from './types.ts';

export const TLS_SECTION = 'Config';

/** @throws OperatorError FACT_UNREADABLE for a key that is there more than once */
export function readSettings(ini: IniFile): CommunityTlsSettings {
  const rows = SCOPES.flatMap((scope) =>
    SETTINGS.flatMap((setting) => {
      const key = keyOf(setting, scope);
      const text = key === undefined ? undefined : getIni(ini, TLS_SECTION, key);
      if (key === undefined || text === undefined || text === '') return [];
      return [{ scope, name: setting.name, key, text, value: parseValue(setting, text) }];
    }),
  );
  const writtenBy = (scope: Scope): ScopeSettings =>
    Object.fromEntries(
      rows.flatMap((row) => (row.scope === scope && row.value !== undefined ? [[row.name, row.value]] : [])),
    );
  const written = byScope(writtenBy);
  return {
    written,
    effective: byScope((scope) => ({ ...inheritable(written['ST_'], scope), ...written[scope] })),
    unknown: rows.flatMap(({ key, text, value }) =>
      value === undefined && !(text instanceof Secret) ? [{ key, line: lineOf(ini, key), value: text }] : [],
    ),
  };
}

const byScope = (settingsOf: (scope: Scope) => ScopeSettings): Readonly<Record<Scope, ScopeSettings>> => ({
  ST_: settingsOf('ST_'),
  STSRV_: settingsOf('STSRV_'),
  STMUX_: settingsOf('STMUX_'),
  STLDAP_: settingsOf('STLDAP_'),
  STSAML_: settingsOf('STSAML_'),
});

const EVERYWHERE: ReadonlySet<string> = new Set(['trustManagerAlgorithm', 'fips']);

/** What ST_ says and the scope could say itself. The trust manager exists once and holds for all; so does FIPS, which
 * binds SAML too (HCL, "Configuring SSO using SAML"). */
function inheritable(global: ScopeSettings, scope: Scope): ScopeSettings {
  const own = SETTINGS.filter((row) => keyOf(row, scope) !== undefined).map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(global).filter(([name]) => own.some((one) => one === name) || EVERYWHERE.has(name)),
  );
}

const lineOf = (ini: IniFile, key: string): number => findEntries(ini, TLS_SECTION, key)[0]?.line ?? 0;

/** In the order of the table; what is not mentioned is left as it is.
 * @throws OperatorError INPUT_VALUE for a value that the setting cannot have, or a scope that does not have the setting */
export const settingsToIni = (desired: DesiredSettings): readonly IniEdit[] =>
  SCOPES.flatMap((scope) =>
    SETTINGS.flatMap((setting): readonly IniEdit[] => {
      const value = desired[scope]?.[setting.name];
      if (value === undefined) return [];
      const key = keyOf(setting, scope);
      if (key !== undefined) {
        return [{ section: TLS_SECTION, key, value: value === null ? null : renderValue(setting, value) }];
      }
      throw new OperatorError('INPUT_VALUE', `${setting.name} does not exist for ${scope} in sametime.ini`, {
        hint: `Set it for one of ${setting.scopes.join(', ')}.`,
      });
    }),
  );

/** A scope as its keys and texts; secrets appear as [secret]. For states, changes and people. */
export const renderScope = (settings: ScopeSettings, scope: Scope): Readonly<Record<string, string>> =>
  Object.fromEntries(
    SETTINGS.flatMap((setting) => {
      const key = keyOf(setting, scope);
      const value = settings[setting.name];
      return key === undefined || value === undefined ? [] : [[key, String(renderValue(setting, value))]];
    }),
  );
