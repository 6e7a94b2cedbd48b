// Which processes run with something else than their disk says: they owe a restart. An endpoint differs when it accepts
// other versions, serves another chain, has other cipher suites or another need of client certificates configured, or would
// not start at all. Versions are the effective ones: a restart that changes nothing is not owed.
import { effectiveVersions } from '../products/websphere/effective-versions.ts';
import { downReason, readCallee } from './callee.ts';
import { configuredListener, javaLayer, outboundConfiguration, type Location } from './configured.ts';
import type { Disk, TopologyState } from './state.ts';
import { cellOf, diskOf, locationOf, processOf } from './state.ts';

export type ProcessAddress = { readonly cell: string; readonly owner: string; readonly server: string };

/** It does not run, or was to run and could not open its ports. */
export function isDown(state: TopologyState, { cell, owner, server }: ProcessAddress): boolean {
  const process = processOf(cellOf(state, cell), owner, server);
  return downReason(server, process.running) !== undefined || process.failure !== undefined;
}

/** @param endpoints WebSphere endpoints of the process that speak TLS */
export function isStale(state: TopologyState, address: ProcessAddress, endpoints: readonly string[]): boolean {
  const { owner, server } = address;
  const cell = cellOf(state, address.cell);
  const process = processOf(cell, owner, server);
  if (downReason(server, process.running) !== undefined) return false;
  const disk = diskOf(cell, owner);
  const location = locationOf(cell, owner, server);
  const { startedFrom } = process;
  const now = offeredVersions(disk.security.dynamicUpdate ? disk : startedFrom, startedFrom, location);
  const isOutboundOld = now !== offeredVersions(disk, disk, location);
  return isOutboundOld || endpoints.some((endpoint) => isEndpointStale(state, address, endpoint));
}

/** @param java whose Java machine: the running one keeps what it found at its start */
function offeredVersions(disk: Disk, java: Disk, location: Location): string | undefined {
  const configuration = outboundConfiguration(disk, location);
  if (configuration === undefined) return undefined;
  return effectiveVersions(configuration.protocol, javaLayer(java, location), 'outbound').versions.join();
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
    isOtherChain || wanted.protocols.join() !== now.protocols.join() || hasOtherSettings(disk, startedFrom, location)
  );
}

/** Neither is probed: what the process started from tells what it has. */
function hasOtherSettings(disk: Disk, startedFrom: Disk, location: Location): boolean {
  const [wanted, now] = [disk, startedFrom].map((from) => configuredListener(from, location));
  if (wanted?.kind !== 'starts' || now?.kind !== 'starts') return false;
  const [{ securityLevel, enabledCiphers }, old] = [wanted.configuration, now.configuration];
  return (
    old.securityLevel !== securityLevel || old.enabledCiphers !== enabledCiphers || now.asks.kind !== wanted.asks.kind
  );
}
