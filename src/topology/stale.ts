// Which processes run with something else than their disk says: they owe a restart. An endpoint differs when it accepts
// other versions, serves another chain, has other cipher suites configured, or would not start at all.
import { downReason, readCallee } from './callee.ts';
import { configuredListener, outboundConfiguration, type Location } from './configured.ts';
import type { Disk, TopologyState } from './state.ts';
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
  const location = { ...locationOf(cellOf(state, cell), owner, server), endpoint };
  const { startedFrom } = processOf(cellOf(state, cell), owner, server);
  const wanted = configuredListener(disk, location);
  if (wanted.kind === 'does-not-start' || now.kind !== 'listening') return now.kind === 'listening';
  const isOtherChain = wanted.chain !== undefined && wanted.chain.join() !== now.chain.join();
  return (
    isOtherChain || wanted.protocols.join() !== now.protocols.join() || hasOtherCiphers(disk, startedFrom, location)
  );
}

/** Suites are not probed: what the process started from tells what it has. */
function hasOtherCiphers(disk: Disk, startedFrom: Disk, location: Location): boolean {
  const [wanted, now] = [disk, startedFrom].map((from) => configuredListener(from, location));
  if (wanted?.kind !== 'starts' || now?.kind !== 'starts') return false;
  const [{ securityLevel, enabledCiphers }, old] = [wanted.configuration, now.configuration];
  return old.securityLevel !== securityLevel || old.enabledCiphers !== enabledCiphers;
}
