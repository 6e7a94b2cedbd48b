// AdminTask commands over SSL configuration groups: the tree "Manage endpoint security configurations". A scope overrides
// what is above it when a group exists at exactly that scope and direction.
import { renderAttributes, renderLines } from './attribute-list.ts';
import type { Command, Commands, WorkspaceDocuments } from './command.ts';
import type { Options } from './options.ts';
import { isTrue } from './options.ts';
import { dataId, scopeAndOuter, scopeId, scopeOption } from './scopes.ts';
import { commandException } from './scripting-exception.ts';
import {
  addObject,
  idOf,
  newId,
  objectAt,
  objectById,
  objects,
  removeObject,
  scopeOf,
  withObject,
} from './security-document.ts';
import { sslConfigurationAt } from './ssl-configurations.ts';
import { attributeOf, withAttribute } from './xml-tree.ts';
import type { XmlElement } from './xml-tree.ts';

function directionOption(options: Options): string {
  const direction = options.get('direction') ?? '';
  if (direction === 'inbound' || direction === 'outbound') return direction;
  throw commandException(`The direction "${direction}" is not valid.`);
}

type Key = { readonly name: string; readonly direction: string; readonly scope: string };

const keyOf = (documents: WorkspaceDocuments, options: Options): Key => ({
  name: options.get('name') ?? '',
  direction: directionOption(options),
  scope: scopeOption(documents, options, 'scopeName'),
});

const groupAt = (documents: WorkspaceDocuments, { name, direction, scope }: Key): XmlElement | undefined =>
  objectAt(documents.security(), 'sslConfigGroups', { name, direction }, scope);

function existing(documents: WorkspaceDocuments, options: Options): XmlElement {
  const key = keyOf(documents, options);
  const found = groupAt(documents, key);
  if (found !== undefined) return found;
  throw commandException(
    `The SSL configuration group "${key.name}" (${key.direction}) does not exist at the scope "${key.scope}".`,
  );
}

const listSSLConfigGroups: Command = {
  options: ['scopeName', 'direction', 'displayObjectName', 'all'],
  execute: (documents, options) => {
    const scope = isTrue(options, 'all') ? undefined : scopeOption(documents, options, 'scopeName');
    const direction = options.get('direction') ? directionOption(options) : undefined;
    const document = documents.security();
    return renderLines(
      objects(document, 'sslConfigGroups')
        .filter((one) => scope === undefined || scopeOf(document, one) === scope)
        .filter((one) => direction === undefined || attributeOf(one, 'direction') === direction)
        .map((one) => {
          const name = attributeOf(one, 'name') ?? '';
          return isTrue(options, 'displayObjectName')
            ? `${name}(${dataId(documents, idOf(one))})`
            : `name: ${name} direction: ${attributeOf(one, 'direction') ?? ''} managementScope: ${scopeOf(document, one)} `;
        }),
    );
  },
};

const getSSLConfigGroup: Command = {
  options: ['name*', 'direction*', 'scopeName'],
  execute: (documents, options) => {
    const group = existing(documents, options);
    const reference = (name: string) => [name, `(${dataId(documents, attributeOf(group, name) ?? '')})`] as const;
    return renderAttributes([
      ...['name', 'direction', 'certificateAlias'].map((name) => [name, attributeOf(group, name) ?? ''] as const),
      reference('sslConfig'),
      reference('managementScope'),
      ['_Websphere_Config_Data_Id', dataId(documents, idOf(group))],
      ['_Websphere_Config_Data_Type', 'SSLConfigGroup'],
    ]);
  },
};

const GROUP = ['name*', 'direction*', 'certificateAlias', 'scopeName', 'sslConfigAliasName', 'sslConfigScopeName'];

const configurationId = (documents: WorkspaceDocuments, options: Options): string =>
  idOf(
    sslConfigurationAt(
      documents,
      options.get('sslConfigAliasName') ?? '',
      scopeOption(documents, options, 'sslConfigScopeName'),
    ),
  );

// Whether certificateAlias is in the key store of the configuration is not asked here: a process that starts finds out.
const createSSLConfigGroup: Command = {
  options: GROUP.map((name) => (name === 'certificateAlias' || name === 'sslConfigAliasName' ? `${name}*` : name)),
  execute: (documents, options) => {
    const key = keyOf(documents, options);
    const { name, direction, scope } = key;
    if (groupAt(documents, key) !== undefined) {
      throw commandException(
        `The SSL configuration group "${name}" (${direction}) already exists at the scope "${scope}".`,
      );
    }
    const sslConfig = configurationId(documents, options);
    const managementScope = scopeId(documents, scope);
    const document = documents.security();
    const id = newId(document, 'SSLConfigGroup', documents.now());
    const certificateAlias = options.get('certificateAlias') ?? '';
    documents.setSecurity(
      addObject(document, 'sslConfigGroups', {
        'xmi:id': id,
        name,
        direction,
        certificateAlias,
        sslConfig,
        managementScope,
      }),
    );
    return `${name}(${dataId(documents, id)})`;
  },
};

const modifySSLConfigGroup: Command = {
  options: GROUP,
  execute: (documents, options) => {
    let group = existing(documents, options);
    const certificateAlias = options.get('certificateAlias');
    if (certificateAlias !== undefined) group = withAttribute(group, 'certificateAlias', certificateAlias);
    if (options.get('sslConfigAliasName'))
      group = withAttribute(group, 'sslConfig', configurationId(documents, options));
    documents.setSecurity(withObject(documents.security(), group));
    return '';
  },
};

const deleteSSLConfigGroup: Command = {
  options: ['name*', 'direction*', 'scopeName'],
  execute: (documents, options) => {
    const group = existing(documents, options);
    documents.setSecurity(removeObject(documents.security(), idOf(group)));
    return '';
  },
};

/** `alias,certificateAlias`; the form is from memory, not verified on real WebSphere. */
const getInheritedSSLConfig: Command = {
  options: ['scopeName*', 'direction*'],
  execute: (documents, options) => {
    const direction = directionOption(options);
    const document = documents.security();
    const group = scopeAndOuter(scopeOption(documents, options, 'scopeName'))
      .map((scope) => objectAt(document, 'sslConfigGroups', { direction }, scope))
      .find((found) => found !== undefined);
    if (group === undefined) return '';
    const configuration = objectById(document, attributeOf(group, 'sslConfig') ?? '');
    const alias = configuration === undefined ? '' : (attributeOf(configuration, 'alias') ?? '');
    return `${alias},${attributeOf(group, 'certificateAlias') ?? ''}`;
  },
};

export const sslGroupCommands: Commands = {
  listSSLConfigGroups,
  getSSLConfigGroup,
  createSSLConfigGroup,
  modifySSLConfigGroup,
  deleteSSLConfigGroup,
  getInheritedSSLConfig,
};
