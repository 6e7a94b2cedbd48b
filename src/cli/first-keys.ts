// --accept-new-host-keys: a host that nobody has seen before is believed once, and people are told its fingerprint.
import type { NewHostKey } from '../transport/index.ts';
import { writeNote } from './output.ts';

/** The flag, for the verbs that only read. */
export const ACCEPT_NEW = [
  '--accept-new-host-keys',
  'believe the first key of a host, write it to known_hosts and tell it',
] as const;

export type FirstKeyFlags = { readonly acceptNewHostKeys?: boolean };

/** For openWorld. */
export const firstKeys = ({
  acceptNewHostKeys,
}: FirstKeyFlags): { readonly acceptHostKey?: (key: NewHostKey) => void } =>
  acceptNewHostKeys === true ? { acceptHostKey: tell } : {};

const tell = ({ host, address, keyType, fingerprint, file }: NewHostKey): void =>
  writeNote(`host ${host}: first key of ${address} accepted and written to ${file}: ${keyType} ${fingerprint}`);
