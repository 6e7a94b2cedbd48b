// Which processes run with something else than their disk says: they owe a restart. An endpoint differs when it accepts
// other versions, serves another chain, or would not start at all.
import { downReason, readCallee } from './callee.ts';
import { configuredListener, outboundConfiguration } from './configured.ts';
import type { TopologyState } from './state.ts';
import { cellOf, diskOf, locationOf, processOf } from './state.ts';

export type ProcessAddress = { readonly cell: string; readonly owner: string; readonly server: string };

/** @param endpoints WebSphere endpoints of the process that speak TLS */
export function isStale(state: TopologyState, address: ProcessAddress, endpoints: readonly string[]): boolean {
  const { owner, server } = address;
  const cell = cellOf(state, address.cell);
  const process = processOf(cell, owner, server);
  if (downReason(server, process.running) !== undefined) return false;
  const disk = diskOf(cell, owner);
  const location = locationOf(cell, owner, server);
  const isOutboundOld =
    !disk.security.dynamicUpdate &&
    outboundConfiguration(disk, location)?.protocol !== outboundConfiguration(process.startedFrom, location)?.protocol;
  return isOutboundOld || endpoints.some((endpoint) => isEndpointStale(state, address, endpoint));
}

function isEndpointStale(state: TopologyState, { cell, owner, server }: ProcessAddress, endpoint: string): boolean {
  const now = readCallee(state, { cell, owner, server, endpoint });
  const disk = diskOf(cellOf(state, cell), owner);
  const wanted = configuredListener(disk, { ...locationOf(cellOf(state, cell), owner, server), endpoint });
  if (wanted.kind === 'does-not-start' || now.kind !== 'listening') return now.kind === 'listening';
  const isOtherChain = wanted.chain !== undefined && wanted.chain.join() !== now.chain.join();
  return isOtherChain || wanted.protocols.join() !== now.protocols.join();
}
