// The settings of iim.conf: read with their defaults, and turned into edits of it. Source: setting-table.ts.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { effectiveEntry, entriesOf, textOf, type IimEntry, type IimFile } from './iim.ts';
import { listOf } from './iim-value.ts';
import { coserverKey, coserverNameOf, SETTINGS, type SettingRow, type ValueKind } from './setting-table.ts';
import type { Coserver, IimEdit, ReadSunIm, SettingName, SunImSettings } from './types.ts';

type Value = NonNullable<SunImSettings[SettingName]>;
type Desired = { readonly [Name in SettingName]?: SunImSettings[Name] | null };

const WORDS: { readonly [Kind in ValueKind]?: readonly [yes: string, no: string] } = {
  boolean: ['true', 'false'],
  switch: ['on', 'off'],
};

/** undefined: none of the documented values. Whether the server minds case is not documented; its own examples mix it. */
export function parseValue(kind: ValueKind, text: string): Value | undefined {
  if (kind === 'text') return text;
  if (kind === 'list') return listOf(text);
  const at = WORDS[kind]?.indexOf(text.toLowerCase()) ?? -1;
  return at === -1 ? undefined : at === 0;
}

function renderSetting({ name, kind }: SettingRow, value: Value): string {
  const words = WORDS[kind];
  const text = Array.isArray(value) ? value.join(',') : String(value);
  const written = words === undefined || typeof value !== 'boolean' ? text : words[value ? 0 : 1];
  const back = written === '' ? undefined : parseValue(kind, written);
  if (back !== undefined && JSON.stringify(back) === JSON.stringify(value)) return written;
  throw new OperatorError('INPUT_VALUE', `${name} cannot be ${JSON.stringify(value)} in iim.conf`, {
    hint: words === undefined ? 'Use a value without commas and outer blanks.' : 'Use true or false.',
  });
}

/** Faults and unknown values do not end the reading: they are told. */
export function readSettings(conf: IimFile): ReadSunIm {
  const rows = SETTINGS.map((row) => ({ row, entry: effectiveEntry(conf, row.key) }));
  const written = Object.fromEntries(
    rows.flatMap(({ row, entry }) => {
      const value = valueOf(row.kind, entry);
      return value === undefined ? [] : [[row.name, value]];
    }),
  );
  const defaults = Object.fromEntries(
    SETTINGS.flatMap(({ name, kind, whenAbsent }) =>
      whenAbsent === null ? [] : [[name, parseValue(kind, whenAbsent)]],
    ),
  );
  const coservers = readCoservers(conf, listIn(conf, 'iim_server.coservers'));
  const odd = [
    ...rows.filter(({ row, entry }) => entry !== undefined && valueOf(row.kind, entry) === undefined),
    ...coservers.flatMap(({ name, requireTls }) => {
      const entry = effectiveEntry(conf, coserverKey(name, 'requiressl'));
      return entry === undefined || requireTls !== null ? [] : [{ entry }];
    }),
  ];
  const unknown = odd.flatMap(({ entry }) =>
    entry === undefined || entry.value instanceof Secret
      ? []
      : [{ key: entry.key, line: entry.line, value: entry.value }],
  );
  return { written, effective: { ...defaults, ...written }, coservers, unknown };
}

const valueOf = (kind: ValueKind, entry: IimEntry | undefined): Value | undefined =>
  entry === undefined || entry.fault !== null || entry.value instanceof Secret || entry.value === ''
    ? undefined
    : parseValue(kind, entry.value);

const listIn = (conf: IimFile, key: string): readonly string[] => listOf(textOf(conf, key) ?? '');

function readCoservers(conf: IimFile, listed: readonly string[]): readonly Coserver[] {
  const found = entriesOf(conf).flatMap(({ key }) => coserverNameOf(key) ?? []);
  return [...new Set([...listed, ...found])].map((name) => {
    const text = (part: 'host' | 'serverid' | 'domain'): string | null => textOf(conf, coserverKey(name, part)) ?? null;
    const { host, port } = splitAddress(text('host') ?? '');
    const requireTls = valueOf('boolean', effectiveEntry(conf, coserverKey(name, 'requiressl')));
    return {
      name,
      isListed: listed.includes(name),
      host,
      port,
      serverId: text('serverid'),
      domain: text('domain'),
      requireTls: typeof requireTls === 'boolean' ? requireTls : null,
    };
  });
}

/** `host:port`, `host`, `port`; null: not given, or no port */
export function splitAddress(text: string): { readonly host: string | null; readonly port: number | null } {
  const [, host = '', digits = ''] = /^(?:(.*?):)?(\d{1,5})$/u.exec(text.trim()) ?? [undefined, text.trim()];
  const port = Number(digits);
  return { host: host === '' ? null : host.toLowerCase(), port: port >= 1 && port <= 65_535 ? port : null };
}

/** In the order of the table; what is not mentioned is left as it is, null removes the key.
 * @throws OperatorError INPUT_VALUE for a value that the setting cannot have */
export const settingsToEdits = (desired: Desired): readonly IimEdit[] =>
  SETTINGS.flatMap((row) => {
    const value = desired[row.name];
    if (value === undefined) return [];
    return [{ key: row.key, value: value === null ? null : renderSetting(row, value) }];
  });

/** @throws OperatorError INPUT_UNKNOWN_NAME for a coserver that the file does not list */
export function coserverEdits({ coservers }: ReadSunIm, name: string, requireTls: boolean | null): readonly IimEdit[] {
  if (coservers.some((one) => one.name === name && one.isListed)) {
    return [{ key: coserverKey(name, 'requiressl'), value: requireTls === null ? null : String(requireTls) }];
  }
  const names = coservers.filter(({ isListed }) => isListed).map((one) => one.name);
  throw new OperatorError('INPUT_UNKNOWN_NAME', `coserver ${name} is not listed in iim_server.coservers`, {
    hint: names.length === 0 ? 'The file lists none.' : `The file lists ${names.join(', ')}.`,
  });
}
