// How verbs open the hosts of an inventory: whom that concerns is said first. A test holds that there is no other way.
import type { World, WorldOptions } from '../run/context.ts';
import { announceHosts } from './announce.ts';

/** What speaks SSH is loaded when everything that a person may have to mend is read and said. */
export async function openAnnounced(doing: 'reading' | 'changing', options: WorldOptions): Promise<World> {
  announceHosts(doing, options.inventory.hosts);
  const { openWorld } = await import('../run/context.ts');
  return openWorld(options);
}
