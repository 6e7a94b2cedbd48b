// The room discover: reads hosts of which nothing is known but how to log in, and completes an inventory with what is there.
export { completeInventory } from './complete-inventory.ts';
export { ROLES } from './add-cells.ts';
export { peersOf } from './add-federations.ts';
export { databasesOf } from './add-databases.ts';
export { cellsOf, type FoundCell } from './cells.ts';
export { readHost } from './read-host.ts';
export { mapOf, put, sectionOf, type Value } from './yaml-writer.ts';
export type { Discovery, HostFindings, UnreadHost } from './types.ts';
