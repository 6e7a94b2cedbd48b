// What node synchronization copies: the cell's security, the stores that lie in the cell's or the node's own folder, and
// server.xml of the node's servers. java.security is of the machine and stays.
import type { ProtocolVersion } from '../tls/types.ts';
import type { Disk } from './state.ts';

export function replicaOf(master: Disk, node: string, javaDisabled: readonly ProtocolVersion[]): Disk {
  const held = [...master.stores].filter(([key]) => isHeldBy(key, node));
  const { security, javaArguments } = master;
  return { node, security, stores: new Map(held), javaDisabled, javaArguments };
}

/** Whether the file of a store can be on the disk at all: the folder of another node never is.
 * @param name scope, or storeKey: name, blank, scope */
export function isHeldBy(name: string, node: string | null): boolean {
  const owner = /\(node\):([^:]+)/u.exec(name)?.[1];
  return node === null || owner === undefined || owner === node;
}
