// The door of the room: what the rest may use.
export { localShell, runLocal } from './local-shell.ts';
export { openHost } from './open-host.ts';
export type { Host } from './open-host.ts';
export type { NewHostKey } from './host-key.ts';
export { fingerprintOfKey, knownHostsLine, readOfferedHostKey } from './offered-host-key.ts';
