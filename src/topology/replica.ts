// What node synchronization copies: the cell's security, and the stores that lie in the cell's or the node's own folder.
import type { Disk } from './state.ts';

export function replicaOf(master: Disk, node: string): Disk {
  const held = [...master.stores].filter(([key]) => isHeldBy(key, node));
  return { node, security: master.security, stores: new Map(held) };
}

/** Whether the file of a store can be on the disk at all: the folder of another node never is.
 * @param name scope, or storeKey: name, blank, scope */
export function isHeldBy(name: string, node: string | null): boolean {
  const owner = /\(node\):([^:]+)/u.exec(name)?.[1];
  return node === null || owner === undefined || owner === node;
}
