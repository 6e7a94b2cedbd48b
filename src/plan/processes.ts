// Lookups of processes and their TLS ports in the facts.
import { OperatorError } from '../core/errors.ts';
import type { Facts, OwnerFacts } from '../facts/types.ts';
import { isTlsEndpoint } from '../products/websphere/tls-endpoints.ts';

export type ProcessRef = { readonly cell: string; readonly owner: string; readonly server: string };
export type TlsEndpoint = { readonly name: string; readonly address: string; readonly port: number };

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function ownerOf(facts: Facts, { cell, owner }: { readonly cell: string; readonly owner: string }): OwnerFacts {
  const found = facts.cells.find((candidate) => candidate.cell === cell);
  const owners = found === undefined ? [] : [found.deploymentManager, ...found.nodes];
  const entry = owners.find((candidate) => candidate.owner === owner);
  if (entry === undefined) throw new OperatorError('INPUT_UNKNOWN_NAME', `cell ${cell} has no node ${owner}`);
  return entry;
}

/** Ports are probed at the address of the inventory: serverindex.xml may say `*` or localhost. */
export function tlsEndpointsOf(facts: Facts, process: ProcessRef): readonly TlsEndpoint[] {
  const owner = ownerOf(facts, process);
  const server = owner.servers.find(({ name }) => name === process.server);
  return (server?.endpoints ?? [])
    .filter(({ name }) => isTlsEndpoint(name))
    .map(({ name, port }) => ({ name, address: owner.address, port }));
}
