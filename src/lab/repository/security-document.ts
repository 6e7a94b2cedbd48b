// The master's security.xml as a value: flat siblings below <security:Security>, joined by xmi:id. Edits give a new
// document; unknown elements and attributes stay as they are. Shape of the file: docs/products/websphere.md.
import { attributeOf, childElements, makeElement, parseXml, renderXml } from './xml-tree.ts';
import type { XmlElement, XmlNode } from './xml-tree.ts';

export type SecurityDocument = {
  readonly before: readonly XmlNode[];
  readonly root: XmlElement;
  readonly after: readonly XmlNode[];
};

/** @throws Error when the text is not a security.xml */
export function parseSecurity(text: string): SecurityDocument {
  const nodes = parseXml(text);
  const at = nodes.findIndex((node) => typeof node !== 'string');
  const root = nodes[at];
  if (root === undefined || typeof root === 'string' || root.name !== 'security:Security') {
    throw new Error('security.xml: the root element is not security:Security');
  }
  return { before: nodes.slice(0, at), root, after: nodes.slice(at + 1) };
}

export const renderSecurity = ({ before, root, after }: SecurityDocument): string =>
  renderXml([...before, root, ...after]);

export const objects = (document: SecurityDocument, name: string): readonly XmlElement[] =>
  childElements(document.root, name);

export const idOf = (element: XmlElement): string => attributeOf(element, 'xmi:id') ?? '';

export const objectById = (document: SecurityDocument, id: string): XmlElement | undefined =>
  childElements(document.root).find((element) => idOf(element) === id);

const withChildren = (document: SecurityDocument, children: readonly XmlNode[]): SecurityDocument => ({
  ...document,
  root: { ...document.root, children, end: document.root.end ?? `</${document.root.name}>` },
});

export const withObject = (document: SecurityDocument, changed: XmlElement): SecurityDocument =>
  withChildren(
    document,
    document.root.children.map((node) => (typeof node !== 'string' && idOf(node) === idOf(changed) ? changed : node)),
  );

/** Adds after the last sibling of that name, or at the end, with the indentation the file has. */
export function addObject(
  document: SecurityDocument,
  name: string,
  attributes: Readonly<Record<string, string>>,
): SecurityDocument {
  const { children } = document.root;
  const like = children.findLastIndex((node) => typeof node !== 'string' && node.name === name);
  const after = like === -1 ? children.findLastIndex((node) => typeof node !== 'string') : like;
  const blank = children[after - 1];
  const indentation = typeof blank === 'string' && blank.trim() === '' ? blank : '\n  ';
  return withChildren(document, children.toSpliced(after + 1, 0, indentation, makeElement(name, attributes)));
}

export function removeObject(document: SecurityDocument, id: string): SecurityDocument {
  const { children } = document.root;
  const at = children.findIndex((node) => typeof node !== 'string' && idOf(node) === id);
  if (at === -1) return document;
  const blank = children[at - 1];
  const isBlank = typeof blank === 'string' && blank.trim() === '';
  return withChildren(document, isBlank ? children.toSpliced(at - 1, 2) : children.toSpliced(at, 1));
}

/** `SSLConfigGroup_1763718000000`: the pattern of ids that a running deployment manager gives. */
export function newId(document: SecurityDocument, type: string, now: number): string {
  let number = now;
  while (objectById(document, `${type}_${number}`) !== undefined) number += 1;
  return `${type}_${number}`;
}

/** Scope name of the object's managementScope reference. */
export function scopeOf(document: SecurityDocument, element: XmlElement): string {
  const scope = objectById(document, attributeOf(element, 'managementScope') ?? '');
  return scope === undefined ? '' : (attributeOf(scope, 'scopeName') ?? '');
}

/** The first object of that element name with this key attribute at exactly this scope. */
export const objectAt = (
  document: SecurityDocument,
  name: string,
  key: Readonly<Record<string, string>>,
  scope: string,
): XmlElement | undefined =>
  objects(document, name).find(
    (element) =>
      scopeOf(document, element) === scope &&
      Object.entries(key).every(([attribute, value]) => attributeOf(element, attribute) === value),
  );
