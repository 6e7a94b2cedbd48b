// Canonical JSON: the one byte form of a value, so that equal plans have equal digests.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Object keys sorted by code unit, no white space; two equal values give equal text. */
export const canonicalJson = (value: Json): string => JSON.stringify(sortKeys(value));

/** The same order of keys, indented for people. */
export const prettyJson = (value: Json): string => `${JSON.stringify(sortKeys(value), null, 2)}\n`;

/** Digest of bytes or UTF-8 text, 64 lower-case hexadecimal digits. node:crypto is loaded for the first digest and not
 * before: many commands make none, and it takes longer to load than a port to answer. */
export const sha256Hex = (bytes: Uint8Array | string): string =>
  process.getBuiltinModule('node:crypto').hash('sha256', bytes);

export const digestOf = (value: Json): string => sha256Hex(canonicalJson(value));

export const isEqualJson = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function sortKeys(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(sortKeys);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]),
  );
}
