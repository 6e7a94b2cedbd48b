// A lossless XML tree: what was not edited is written back byte for byte. xml2js does not keep the order of unlike
// siblings, comments or blanks, and an administrator's diff of security.xml must show only what a call changed.
// Grammar: XML 1.0 (https://www.w3.org/TR/xml/), without DTDs.

export type XmlAttribute = {
  /** blanks before the name, as written */
  readonly before: string;
  readonly name: string;
  readonly value: string;
  /** `="..."` as written; undefined once the value was changed */
  readonly raw: string | undefined;
};

export type XmlElement = {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  /** blanks before `>` or `/>` */
  readonly tail: string;
  readonly children: readonly XmlNode[];
  /** the end tag as written; undefined: `<name/>` */
  readonly end: string | undefined;
};

/** A string is text, a comment, an instruction or a declaration, as written. */
export type XmlNode = string | XmlElement;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decode = (raw: string): string =>
  raw.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return String.fromCodePoint(code);
  });

const encode = (value: string): string =>
  value.replace(/[&<"\t\r\n]/g, (sign) => {
    if (sign === '&') return '&amp;';
    if (sign === '<') return '&lt;';
    return sign === '"' ? '&quot;' : `&#x${sign.charCodeAt(0).toString(16).toUpperCase()};`;
  });

// Text, comments, CDATA and instructions are one run of raw text; a tag is anything else that starts with `<`.
const RAW = /(?:[^<]+|<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>)+/y;
const OPEN = /<([^\s/>!?=]+)((?:\s+[^\s/>=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)(\s*)(\/?)>/y;
const END = /<\/([^\s>]+)\s*>/y;
const ATTRIBUTE = /(\s+)([^\s/>=]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'))/g;

type Open = { readonly element: XmlElement; readonly children: XmlNode[] };

/** @throws Error with the offset where the text is not well-formed */
export function parseXml(text: string): readonly XmlNode[] {
  const top: XmlNode[] = [];
  const open: Open[] = [];
  let offset = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    const found = pattern.exec(text);
    if (found !== null) offset += found[0].length;
    return found;
  };
  const siblings = (): XmlNode[] => open.at(-1)?.children ?? top;
  while (offset < text.length) {
    const raw = take(RAW);
    if (raw !== null) {
      siblings().push(raw[0]);
      continue;
    }
    const end = take(END);
    if (end !== null) {
      const closed = open.pop();
      if (closed === undefined || closed.element.name !== end[1])
        throw new Error(`XML: end tag ${end[0]} at offset ${offset} has no start tag`);
      siblings().push({ ...closed.element, children: closed.children, end: end[0] });
      continue;
    }
    const start = take(OPEN);
    if (start === null) throw new Error(`XML: no tag can be read at offset ${offset}`);
    const [, name = '', attributes = '', tail = '', slash] = start;
    const element: XmlElement = { name, attributes: parseAttributes(attributes), tail, children: [], end: undefined };
    if (slash === '/') siblings().push(element);
    else open.push({ element, children: [] });
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw new Error(`XML: element ${unclosed.element.name} is not closed`);
  return top;
}

const parseAttributes = (text: string): readonly XmlAttribute[] =>
  [...text.matchAll(ATTRIBUTE)].map(([, before = '', name = '', raw = '', double, single]) => ({
    before,
    name,
    raw,
    value: decode(double ?? single ?? ''),
  }));

export const renderXml = (nodes: readonly XmlNode[]): string => nodes.map(renderNode).join('');

function renderNode(node: XmlNode): string {
  if (typeof node === 'string') return node;
  const attributes = node.attributes.map(
    ({ before, name, raw, value }) => `${before}${name}${raw ?? `="${encode(value)}"`}`,
  );
  const start = `<${node.name}${attributes.join('')}${node.tail}`;
  return node.end === undefined ? `${start}/>` : `${start}>${renderXml(node.children)}${node.end}`;
}

export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.find((attribute) => attribute.name === name)?.value;

/** The element with the attribute set: in its place, or after the others. An equal value changes no byte. */
export function withAttribute(element: XmlElement, name: string, value: string): XmlElement {
  const at = element.attributes.findIndex((attribute) => attribute.name === name);
  const old = element.attributes[at];
  if (old?.value === value) return element;
  const changed: XmlAttribute = { before: old?.before ?? ' ', name, value, raw: undefined };
  const attributes = old === undefined ? [...element.attributes, changed] : element.attributes.with(at, changed);
  return { ...element, attributes };
}

export const makeElement = (name: string, attributes: Readonly<Record<string, string>>): XmlElement => ({
  name,
  attributes: Object.entries(attributes).map(([key, value]) => ({ before: ' ', name: key, value, raw: undefined })),
  tail: '',
  children: [],
  end: undefined,
});

export const childElements = (element: XmlElement, name?: string): readonly XmlElement[] =>
  element.children.filter(
    (child): child is XmlElement => typeof child !== 'string' && (name === undefined || child.name === name),
  );

/** The first element at any depth that has this value of this attribute. */
export function findElement(nodes: readonly XmlNode[], attribute: string, value: string): XmlElement | undefined {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    const found = attributeOf(node, attribute) === value ? node : findElement(node.children, attribute, value);
    if (found !== undefined) return found;
  }
  return undefined;
}
