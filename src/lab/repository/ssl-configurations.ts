// AdminTask commands over SSL configurations: <repertoire> with one <setting> in security.xml.
import { renderAttributes, renderLines } from './attribute-list.ts';
import type { Command, Commands, WorkspaceDocuments } from './command.ts';
import { keyStoreAt, keyStoreObjectName } from './key-stores.ts';
import type { Options } from './options.ts';
import { isTrue } from './options.ts';
import { dataId, scopeOption } from './scopes.ts';
import { commandException } from './scripting-exception.ts';
import { idOf, objectAt, objectById, objects, scopeOf, withObject } from './security-document.ts';
import { ALL_CIPHERS, CIPHERS, PROTOCOL_TYPES, SECURITY_LEVELS } from './ssl-protocols.ts';
import { attributeOf, childElements, withAttribute } from './xml-tree.ts';
import type { XmlElement } from './xml-tree.ts';

/** @throws ScriptingException when there is no such SSL configuration */
export function sslConfigurationAt(documents: WorkspaceDocuments, alias: string, scope: string): XmlElement {
  const found = objectAt(documents.security(), 'repertoire', { alias }, scope);
  if (found === undefined)
    throw commandException(`The SSL configuration "${alias}" does not exist at the scope "${scope}".`);
  return found;
}

const aliasAndScope = (documents: WorkspaceDocuments, options: Options): XmlElement =>
  sslConfigurationAt(documents, options.get('alias') ?? '', scopeOption(documents, options, 'scopeName'));

const settingOf = (repertoire: XmlElement): XmlElement => {
  const [setting] = childElements(repertoire, 'setting');
  if (setting === undefined) throw commandException(`The SSL configuration ${idOf(repertoire)} has no setting.`);
  return setting;
};

const listSSLConfigs: Command = {
  options: ['scopeName', 'displayObjectName', 'all'],
  execute: (documents, options) => {
    const scope = isTrue(options, 'all') ? undefined : scopeOption(documents, options, 'scopeName');
    const document = documents.security();
    return renderLines(
      objects(document, 'repertoire')
        .filter((one) => scope === undefined || scopeOf(document, one) === scope)
        .map((one) =>
          isTrue(options, 'displayObjectName')
            ? `(${dataId(documents, idOf(one))})`
            : // The blank at the end is what public scripts slice off.
              `alias: ${attributeOf(one, 'alias') ?? ''} managementScope: ${scopeOf(document, one)} `,
        ),
    );
  },
};

const SETTING = ['clientAuthentication', 'clientAuthenticationSupported', 'securityLevel', 'enabledCiphers'];
const KEYS = ['clientKeyAlias', 'serverKeyAlias'];
const STORES = ['keyStore', 'trustStore'];

const shown = (element: XmlElement, name: string) => [name, attributeOf(element, name) ?? ''] as const;

const getSSLConfig: Command = {
  options: ['alias*', 'scopeName'],
  execute: (documents, options) => {
    const repertoire = aliasAndScope(documents, options);
    const setting = settingOf(repertoire);
    const storeName = (name: string): readonly [string, string] => {
      const store = objectById(documents.security(), attributeOf(setting, name) ?? '');
      return [name, store === undefined ? '' : keyStoreObjectName(documents, store)];
    };
    return renderAttributes([
      shown(repertoire, 'alias'),
      shown(repertoire, 'type'),
      ...KEYS.map((name) => shown(setting, name)),
      ...SETTING.map((name) => shown(setting, name)),
      shown(setting, 'jsseProvider'),
      shown(setting, 'sslProtocol'),
      ...STORES.map(storeName),
      ['managementScope', `(${dataId(documents, attributeOf(repertoire, 'managementScope') ?? '')})`],
      ['_Websphere_Config_Data_Id', dataId(documents, idOf(repertoire))],
      ['_Websphere_Config_Data_Type', 'SSLConfig'],
    ]);
  },
};

/** @throws ScriptingException for a value that the cell does not know */
function refuseUnknown(setting: XmlElement): void {
  const value = (name: string): string => attributeOf(setting, name) ?? '';
  if (!PROTOCOL_TYPES.includes(value('sslProtocol'))) {
    throw commandException(`The SSL protocol "${value('sslProtocol')}" is not valid.`);
  }
  if (!SECURITY_LEVELS.includes(value('securityLevel'))) {
    throw commandException(`The security level "${value('securityLevel')}" is not valid.`);
  }
  const ciphers = value('enabledCiphers')
    .split(/\s+/)
    .filter((name) => name !== '');
  const unknown = ciphers.find((name) => !ALL_CIPHERS.includes(name));
  if (unknown !== undefined) throw commandException(`The cipher suite "${unknown}" is not valid.`);
  if ((value('securityLevel') === 'CUSTOM') !== ciphers.length > 0) {
    // Whether the product ignores or refuses a list with another level is not known; the lab refuses.
    throw commandException('Enabled ciphers go with the security level CUSTOM, and only with it.');
  }
}

const MODIFY_OPTIONS =
  'alias* scopeName clientKeyAlias serverKeyAlias clientAuthentication securityLevel enabledCiphers jsseProvider ' +
  'clientAuthenticationSupported sslProtocol trustManagerObjectNames trustStoreName trustStoreScopeName keyStoreName ' +
  'keyStoreScopeName keyManagerName keyManagerScopeName ssslKeyRingName v3timeout';

const modifySSLConfig: Command = {
  options: MODIFY_OPTIONS.split(' '),
  execute: (documents, options) => {
    const repertoire = aliasAndScope(documents, options);
    const old = settingOf(repertoire);
    let setting = old;
    for (const name of [...KEYS, ...SETTING, 'jsseProvider', 'sslProtocol']) {
      const value = options.get(name);
      // An empty value resets the list of ciphers; for the other attributes the console writes it without a meaning.
      const isGiven = value !== undefined && (value !== '' || name === 'enabledCiphers');
      if (isGiven && value !== (attributeOf(setting, name) ?? '')) setting = withAttribute(setting, name, value);
    }
    for (const name of STORES) {
      const storeName = options.get(`${name}Name`) ?? '';
      if (storeName === '') continue;
      const store = keyStoreAt(documents, storeName, scopeOption(documents, options, `${name}ScopeName`));
      setting = withAttribute(setting, name, idOf(store));
    }
    refuseUnknown(setting);
    const children = repertoire.children.map((child) => (child === old ? setting : child));
    documents.setSecurity(withObject(documents.security(), { ...repertoire, children }));
    return '';
  },
};

const listSSLProtocolTypes: Command = { options: [], execute: () => renderLines(PROTOCOL_TYPES) };

const listSSLCiphers: Command = {
  options: ['sslConfigAliasName', 'scopeName', 'securityLevel*'],
  execute: (_documents, options) => {
    const level = options.get('securityLevel');
    if (level === 'HIGH' || level === 'MEDIUM' || level === 'LOW') return renderLines(CIPHERS[level]);
    if (level === 'CUSTOM') return renderLines(ALL_CIPHERS);
    throw commandException(`The security level "${level ?? ''}" is not valid.`);
  },
};

export const sslConfigurationCommands: Commands = {
  listSSLConfigs,
  getSSLConfig,
  modifySSLConfig,
  listSSLProtocolTypes,
  listSSLCiphers,
};
