// What endpoint security says at one server's scope.
import { OperatorError } from '../../core/errors.ts';
import type { ReadContext } from '../../core/operation.ts';
import type { Direction } from '../../core/topology-change.ts';
import type { SecurityModel } from '../../products/websphere/security-model.ts';
import { readSecurity, storeAt, type Group } from '../ssl-group.ts';
import { isFingerprintOf, readStore, renderStore } from '../store.ts';
import type { Params } from './params.ts';

export const DIRECTIONS = ['inbound', 'outbound'] as const satisfies readonly Direction[];

export type State = {
  /** null: inherited from the node or the cell */
  readonly inbound: Group | null;
  readonly outbound: Group | null;
  readonly wanted: {
    readonly certificate: string;
    readonly configuration: string;
    readonly configurationScope: string;
    /** alias of the certificate in the key store of the configuration, or the one that its import will give */
    readonly alias: string;
    readonly keyStore: string;
    /** the key store has the certificate now */
    readonly isImported: boolean;
  };
};

export async function readState(context: ReadContext, params: Params): Promise<State> {
  const model = await readSecurity(context, params);
  const groupAt = (direction: Direction): Group | null => {
    const found = model.groups.find((group) => group.scope === params.scope && group.direction === direction);
    if (found === undefined) return null;
    const { name, configuration, certificateAlias } = found;
    return { name, configuration: configuration.alias, configurationScope: configuration.scope, certificateAlias };
  };
  return {
    inbound: groupAt('inbound'),
    outbound: groupAt('outbound'),
    wanted: await readWanted(context, params, model),
  };
}

async function readWanted(context: ReadContext, params: Params, model: SecurityModel): Promise<State['wanted']> {
  const { certificate, configuration, configurationScope, cell } = params;
  const found = model.configurations.find(
    ({ alias, scope }) => alias === configuration && scope === configurationScope,
  );
  if (found === undefined) {
    const hint = 'Compare alias and scope with AdminTask.listSSLConfigs.';
    throw new OperatorError(
      'INPUT_UNKNOWN_NAME',
      `cell ${cell} has no SSL configuration ${configuration} ${configurationScope}`,
      { hint },
    );
  }
  const store = storeAt(found.keyStore.name, found.keyStore.scope);
  const { chain, alias } = context.certificate(certificate);
  const [leaf] = chain;
  const { personal } = await readStore(await context.wsadmin(cell), store);
  const own = personal.find(({ fingerprint }) => leaf !== undefined && isFingerprintOf(fingerprint, leaf));
  return {
    certificate,
    configuration,
    configurationScope,
    keyStore: renderStore(store),
    alias: own?.alias ?? alias.toLowerCase(),
    isImported: own !== undefined,
  };
}
