// A YAML document as a tree whose every key and value knows its place, and the ways to look into it.
import type { Json } from '../json.ts';
import type { Place } from '../place.ts';

export type YamlEntry = { readonly key: string; readonly keyPlace: Place; readonly value: YamlNode };

export type YamlNode =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null; readonly place: Place }
  | { readonly kind: 'list'; readonly items: readonly YamlNode[]; readonly place: Place }
  | { readonly kind: 'map'; readonly entries: readonly YamlEntry[]; readonly place: Place };

/** keys of maps and indexes of lists, from the root */
export type YamlPath = readonly (string | number)[];

type Found = { readonly node: YamlNode; readonly keyPlace: Place | undefined };

export function toJson(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toJson);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, toJson(value)]));
}

/** Undefined if there is nothing at the path. */
export const nodeAt = (root: YamlNode, path: YamlPath): YamlNode | undefined => find(root, path)?.node;

/** Where to point for a value: the value itself, the key of an empty one, the nearest parent of a missing one. */
export function placeAt(root: YamlNode, path: YamlPath): Place {
  const found = find(root, path);
  if (found === undefined) return keyPlaceAt(root, path.slice(0, -1));
  const isEmpty = found.node.kind === 'scalar' && found.node.value === null;
  return isEmpty ? (found.keyPlace ?? found.node.place) : found.node.place;
}

/** Where to point for a named thing: its key, or the value where it has none (items of lists, the root). */
export function keyPlaceAt(root: YamlNode, path: YamlPath): Place {
  const found = find(root, path);
  return found === undefined ? keyPlaceAt(root, path.slice(0, -1)) : (found.keyPlace ?? found.node.place);
}

function find(root: YamlNode, path: YamlPath): Found | undefined {
  let found: Found | undefined = { node: root, keyPlace: undefined };
  for (const part of path) {
    if (found === undefined) return undefined;
    found = childOf(found, part);
  }
  return found;
}

function childOf(parent: Found, part: string | number): Found | undefined {
  const { node } = parent;
  if (node.kind === 'map') {
    const entry = node.entries.find(({ key }) => key === part);
    return entry && { node: entry.value, keyPlace: entry.keyPlace };
  }
  // Where a list may be written as its only item, that item is found at index 0.
  if (node.kind === 'scalar') return part === 0 ? parent : undefined;
  const item = typeof part === 'number' ? node.items[part] : undefined;
  return item && { node: item, keyPlace: undefined };
}

/** `hosts.dm.port`, `clients.browser.connects[0]`; for messages */
export function renderPath(path: YamlPath): string {
  const parts = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return /^[\w.-]{1,60}$/.test(part) ? `.${part}` : `.${quoted(part)}`;
  });
  return parts.join('').replace(/^\./, '') || 'the file';
}

/** A text from a file, fit for a one-line message: control characters escaped, long ones cut. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
