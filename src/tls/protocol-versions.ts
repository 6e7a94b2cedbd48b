// Wire numbers of the protocol versions. Source: RFC 6101 (SSL 3.0), RFC 2246, 4346, 5246, 8446.
import type { ProtocolVersion } from './types.ts';

export const WIRE_VERSION: Readonly<Record<ProtocolVersion, number>> = {
  SSLv2: 0x0002,
  SSLv3: 0x0300,
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
};

const BY_WIRE: ReadonlyMap<number, ProtocolVersion> = new Map([
  [0x0002, 'SSLv2'],
  [0x0300, 'SSLv3'],
  [0x0301, 'TLSv1'],
  [0x0302, 'TLSv1.1'],
  [0x0303, 'TLSv1.2'],
  [0x0304, 'TLSv1.3'],
]);

export const protocolVersionOf = (wire: number): ProtocolVersion | undefined => BY_WIRE.get(wire);
