// What node synchronization copies: the cell's security, and the stores that lie in the cell's or the node's own folder.
import type { Disk } from './state.ts';

export function replicaOf(master: Disk, node: string): Disk {
  const held = [...master.stores].filter(([key]) => isHeldBy(key, node));
  return { security: master.security, stores: new Map(held) };
}

/** @param key storeKey: name, blank, scope */
function isHeldBy(key: string, node: string): boolean {
  const owner = /\(node\):([^:]+)/u.exec(key)?.[1];
  return owner === undefined || owner === node;
}
