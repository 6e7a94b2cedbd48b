// The values of a setting: text of sametime.ini to what it means, and back. Source: setting-table.ts.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import type { SettingRow } from './setting-table.ts';
import type { IniProtocol, ScopeSettings, SettingName } from './types.ts';

type Value = NonNullable<ScopeSettings[SettingName]>;
type Words = readonly (readonly [word: string, meaning: Value])[];

const PROTOCOLS = [
  ['0x300', 'SSLv3'],
  ['0x301', 'TLSv1'],
  ['0x302', 'TLSv1.1'],
  ['0x303', 'TLSv1.2'],
] as const satisfies readonly (readonly [string, IniProtocol])[];

const WORDS: { readonly [Kind in SettingRow['kind']]?: Words } = {
  'store-type': [
    ['p12', 'p12'],
    ['jks', 'jks'],
  ],
  'client-authentication': [
    ['0', 'none'],
    ['1', 'want'],
    ['2', 'need'],
  ],
  protocol: PROTOCOLS,
  level: [
    ['0', 0],
    ['1', 1],
    ['2', 2],
    ['3', 3],
    ['4', 4],
  ],
  switch: [
    ['0', false],
    ['1', true],
  ],
  algorithm: [['PKIX', 'PKIX']],
};

/** In ascending order. */
export const INI_PROTOCOLS: readonly IniProtocol[] = PROTOCOLS.map(([, version]) => version);

/** undefined: none of the documented values */
export function parseValue({ kind }: SettingRow, text: string | Secret): Value | undefined {
  if (text instanceof Secret) return kind === 'secret' ? text : undefined;
  if (kind === 'text') return text;
  if (kind === 'list') return listOf(text);
  if (kind === 'number') return /^(?:-1|\d{1,9})$/u.test(text) ? Number(text) : undefined;
  return WORDS[kind]?.find(([word]) => word.toLowerCase() === text.toLowerCase())?.[1];
}

function listOf(text: string): readonly string[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  return parts.includes('') ? undefined : parts;
}

/** @throws OperatorError INPUT_VALUE for what the setting cannot be */
export function renderValue(row: SettingRow, value: Value): string | Secret {
  const words = WORDS[row.kind];
  const text = words === undefined ? plainText(value) : words.find(([, meaning]) => meaning === value)?.[0];
  if (text !== undefined && text !== '' && isSame(parseValue(row, text), value)) return text;
  const allowed = words?.map(([, meaning]) => String(meaning)).join(', ') ?? 'a value without commas and outer blanks';
  throw new OperatorError('INPUT_VALUE', `${row.name} cannot be ${JSON.stringify(value)} in sametime.ini`, {
    hint: `Use ${words === undefined ? allowed : `one of ${allowed}`}.`,
  });
}

function plainText(value: Value): string | Secret {
  if (value instanceof Secret) return value;
  return Array.isArray(value) ? value.join(',') : String(value);
}

const isSame = (a: Value | undefined, b: Value): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, at) => one === b[at]));
