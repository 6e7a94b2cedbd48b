// How a call names an SSL configuration group: by name, direction and scope, all three together.
import type { WorkspaceDocuments } from './command.ts';
import type { Options } from './options.ts';
import { scopeOption } from './scopes.ts';
import { commandException } from './scripting-exception.ts';
import { objectAt } from './security-document.ts';
import type { XmlElement } from './xml-tree.ts';

/** @throws ScriptingException */
export function directionOption(options: Options): string {
  const direction = options.get('direction') ?? '';
  if (direction === 'inbound' || direction === 'outbound') return direction;
  throw commandException(`The direction "${direction}" is not valid.`);
}

export type GroupKey = { readonly name: string; readonly direction: string; readonly scope: string };

export const groupKeyOf = (documents: WorkspaceDocuments, options: Options): GroupKey => ({
  name: options.get('name') ?? '',
  direction: directionOption(options),
  scope: scopeOption(documents, options, 'scopeName'),
});

export const groupAt = (documents: WorkspaceDocuments, { name, direction, scope }: GroupKey): XmlElement | undefined =>
  objectAt(documents.security(), 'sslConfigGroups', { name, direction }, scope);

/** @throws ScriptingException when there is no such group */
export function existingGroup(documents: WorkspaceDocuments, options: Options): XmlElement {
  const key = groupKeyOf(documents, options);
  const found = groupAt(documents, key);
  if (found !== undefined) return found;
  throw commandException(
    `The SSL configuration group "${key.name}" (${key.direction}) does not exist at the scope "${key.scope}".`,
  );
}
