// The quality of protection of one SSL configuration as wsadmin tells it, and what forbids a change of it.
import { OperatorError } from '../../core/errors.ts';
import type { WsadminReader } from '../../core/wsadmin.ts';
import { parseFipsEnabled, parseSslConfig, parseSslConfigs, replyLines } from '../../products/websphere/ssl-replies.ts';
import { queryTask } from '../wsadmin-call.ts';
import type { Params } from './params.ts';

export type Protection = {
  readonly protocol: string;
  readonly securityLevel: string;
  readonly enabledCiphers: string;
};

export type State = {
  /** null: the SSL configuration does not exist */
  readonly protection: Protection | null;
  readonly fips: boolean;
  /** values that this cell takes for sslProtocol */
  readonly protocolTypes: readonly string[];
};

export const renderObject = ({ configuration, scope }: Params): string => `SSL configuration ${configuration} ${scope}`;

export async function readState(wsadmin: WsadminReader, params: Params): Promise<State> {
  const { configuration: alias, scope } = params;
  const configurations = parseSslConfigs(
    await queryTask(wsadmin, { task: 'listSSLConfigs', options: { all: 'true' } }),
  );
  const exists = configurations.some((one) => one.alias === alias && one.scope === scope);
  const fips = parseFipsEnabled(await queryTask(wsadmin, { task: 'getFipsInfo', options: {} }));
  const types = replyLines(await queryTask(wsadmin, { task: 'listSSLProtocolTypes', options: {} }));
  return { protection: exists ? await readProtection(wsadmin, params) : null, fips, protocolTypes: types.toSorted() };
}

async function readProtection(wsadmin: WsadminReader, params: Params): Promise<Protection> {
  const options = { alias: params.configuration, scopeName: params.scope };
  const found = parseSslConfig(await queryTask(wsadmin, { task: 'getSSLConfig', options }));
  await checkCiphers(wsadmin, params);
  const { protocol, securityLevel, enabledCiphers } = found;
  return { protocol, securityLevel, enabledCiphers };
}

/** Names differ between Java levels, so only the cell's own list decides.
 * @throws OperatorError INPUT_VALUE */
async function checkCiphers(wsadmin: WsadminReader, { ciphers, configuration, scope, cell }: Params): Promise<void> {
  if (ciphers === null) return;
  const known = new Set<string>();
  for (const securityLevel of ['HIGH', 'MEDIUM', 'LOW']) {
    const options = { sslConfigAliasName: configuration, scopeName: scope, securityLevel };
    for (const name of replyLines(await queryTask(wsadmin, { task: 'listSSLCiphers', options }))) known.add(name);
  }
  const unknown = ciphers.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const hint = `It knows: ${[...known].toSorted().join(', ')}.`;
  throw new OperatorError('INPUT_VALUE', `with.ciphers: cell ${cell} does not know ${unknown}`, { hint });
}

/** @throws OperatorError when the change must not be made in this cell */
export function refuse({ protection, fips, protocolTypes }: State, params: Params): void {
  if (protection === null && params.ifAbsent === 'skip') return;
  if (protection === null) {
    const hint = 'Compare the alias with AdminTask.listSSLConfigs, or write ifAbsent: skip where it may be missing.';
    throw new OperatorError('INPUT_UNKNOWN_NAME', `cell ${params.cell} has no ${renderObject(params)}`, { hint });
  }
  if (fips) {
    const hint = 'In FIPS mode WebSphere itself decides on protocols; strictstep does not change such a cell.';
    throw new OperatorError('POLICY_REFUSED', `cell ${params.cell} is in FIPS mode`, { hint });
  }
  if (!protocolTypes.includes(params.protocol)) {
    const hint = `It takes ${protocolTypes.join('; ')}.`;
    throw new OperatorError('INPUT_VALUE', `with.protocol: cell ${params.cell} does not take ${params.protocol}`, {
      hint,
    });
  }
}
