// Which SSL configuration groups of one part of the cell use a certificate, found by its fingerprint: aliases differ between
// stores, and one alias may stand for different certificates.
import { z } from 'zod';
import type { Json } from '../../core/json.ts';
import type { ReadContext } from '../../core/operation.ts';
import type { Direction } from '../../core/topology-change.ts';
import { isSameAlias } from '../../products/websphere/certificate-replies.ts';
import { parseScope, renderScope } from '../../products/websphere/scopes.ts';
import { parseInput } from '../parse-input.ts';
import { readSecurity, storeAt, type Group } from '../ssl-group.ts';
import { isFingerprintOf, readStore, renderStore, type StoreContent } from '../store.ts';
import { ScopeTarget } from '../targets.ts';

export const Wish = z.strictObject({ certificate: z.string().min(1), replaces: z.string().min(1) });

export type Params = {
  readonly certificate: string;
  /** name in the inventory of the one whose uses are taken over */
  readonly replaces: string;
  readonly cell: string;
  readonly node: string | null;
  readonly server: string | null;
  /** of the target itself; the scopes below it that are no target of their own go with it */
  readonly scope: string;
  readonly dmgrHost: string;
  readonly dmgrProfile: string;
  readonly dmgrNode: string;
};

export type Use = Group & {
  readonly scope: string;
  readonly direction: Direction;
  /** of the configuration: name, blank, scope */
  readonly keyStore: string;
  /** alias of the new certificate there, or the one that its import will give */
  readonly wanted: string;
};
export type State = { readonly uses: readonly Use[] };

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, ScopeTarget, Wish);
  const { cell, dmgrHost, dmgrProfile, dmgrNode } = target;
  const node = target.kind === 'cell' ? null : target.node;
  const server = target.kind === 'server' ? target.server : null;
  const scope = renderScope({ cell, ...(node !== null && { node }), ...(server !== null && { server }) });
  return { ...wish, cell, node, server, scope, dmgrHost, dmgrProfile, dmgrNode };
}

export async function readState(context: ReadContext, params: Params): Promise<State> {
  const model = await readSecurity(context, params);
  const wsadmin = await context.wsadmin(params.cell);
  const [old] = context.certificate(params.replaces).chain;
  const { alias, chain } = context.certificate(params.certificate);
  const [leaf] = chain;
  if (old === undefined || leaf === undefined) throw new Error(`${params.certificate}: a certificate has no chain`);
  const contents = new Map<string, Promise<StoreContent>>();
  const uses: Use[] = [];
  for (const { scope, direction, name, configuration, certificateAlias } of model.groups) {
    const { keyStore } =
      model.configurations.find((one) => one.alias === configuration.alias && one.scope === configuration.scope) ?? {};
    if (!isPartOf(scope, params) || keyStore === undefined) continue;
    const store = storeAt(keyStore.name, keyStore.scope);
    const key = renderStore(store);
    const content = contents.get(key) ?? readStore(wsadmin, store);
    contents.set(key, content);
    const { personal } = await content;
    const isUse = personal.some(
      (one) => isSameAlias(one.alias, certificateAlias) && isFingerprintOf(one.fingerprint, old),
    );
    if (!isUse) continue;
    const wanted = personal.find(({ fingerprint }) => isFingerprintOf(fingerprint, leaf))?.alias ?? alias.toLowerCase();
    const group = { name, configuration: configuration.alias, configurationScope: configuration.scope };
    uses.push({ ...group, certificateAlias, scope, direction, keyStore: key, wanted });
  }
  return { uses: uses.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) };
}

const nameOf = ({ direction, scope }: Use): string => `${scope} ${direction}`;

/** Every scope of the cell belongs to exactly one target: those of a node's agent to the node, those of the deployment
 * manager, of clusters and of node groups to the cell. */
function isPartOf(text: string, { node, server, dmgrNode }: Params): boolean {
  const scope = parseScope(text);
  if (server !== null) return scope.node === node && scope.server === server;
  const isAgent = scope.server === undefined || scope.server === 'nodeagent';
  if (node !== null) return scope.node === node && isAgent;
  return scope.node === undefined || scope.node === dmgrNode;
}
