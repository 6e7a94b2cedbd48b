// What beats the tree of SSL configuration groups: aliases that a transport names itself, and dynamic outbound selections.
// Sources: IBM WebSphere 7, "Configuring secure endpoints" (a direct alias always wins); AdminTask
// createDynamicSSLConfigSelection. Names of elements as far as public files show them; not verified on real WebSphere.
import type { TextSource } from './text-source.ts';
import { parseXml, type XmlElement } from './xml-document.ts';

export type DirectAlias = {
  /** channel, CSIv2 layer or registry, as its element is called */
  readonly where: string;
  readonly name: string;
  readonly alias: string;
};

export type DynamicSelection = {
  readonly name: string;
  /** protocol,host,port; several with | */
  readonly info: string;
  readonly alias: string;
  readonly certificateAlias: string;
};

const SELECTION = /^dynamicSSLConfigSelections?$/u;

/** In server.xml or security.xml.
 * @throws OperatorError REMOTE_REPLY */
export const directAliases = (text: string, root: string, source: TextSource): readonly DirectAlias[] =>
  descendants(parseXml(text, root, source)).flatMap(({ name, attributes }) => {
    if (name === 'sslConfigGroups' || SELECTION.test(name)) return [];
    const alias = attributes['sslConfigAlias'] ?? attributes['sslConfig'] ?? '';
    return alias === '' ? [] : [{ where: name, name: attributes['name'] ?? attributes['xmi:id'] ?? '', alias }];
  });

/** @throws OperatorError REMOTE_REPLY */
export function dynamicSelections(text: string, source: TextSource): readonly DynamicSelection[] {
  const { children } = parseXml(text, 'security:Security', source);
  const aliases = new Map(children.map(({ attributes }) => [attributes['xmi:id'], attributes['alias']]));
  return children
    .filter(({ name }) => SELECTION.test(name))
    .map(({ attributes }) => ({
      name: attributes['name'] ?? '',
      info: attributes['dynamicSelectionInfo'] ?? '',
      alias: aliases.get(attributes['sslConfig']) ?? attributes['sslConfig'] ?? '',
      certificateAlias: attributes['certificateAlias'] ?? '',
    }));
}

/** @throws OperatorError REMOTE_REPLY */
export const isSecurityOn = (text: string, source: TextSource): boolean =>
  parseXml(text, 'security:Security', source).attributes['enabled'] === 'true';

const descendants = (element: XmlElement): readonly XmlElement[] => [
  element,
  ...element.children.flatMap((child) => descendants(child)),
];
