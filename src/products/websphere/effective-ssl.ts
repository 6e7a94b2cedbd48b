// Which SSL configuration a process or an endpoint uses. Source: IBM WebSphere 8.5.5, "Central management of SSL
// configurations": the narrowest scope that has a group for the direction wins.
import type { Direction } from '../../core/topology-change.ts';
import { scopesFromNarrowest, type ScopePath } from './scopes.ts';
import type { SecurityModel, SslConfiguration, SslGroup } from './security-model.ts';

export type EffectiveSsl = {
  readonly configuration: SslConfiguration;
  readonly certificateAlias: string;
  /** the scope whose group decided */
  readonly scope: string;
};

// Lists never change, and a large cell has thousands of groups that are asked for at every listener: each is indexed once.
const GROUPS = new WeakMap<readonly SslGroup[], ReadonlyMap<string, SslGroup>>();
const CONFIGURATIONS = new WeakMap<readonly SslConfiguration[], ReadonlyMap<string, SslConfiguration>>();

/** Undefined when no scope has a group, or when the group names a configuration that is not there. */
export function effectiveSsl(model: SecurityModel, path: ScopePath, direction: Direction): EffectiveSsl | undefined {
  const groups = indexed(GROUPS, model.groups, (group) => `${group.direction} ${group.scope}`);
  const configurations = indexed(CONFIGURATIONS, model.configurations, ({ alias, scope }) => `${alias} ${scope}`);
  for (const scope of scopesFromNarrowest(path)) {
    const group = groups.get(`${direction} ${scope}`);
    if (group === undefined) continue;
    const configuration = configurations.get(`${group.configuration.alias} ${group.configuration.scope}`);
    return configuration && { configuration, certificateAlias: group.certificateAlias, scope };
  }
  return undefined;
}

/** Of several with one key the first counts. */
function indexed<Item>(
  indexes: WeakMap<readonly Item[], ReadonlyMap<string, Item>>,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, Item> {
  const known = indexes.get(items);
  if (known !== undefined) return known;
  const index = new Map(items.toReversed().map((item) => [keyOf(item), item]));
  indexes.set(items, index);
  return index;
}
