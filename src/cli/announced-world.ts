// How verbs open the hosts of an inventory: whom that concerns is said first. A test holds that there is no other way.
import { setFlagsFromString } from 'node:v8';
import type { World, WorldOptions } from '../run/context.ts';
import { announceHosts } from './announce.ts';

/** Above it the young part of the heap would grow to three times 16 MB and more, for messages that live for milliseconds. */
const MANY_HOSTS = 50;

/** What speaks SSH is loaded when everything that a person may have to mend is read and said. */
export async function openAnnounced(doing: 'reading' | 'changing', options: WorldOptions): Promise<World> {
  announceHosts(doing, options.inventory.hosts);
  // Read by V8 each time it would grow. Why not an option of the start: docs/decisions/0015-a-small-young-heap.md.
  if (options.inventory.hosts.length > MANY_HOSTS) setFlagsFromString('--semi-space-growth-factor=1');
  const { openWorld } = await import('../run/context.ts');
  return openWorld(options);
}
