// XML text -> plain elements. sax, below xml2js, knows only the five predefined entities and never expands a declared one,
// so a document cannot grow while it is read; a DOCTYPE is refused all the same.
import { parseString } from 'xml2js';
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import { renderSource, type TextSource } from './text-source.ts';

export type XmlElement = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
};

const Element = z.object({
  '#name': z.string(),
  $: z.record(z.string(), z.string()).optional(),
  get $$() {
    return z.array(Element).optional();
  },
});
type Element = z.infer<typeof Element>;

const toElement = ({ '#name': name, $: attributes, $$: children }: Element): XmlElement => ({
  name,
  attributes: attributes ?? {},
  children: (children ?? []).map(toElement),
});

/** @throws OperatorError REMOTE_REPLY when it is not well-formed or has another root */
export function parseXml(text: string, root: string, source: TextSource): XmlElement {
  const unexpected = (fact: string): OperatorError =>
    new OperatorError('REMOTE_REPLY', `${renderSource(source)}: ${fact}`, {
      hint: 'Check that the path is right and that the file is not being written at this moment.',
    });
  if (/<!DOCTYPE/iu.test(text)) throw unexpected('has a DOCTYPE, which WebSphere does not write');
  let result: unknown;
  let problem: Error | null = null;
  // With `async: false` the callback has run when parseString returns.
  const options = { explicitRoot: false, explicitChildren: true, preserveChildrenOrder: true, async: false };
  parseString(text, options, (error, value) => {
    problem ??= error;
    result ??= value;
  });
  const element = Element.safeParse(result);
  if (problem !== null || !element.success) throw unexpected('is not well-formed XML');
  if (element.data['#name'] !== root) throw unexpected(`has the root ${element.data['#name']} instead of ${root}`);
  // xml2js stops listening at the end of the first root: two files in one would go unnoticed.
  const close = `</${root}>`;
  const behind = text.slice(text.indexOf(close) + close.length).trim();
  if (behind !== '') throw unexpected(`goes on behind ${close}`);
  return toElement(element.data);
}
