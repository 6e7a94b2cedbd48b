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

type Index = {
  readonly groups: ReadonlyMap<string, SslGroup>;
  readonly configurations: ReadonlyMap<string, SslConfiguration>;
};

/** Models never change, and a large cell has thousands of groups that are asked for at every listener. */
const INDEXES = new WeakMap<SecurityModel, Index>();

/** Undefined when no scope has a group, or when the group names a configuration that is not there. */
export function effectiveSsl(model: SecurityModel, path: ScopePath, direction: Direction): EffectiveSsl | undefined {
  const { groups, configurations } = indexOf(model);
  for (const scope of scopesFromNarrowest(path)) {
    const group = groups.get(`${direction} ${scope}`);
    if (group === undefined) continue;
    const configuration = configurations.get(`${group.configuration.alias} ${group.configuration.scope}`);
    return configuration && { configuration, certificateAlias: group.certificateAlias, scope };
  }
  return undefined;
}

function indexOf(model: SecurityModel): Index {
  const known = INDEXES.get(model);
  if (known !== undefined) return known;
  const index = {
    groups: firstByKey(model.groups, ({ direction, scope }) => `${direction} ${scope}`),
    configurations: firstByKey(model.configurations, ({ alias, scope }) => `${alias} ${scope}`),
  };
  INDEXES.set(model, index);
  return index;
}

/** Of several with one key the first counts. */
const firstByKey = <Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item> =>
  new Map(items.toReversed().map((item) => [keyOf(item), item]));
