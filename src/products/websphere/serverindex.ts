// serverindex.xml of a node -> its servers with their named ports. Shape: docs/products/websphere.md. A host value may be
// *, localhost or ${LOCALHOST_NAME}: it is kept as written, the address comes from the inventory.
import { OperatorError } from '../../core/errors.ts';
import type { ServerEntry } from './security-model.ts';
import { renderSource, type TextSource } from './text-source.ts';
import { parseXml, type XmlElement } from './xml-document.ts';

/** @throws OperatorError REMOTE_REPLY */
export function parseServerIndex(
  text: string,
  source: TextSource = { host: 'local', path: 'serverindex.xml' },
): readonly ServerEntry[] {
  const attribute = (element: XmlElement | undefined, name: string): string => {
    const value = element?.attributes[name];
    if (value === undefined) throw unexpected(source, `${element?.name ?? 'endPoint'} without ${name}`);
    return value;
  };
  const endpoint = (element: XmlElement): ServerEntry['endpoints'][number] => {
    const name = attribute(element, 'endPointName');
    const address = element.children.find((child) => child.name === 'endPoint');
    const port = attribute(address, 'port');
    if (!/^\d{1,5}$/u.test(port) || Number(port) > 65_535) throw unexpected(source, `${name} has port ${port}`);
    return { name, host: attribute(address, 'host'), port: Number(port) };
  };
  return parseXml(text, 'serverindex:ServerIndex', source)
    .children.filter((element) => element.name === 'serverEntries')
    .map((element) => ({
      name: attribute(element, 'serverName'),
      type: attribute(element, 'serverType'),
      endpoints: element.children.filter((child) => child.name === 'specialEndpoints').map(endpoint),
    }));
}

const unexpected = (source: TextSource, fact: string): OperatorError =>
  new OperatorError('REMOTE_REPLY', `${renderSource(source)}: ${fact}`, {
    hint: 'The file does not have the shape described in docs/products/websphere.md; nothing was planned from it.',
  });
