// Management scopes as WebSphere writes them: (cell):C:(node):N:(server):S:(endpoint):E. Source: IBM AdminTask
// SSLConfigCommands. Cluster and node group scopes can be read, strictstep never makes one.
import { OperatorError } from '../../core/errors.ts';

/** The place of a process or of one of its endpoints; each part needs the ones before it. */
export type ScopePath = {
  readonly cell: string;
  readonly node?: string;
  readonly server?: string;
  readonly endpoint?: string;
};

export type ParsedScope = ScopePath & { readonly cluster?: string; readonly nodegroup?: string };

const PARTS = ['cell', 'node', 'server', 'endpoint'] as const;
const KINDS = ['cell/node/server/endpoint', 'cell/cluster', 'cell/nodegroup'];

export const renderScope = (path: ScopePath): string =>
  PARTS.flatMap((part) => (path[part] === undefined ? [] : [`(${part}):${path[part]}`])).join(':');

/** From the narrowest scope to the cell: the order in which WebSphere looks for an SSL configuration group. */
export function scopesFromNarrowest(path: ScopePath): readonly string[] {
  const scopes: string[] = [];
  let scope = '';
  for (const part of PARTS) {
    const name = path[part];
    if (name === undefined) break;
    scope += `${scope === '' ? '' : ':'}(${part}):${name}`;
    scopes.push(scope);
  }
  return scopes.toReversed();
}

/** The last element: WebSphere's console names a group after it. */
export const lastOfScope = (scope: string): string => scope.slice(scope.lastIndexOf('):') + 2);

/** @throws OperatorError REMOTE_REPLY */
export function parseScope(scope: string): ParsedScope {
  const found = [...scope.matchAll(/\((?<kind>[a-z]+)\):(?<name>[^:()]+)(?::(?=\()|$)/gu)];
  const kinds = found.map(({ groups }) => groups?.['kind'] ?? '');
  const isWhole = found.map(([text]) => text).join('') === scope;
  if (!isWhole || found.length === 0 || !KINDS.some((known) => `${known}/`.startsWith(`${kinds.join('/')}/`))) {
    throw new OperatorError(
      'REMOTE_REPLY',
      `management scope "${scope}" does not have the form (cell):name:(node):name`,
    );
  }
  const named = (kind: string): string => found[kinds.indexOf(kind)]?.groups?.['name'] ?? '';
  const rest = ['node', 'server', 'endpoint', 'cluster', 'nodegroup'].filter((kind) => kinds.includes(kind));
  return { cell: named('cell'), ...Object.fromEntries(rest.map((kind) => [kind, named(kind)])) };
}
