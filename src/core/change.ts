// A change: one attribute of one object, before and after. Values are text for people; a secret never gets this far.
import type { Json, JsonObject } from './json.ts';
import { canonicalJson } from './json.ts';

export type Change = {
  /** what changes, with its scope: "SSL configuration NodeDefaultSSLSettings (cell):c1:(node):n1" */
  readonly object: string;
  readonly attribute: string;
  readonly before: string | null;
  readonly after: string | null;
};

const asText = (value: Json | undefined): string | null => {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : canonicalJson(value);
};

/** Changes for every wanted attribute that differs. */
export function changesBetween(object: string, state: JsonObject, wanted: JsonObject): readonly Change[] {
  return Object.entries(wanted)
    .map(([attribute, after]) => ({ object, attribute, before: asText(state[attribute]), after: asText(after) }))
    .filter(({ before, after }) => before !== after);
}
