// What is said before the first connection of a command: whom it is about to contact.
import type { Inventory } from '../inventory/types.ts';
import { writeNote } from './output.ts';

/** More would not be read. */
const MOST_NAMED = 12;

const listed = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;

const said = new WeakSet<Inventory['hosts']>();

/** Who is only read is named once: a verb may say it before what opens them does. */
export function announceHosts(doing: 'reading' | 'changing', hosts: Inventory['hosts']): void {
  if (doing === 'reading' && said.has(hosts)) return;
  said.add(hosts);
  writeNote(`${doing} ${listed(hosts.map(({ name, address, port }) => `${name} (${address}:${port})`))}`);
}

export const announcePorts = (ports: readonly { readonly host: string; readonly port: number }[]): void => {
  if (ports.length > 0) writeNote(`asking ${listed(ports.map(({ host, port }) => `${host}:${port}`))}`);
};
