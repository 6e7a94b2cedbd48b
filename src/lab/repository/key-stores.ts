// AdminTask commands over key store objects, and finding the PKCS12 file behind one.
// Source: command names and options as a live server reports them; output forms in docs/lab.md.
import type { Secret } from '../../core/secret.ts';
import { parsePassword } from '../../products/websphere/xor.ts';
import type { Command, Commands, WorkspaceDocuments } from './command.ts';
import type { Options } from './options.ts';
import { isTrue } from './options.ts';
import { renderAttributes, renderLines } from './attribute-list.ts';
import { dataId, scopeOption } from './scopes.ts';
import { commandException } from './scripting-exception.ts';
import { idOf, objectAt, objects, scopeOf } from './security-document.ts';
import type { StoreContent } from './store-file.ts';
import { attributeOf } from './xml-tree.ts';
import type { XmlElement } from './xml-tree.ts';

export type OpenStore = {
  readonly name: string;
  readonly content: StoreContent;
  /** puts the changed content into the workspace */
  readonly replace: (content: StoreContent) => void;
};

/** The key store that keyStoreName and keyStoreScope name.
 * @throws ScriptingException when there is none, or its file cannot be opened */
export function openStoreOption(documents: WorkspaceDocuments, options: Options): OpenStore {
  const name = options.get('keyStoreName') ?? '';
  const element = keyStoreAt(documents, name, scopeOption(documents, options, 'keyStoreScope'));
  const location = attributeOf(element, 'location') ?? '';
  const password = passwordOf(element);
  return {
    name,
    content: documents.store(location, password),
    replace: (content) => documents.setStore(location, password, content),
  };
}

const passwordOf = (element: XmlElement): Secret =>
  parsePassword(attributeOf(element, 'password') ?? '', 'key store password');

export function keyStoreAt(documents: WorkspaceDocuments, name: string, scope: string): XmlElement {
  const found = objectAt(documents.security(), 'keyStores', { name }, scope);
  if (found === undefined) throw commandException(`The key store "${name}" does not exist at the scope "${scope}".`);
  return found;
}

/** `CellDefaultKeyStore(cells/c|security.xml#KeyStore_1)` */
export const keyStoreObjectName = (documents: WorkspaceDocuments, element: XmlElement): string =>
  `${attributeOf(element, 'name') ?? ''}(${dataId(documents, idOf(element))})`;

const listKeyStores: Command = {
  options: ['scopeName', 'all', 'keyStoreUsage'],
  execute: (documents, options) => {
    const scope = isTrue(options, 'all') ? undefined : scopeOption(documents, options, 'scopeName');
    const usage = options.get('keyStoreUsage') ?? '';
    return renderLines(
      objects(documents.security(), 'keyStores')
        .filter((store) => scope === undefined || scopeOf(documents.security(), store) === scope)
        .filter((store) => usage === '' || attributeOf(store, 'usage') === usage)
        .map((store) => keyStoreObjectName(documents, store)),
    );
  },
};

const SHOWN = ['name', 'location', 'type', 'provider', 'fileBased', 'hostList', 'description', 'usage', 'readOnly'];

const getKeyStoreInfo: Command = {
  options: ['keyStoreName*', 'scopeName'],
  execute: (documents, options) => {
    const scope = scopeOption(documents, options, 'scopeName');
    const store = keyStoreAt(documents, options.get('keyStoreName') ?? '', scope);
    return renderAttributes([
      ...SHOWN.map((name) => [name, attributeOf(store, name) ?? ''] as const),
      ['password', '*****'],
      ['managementScope', `(${dataId(documents, attributeOf(store, 'managementScope') ?? '')})`],
      ['_Websphere_Config_Data_Id', dataId(documents, idOf(store))],
      ['_Websphere_Config_Data_Type', 'KeyStore'],
    ]);
  },
};

export const keyStoreCommands: Commands = { listKeyStores, getKeyStoreInfo };
