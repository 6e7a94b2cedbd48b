// One end of a link: what the listener accepts and serves in a state.
import type { ProtocolVersion } from '../tls/types.ts';
import { configuredListener, nameOf, questionAt, type ClientQuestion } from './configured.ts';
import type { ListenerAddress } from './link.ts';
import type { TopologyState } from './state.ts';
import { cellOf, locationOf, processName, processOf } from './state.ts';

export type Callee =
  | {
      readonly kind: 'listening';
      readonly protocols: readonly ProtocolVersion[];
      /** leaf first; empty: not known */
      readonly chain: readonly string[];
      /** false: trust is not checked */
      readonly hasRoot: boolean;
      readonly asks: ClientQuestion;
      /** for messages: "SSL configuration X (cell):c1" or "as probed" */
      readonly because: string;
      readonly help: (offered: readonly ProtocolVersion[]) => string;
    }
  | { readonly kind: 'down'; readonly why: string }
  | { readonly kind: 'dead'; readonly why: string; readonly help: string };

export function readCallee(state: TopologyState, { cell: name, owner, server, endpoint }: ListenerAddress): Callee {
  const cell = cellOf(state, name);
  const process = processOf(cell, owner, server);
  const full = processName(name, owner, server);
  const down = downReason(full, process.running);
  if (down !== undefined) return { kind: 'down', why: down };

  const location = { ...locationOf(cell, owner, server), endpoint };
  const probed = process.probed.get(endpoint);
  if (probed !== undefined)
    return {
      kind: 'listening',
      ...probed,
      // A hello does not tell whether a client certificate is needed: what the process started from does.
      asks: questionAt(process.startedFrom, location),
      because: 'as probed',
      help: (offered) => `restart ${full} with an SSL configuration that accepts ${versions(offered)}`,
    };

  const configured = configuredListener(process.startedFrom, location);
  const { failure } = process;
  if (failure !== undefined && configured.kind !== 'does-not-start')
    return {
      kind: 'dead',
      why: `${full} does not start: its listener ${failure.endpoint} does not, since ${failure.why}`,
      help: failure.help,
    };
  if (configured.kind === 'does-not-start')
    return {
      kind: 'dead',
      why: `listener ${endpoint} of ${full} does not start: ${configured.why}`,
      help: configured.help,
    };
  const configuration = `SSL configuration ${nameOf(configured.configuration)}`;
  return {
    kind: 'listening',
    protocols: configured.protocols,
    chain: configured.chain ?? [],
    hasRoot: configured.chain !== undefined,
    asks: configured.asks,
    because: `${configuration}, ${configured.value}`,
    help: (offered) => `let ${configuration} also accept ${versions(offered)}, or keep it as it is`,
  };
}

export function downReason(name: string, running: 'running' | 'stopped' | 'found-stopped'): string | undefined {
  if (running === 'running') return undefined;
  return running === 'stopped' ? `${name} is stopped` : `${name} was not running when the facts were gathered`;
}

export const versions = (protocols: readonly ProtocolVersion[]): string =>
  protocols.length === 0 ? 'no version' : protocols.join(', ');
