// The password of a key store as security.xml holds it. It stays out of SecurityModel, which goes into facts and plans.
import type { Secret } from '../../core/secret.ts';
import type { StoreReference } from './security-model.ts';
import { renderSource, type TextSource } from './text-source.ts';
import { parseXml } from './xml-document.ts';
import { parsePassword } from './xor.ts';

/** Undefined when the file has no such key store, or none with a password.
 * @throws OperatorError REMOTE_REPLY for an encoding other than {xor} */
export function readStorePassword(text: string, store: StoreReference, source: TextSource): Secret | undefined {
  const { children } = parseXml(text, 'security:Security', source);
  const scopes = new Map(
    children
      .filter(({ name }) => name === 'managementScopes')
      .map(({ attributes }) => [attributes['xmi:id'], attributes]),
  );
  const found = children.find(
    ({ name, attributes }) =>
      name === 'keyStores' &&
      attributes['name'] === store.name &&
      scopes.get(attributes['managementScope'])?.['scopeName'] === store.scope,
  );
  const password = found?.attributes['password'];
  return password === undefined
    ? undefined
    : parsePassword(password, `password of ${store.name} ${store.scope} in ${renderSource(source)}`);
}
