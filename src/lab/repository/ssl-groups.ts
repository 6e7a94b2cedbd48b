// AdminTask commands that show SSL configuration groups, the tree "Manage endpoint security configurations". A scope
// overrides what is above it when a group exists at exactly that scope and direction.
import { renderAttributes, renderLines } from './attribute-list.ts';
import type { Command, Commands } from './command.ts';
import { directionOption, existingGroup } from './group-key.ts';
import { isTrue } from './options.ts';
import { dataId, scopeAndOuter, scopeOption } from './scopes.ts';
import { idOf, objectAt, objectById, objects, scopeOf } from './security-document.ts';
import { attributeOf } from './xml-tree.ts';

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
    const group = existingGroup(documents, options);
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

export const sslGroupCommands: Commands = { listSSLConfigGroups, getSSLConfigGroup, getInheritedSSLConfig };
