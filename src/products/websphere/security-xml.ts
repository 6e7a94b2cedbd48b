// security.xml -> SecurityModel. In the file everything is a flat sibling joined by opaque xmi:id; here it is joined by
// name and scope. Shape of the file: docs/products/websphere.md.
import { OperatorError } from '../../core/errors.ts';
import type { KeyStoreEntry, SecurityModel, SslConfiguration, SslGroup, StoreReference } from './security-model.ts';
import { renderSource, type TextSource } from './text-source.ts';
import { parseXml, type XmlElement } from './xml-document.ts';

type Found<T> = { readonly id: string; readonly value: T };

/** @throws OperatorError REMOTE_REPLY for a shape or a reference that is not the documented one */
export function parseSecurityXml(
  text: string,
  source: TextSource = { host: 'local', path: 'security.xml' },
): SecurityModel {
  const root = parseXml(text, 'security:Security', source);
  const all = (name: string): readonly XmlElement[] => root.children.filter((child) => child.name === name);

  const attribute = (element: XmlElement, name: string): string => {
    const value = element.attributes[name];
    if (value === undefined) throw unexpected(source, `${describe(element)} has no ${name}`);
    return value;
  };
  const resolve = <T>(element: XmlElement, name: string, known: ReadonlyMap<string, T>): T => {
    const value = known.get(attribute(element, name));
    if (value === undefined)
      throw unexpected(source, `${describe(element)} names ${name} ${attribute(element, name)}, which is not there`);
    return value;
  };

  const scopes = index(
    all('managementScopes').map((element) => ({
      id: attribute(element, 'xmi:id'),
      value: attribute(element, 'scopeName'),
    })),
  );
  const scopeOf = (element: XmlElement): string => resolve(element, 'managementScope', scopes);

  const keyStores = all('keyStores').map((element): Found<KeyStoreEntry> => ({
    id: attribute(element, 'xmi:id'),
    value: {
      name: attribute(element, 'name'),
      scope: scopeOf(element),
      location: attribute(element, 'location'),
      type: attribute(element, 'type'),
    },
  }));
  const storesById = index(keyStores);
  const storeOf = (element: XmlElement, name: string): StoreReference => {
    const store = resolve(element, name, storesById);
    return { name: store.name, scope: store.scope };
  };

  // SSSL is the z/OS form without key stores; no Sametime deployment has one.
  const configurations = all('repertoire')
    .filter((element) => element.attributes['type'] !== 'SSSL')
    .map((element): Found<SslConfiguration> => {
      const setting = element.children.find((child) => child.name === 'setting');
      if (setting === undefined) throw unexpected(source, `${describe(element)} has no setting`);
      return {
        id: attribute(element, 'xmi:id'),
        value: {
          alias: attribute(element, 'alias'),
          scope: scopeOf(element),
          protocol: attribute(setting, 'sslProtocol'),
          securityLevel: setting.attributes['securityLevel'] ?? 'HIGH',
          enabledCiphers: setting.attributes['enabledCiphers'] ?? '',
          clientAuthentication: setting.attributes['clientAuthentication'] === 'true',
          ...(setting.attributes['clientAuthenticationSupported'] === 'true'
            ? { clientAuthenticationSupported: true }
            : {}),
          ...keyAliasesOf(setting),
          keyStore: storeOf(setting, 'keyStore'),
          trustStore: storeOf(setting, 'trustStore'),
        },
      };
    });
  const configurationsById = index(configurations);

  const groups = all('sslConfigGroups').map((element): SslGroup => {
    const direction = attribute(element, 'direction');
    if (direction !== 'inbound' && direction !== 'outbound')
      throw unexpected(source, `${describe(element)} has direction ${direction}`);
    const { alias, scope } = resolve(element, 'sslConfig', configurationsById);
    const certificateAlias = element.attributes['certificateAlias'] ?? '';
    return {
      name: attribute(element, 'name'),
      scope: scopeOf(element),
      direction,
      configuration: { alias, scope },
      certificateAlias,
    };
  });

  const model = { configurations: values(configurations), groups, keyStores: values(keyStores) };
  requireUnique(
    model.configurations.map(({ alias, scope }) => `SSL configuration ${alias} ${scope}`),
    source,
  );
  requireUnique(
    model.keyStores.map(({ name, scope }) => `key store ${name} ${scope}`),
    source,
  );
  return {
    ...model,
    dynamicUpdate: root.attributes['dynamicallyUpdateSSLConfig'] === 'true',
    ...customProperties(all('properties')),
  };
}

function customProperties(
  elements: readonly XmlElement[],
): Pick<SecurityModel, 'fipsEnabled' | 'fipsLevel' | 'disabledAlgorithms' | 'verifiesHostNames'> {
  const properties = new Map(elements.map(({ attributes }) => [attributes['name'], attributes['value'] ?? '']));
  const fipsLevel = properties.get('com.ibm.websphere.security.FIPSLevel') ?? '';
  const disabledAlgorithms = properties.get('com.ibm.websphere.tls.disabledAlgorithms');
  return {
    fipsEnabled: properties.get('com.ibm.security.useFIPS') === 'true',
    ...(fipsLevel === '' ? {} : { fipsLevel }),
    ...(disabledAlgorithms === undefined ? {} : { disabledAlgorithms }),
    ...(properties.get('com.ibm.ssl.performURLHostNameVerification') === 'true' ? { verifiesHostNames: true } : {}),
  };
}

/** Source: IBM AdminTask modifySSLConfig, options -serverKeyAlias and -clientKeyAlias. */
function keyAliasesOf({ attributes }: XmlElement): Pick<SslConfiguration, 'keyAliases'> {
  const named = [attributes['serverKeyAlias'] ?? '', attributes['clientKeyAlias'] ?? ''];
  const keyAliases = named.filter((alias) => alias !== '');
  return keyAliases.length === 0 ? {} : { keyAliases };
}

const index = <T>(found: readonly Found<T>[]): ReadonlyMap<string, T> =>
  new Map(found.map(({ id, value }) => [id, value]));

const values = <T>(found: readonly Found<T>[]): readonly T[] => found.map(({ value }) => value);

/** Without values: a keyStores element holds a password. */
const describe = ({ name, attributes }: XmlElement): string =>
  [name, attributes['xmi:id'], attributes['alias'] ?? attributes['name']]
    .filter((part) => part !== undefined)
    .join(' ');

function requireUnique(names: readonly string[], source: TextSource): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw unexpected(source, `${twice} is there twice`);
}

const unexpected = (source: TextSource, fact: string): OperatorError =>
  new OperatorError('REMOTE_REPLY', `${renderSource(source)}: ${fact}`, {
    hint: 'The file does not have the shape described in docs/products/websphere.md; nothing was planned from it.',
  });
