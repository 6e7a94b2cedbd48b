// AdminTask commands that create, modify and delete SSL configuration groups.
import type { Command, Commands, WorkspaceDocuments } from './command.ts';
import { existingGroup, groupAt, groupKeyOf } from './group-key.ts';
import type { Options } from './options.ts';
import { dataId, scopeId, scopeOption } from './scopes.ts';
import { commandException } from './scripting-exception.ts';
import { addObject, idOf, newId, removeObject, withObject } from './security-document.ts';
import { sslConfigurationAt } from './ssl-configurations.ts';
import { withAttribute } from './xml-tree.ts';

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
    const key = groupKeyOf(documents, options);
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
    let group = existingGroup(documents, options);
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
    const group = existingGroup(documents, options);
    documents.setSecurity(removeObject(documents.security(), idOf(group)));
    return '';
  },
};

export const sslGroupChangeCommands: Commands = { createSSLConfigGroup, modifySSLConfigGroup, deleteSSLConfigGroup };
