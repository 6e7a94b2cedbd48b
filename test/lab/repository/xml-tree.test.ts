import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderSecurityXml } from '../../../src/lab/material/security-xml.ts';
import {
  attributeOf,
  childElements,
  parseXml,
  renderXml,
  withAttribute,
} from '../../../src/lab/repository/xml-tree.ts';
import type { XmlElement, XmlNode } from '../../../src/lab/repository/xml-tree.ts';

const name = fc.stringMatching(/^[A-Za-z][\w.]{0,6}(:[a-z]{1,4})?$/);
const blank = fc.constantFrom(' ', '  ', '\n    ', '\r\n\t');
const value = fc.string({ maxLength: 12 }).map((text) => text.replace(/[<&"]/g, ''));
const attribute = fc
  .tuple(blank, name, fc.constantFrom('=', ' = '), fc.constantFrom('"', "'"), value)
  .map(([before, key, equals, quote, text]) => `${before}${key}${equals}${quote}${text.replaceAll("'", '')}${quote}`);
const attributes = fc.array(attribute, { maxLength: 4 }).map((all) => all.join(''));
const raw = fc.oneof(
  fc.string({ maxLength: 10 }).map((text) => text.replaceAll('<', '')),
  fc.string({ maxLength: 10 }).map((text) => `<!--${text.replaceAll('-', '')}-->`),
  fc.constantFrom('<![CDATA[ <x> & ]]>', '&amp;&#10;', '<?keep this?>'),
);
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  content: fc.oneof({ maxDepth: 4, depthSize: 'small' }, raw, tie('element')),
  element: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(name, attributes, fc.constantFrom('', ' ')).map(([tag, all, tail]) => `<${tag}${all}${tail}/>`),
    fc
      .tuple(name, attributes, fc.array(tie('content'), { maxLength: 4 }), fc.constantFrom('', ' '))
      .map(([tag, all, content, tail]) => `<${tag}${all}${tail}>${content.join('')}</${tag}${tail}>`),
  ),
}));

const rootOf = (nodes: readonly XmlNode[]): XmlElement => {
  const root = nodes.find((node) => typeof node !== 'string');
  if (root === undefined) throw new Error('no root');
  return root;
};

describe('XML tree', () => {
  test('what was parsed and not touched is written back byte for byte', () => {
    fc.assert(
      fc.property(fc.constantFrom('', '<?xml version="1.0"?>\r\n<!-- a -->'), element, (head, root) => {
        const text = `${head}${root}\n`;
        expect(renderXml(parseXml(text))).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  test('the security.xml of a laid cell is written back byte for byte', () => {
    const text = renderSecurityXml('stCell', ['m', 'n1', 'n2']);
    expect(renderXml(parseXml(text))).toBe(text);
  });

  test('any value that is set is the value that is parsed back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        // XML 1.0 has no other control characters, and no lone surrogates come from graphemes.
        const allowed = text.replace(/[^ -\uFFFD\t\r\n]/g, '');
        const changed = withAttribute(rootOf(parseXml('<a x="1" y="2"/>')), 'x', allowed);
        const again = rootOf(parseXml(renderXml([changed])));
        expect([attributeOf(again, 'x'), attributeOf(again, 'y')]).toEqual([allowed, '2']);
      }),
    );
  });

  test('setting an attribute keeps the order and the form of the others', () => {
    const [node] = parseXml(`<a one='1'  two = "2" three="3" />`);
    if (node === undefined || typeof node === 'string') throw new Error('no element');
    expect(renderXml([withAttribute(node, 'two', 'x"&<')])).toBe(`<a one='1'  two="x&quot;&amp;&lt;" three="3" />`);
    expect(renderXml([withAttribute(node, 'two', '2')])).toBe(`<a one='1'  two = "2" three="3" />`);
    expect(renderXml([withAttribute(node, 'four', '4')])).toBe(`<a one='1'  two = "2" three="3" four="4" />`);
  });

  test('entities are decoded for reading', () => {
    const root = rootOf(parseXml('<a x="&lt;&#65;&#x42;&amp;&quot;&apos;"><b/>text<b/></a>'));
    expect(attributeOf(root, 'x')).toBe('<AB&"\'');
    expect(childElements(root, 'b')).toHaveLength(2);
  });

  test.each(['<a>', '<a></b>', '</a>', '<a x=1/>', '<a', '<a x="<"/>', '<!-- open'])('%s is refused', (text) => {
    expect(() => parseXml(text)).toThrow(/^XML: /);
  });
});
