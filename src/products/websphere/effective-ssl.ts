// Which SSL configuration a process or an endpoint uses. Source: IBM WebSphere 8.5.5, "Central management of SSL
// configurations": the narrowest scope that has a group for the direction wins.
import type { Direction } from '../../core/topology-change.ts';
import { scopesFromNarrowest, type ScopePath } from './scopes.ts';
import type { SecurityModel, SslConfiguration } from './security-model.ts';

export type EffectiveSsl = {
  readonly configuration: SslConfiguration;
  readonly certificateAlias: string;
  /** the scope whose group decided */
  readonly scope: string;
};

/** Undefined when no scope has a group, or when the group names a configuration that is not there. */
export function effectiveSsl(model: SecurityModel, path: ScopePath, direction: Direction): EffectiveSsl | undefined {
  for (const scope of scopesFromNarrowest(path)) {
    const group = model.groups.find((candidate) => candidate.scope === scope && candidate.direction === direction);
    if (group === undefined) continue;
    const { alias, scope: configurationScope } = group.configuration;
    const configuration = model.configurations.find(
      (candidate) => candidate.alias === alias && candidate.scope === configurationScope,
    );
    return configuration && { configuration, certificateAlias: group.certificateAlias, scope };
  }
  return undefined;
}
