// resources.xml -> data sources with database and server names. Source: IBM WebSphere 8.5.5, J2EEResourceProperty of a
// DataSource; shape of public copies, not verified on real WebSphere.
import type { TextSource } from './text-source.ts';
import { parseXml, type XmlElement } from './xml-document.ts';

export type DataSource = { readonly name: string; readonly database: string; readonly server: string };

/** Those that name a database.
 * @throws OperatorError REMOTE_REPLY */
export const parseDataSources = (text: string, source: TextSource): readonly DataSource[] =>
  elementsNamed('factories', parseXml(text, 'xmi:XMI', source)).flatMap((factory) => {
    const properties = elementsNamed('resourceProperties', factory);
    const value = (name: string): string =>
      properties.find(({ attributes }) => attributes['name'] === name)?.attributes['value'] ?? '';
    const [database, server] = [value('databaseName'), value('serverName')];
    return database === '' ? [] : [{ name: factory.attributes['name'] ?? '', database, server }];
  });

const elementsNamed = (name: string, { children }: XmlElement): readonly XmlElement[] =>
  children.flatMap((child) => [...(child.name === name ? [child] : []), ...elementsNamed(name, child)]);
