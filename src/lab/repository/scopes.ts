// Management scopes: `(cell):c:(node):n:(server):s:(endpoint):e`. A scope without an object of its own is still a scope
// when the cell has that node, server or endpoint.
import type { Command, Commands, WorkspaceDocuments } from './command.ts';
import type { Options } from './options.ts';
import { isTrue } from './options.ts';
import { renderLines } from './attribute-list.ts';
import { commandException } from './scripting-exception.ts';
import { addObject, idOf, newId, objects } from './security-document.ts';
import { attributeOf, findElement, parseXml } from './xml-tree.ts';

const SCOPE = /^\(cell\):([^:()]+)(?::\(node\):([^:()]+)(?::\(server\):([^:()]+)(?::\(endpoint\):([^:()]+))?)?)?$/;

/** The scope an option names; without it the cell, which is a deployment manager's default.
 * @throws ScriptingException when the cell has no such place */
export function scopeOption(documents: WorkspaceDocuments, options: Options, name: string): string {
  const scope = options.get(name) ?? '';
  const wanted = scope === '' ? `(cell):${documents.cell}` : scope;
  if (!isScope(documents, wanted)) throw commandException(`The management scope "${wanted}" does not exist.`);
  return wanted;
}

function isScope(documents: WorkspaceDocuments, scope: string): boolean {
  if (objects(documents.security(), 'managementScopes').some((one) => attributeOf(one, 'scopeName') === scope))
    return true;
  const [matched, cell, node, server, endpoint] = SCOPE.exec(scope) ?? [];
  if (matched === undefined || cell !== documents.cell) return false;
  if (node === undefined) return true;
  if (!documents.nodes.includes(node)) return false;
  if (server === undefined) return true;
  const index = documents.text(`nodes/${node}/serverindex.xml`);
  const entry = index === undefined ? undefined : findElement(parseXml(index), 'serverName', server);
  if (entry === undefined || endpoint === undefined) return entry !== undefined;
  return findElement(entry.children, 'endPointName', endpoint) !== undefined;
}

/** xmi:id of the scope's object; makes the object when there is none. */
export function scopeId(documents: WorkspaceDocuments, scope: string): string {
  const found = objects(documents.security(), 'managementScopes').find(
    (one) => attributeOf(one, 'scopeName') === scope,
  );
  if (found !== undefined) return idOf(found);
  const id = newId(documents.security(), 'ManagementScope', documents.now());
  const scopeType = [...scope.matchAll(/\((\w+)\):/g)].at(-1)?.[1] ?? 'cell';
  documents.setSecurity(
    addObject(documents.security(), 'managementScopes', { 'xmi:id': id, scopeName: scope, scopeType }),
  );
  return id;
}

/** Where an unset value comes from: the scope itself, then its server, node and cell. */
export function scopeAndOuter(scope: string): readonly string[] {
  const parts = scope.match(/\(\w+\):[^:]+/g) ?? [];
  return parts.map((_, index) => parts.slice(0, parts.length - index).join(':'));
}

/** `cells/c|security.xml#SSLConfig_1` */
export const dataId = (documents: WorkspaceDocuments, id: string): string =>
  `cells/${documents.cell}|security.xml#${id}`;

const listManagementScopes: Command = {
  options: ['displayObjectName'],
  execute: (documents, options) =>
    renderLines(
      objects(documents.security(), 'managementScopes').map((scope) =>
        isTrue(options, 'displayObjectName')
          ? `(${dataId(documents, idOf(scope))})`
          : `scope: "${attributeOf(scope, 'scopeName') ?? ''}"`,
      ),
    ),
};

export const scopeCommands: Commands = { listManagementScopes };
