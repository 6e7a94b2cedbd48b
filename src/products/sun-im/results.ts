// "No plaintext" and "protocol floor" of a Sun Instant Messaging server: two results that are never added up. The product can
// refuse every connection without TLS and still do nothing newer than TLS 1.0. Source: Instant Messaging 7.2 Administration
// Guide, "Overview of Using TLS" (startTLS of TLS 1.0, SSL 3.0 at the multiplexor, Java 1.5).
import { PROTOCOL_VERSIONS, type ProtocolVersion } from '../../core/protocol-version.ts';
import type { SunImModes } from './mode.ts';
import type { MeasuredProtocols } from './types.ts';

/** Of the documents; nothing newer is promised anywhere. */
export const DOCUMENTED = { server: ['TLSv1'], mux: ['SSLv3'] } as const satisfies Required<MeasuredProtocols>;

export type NoPlaintext = {
  readonly holds: boolean;
  /** where something may still go without TLS */
  readonly open: readonly string[];
};

/** By what the file says; the probe proves it. */
export function noPlaintext({ streams, muxLegacySsl, peers }: SunImModes): NoPlaintext {
  const open = [
    ...(streams === 'strict' ? [] : [`clients and servers: the server is ${streams}`]),
    ...(muxLegacySsl === false ? [] : ['multiplexor to server (45222): never encrypted by the multiplexor itself']),
    ...Object.entries(peers).flatMap(([name, mode]) =>
      mode === 'strict' ? [] : [`server ${name}: the link is ${mode}`],
    ),
  ];
  return { holds: open.length === 0, open };
}

export type FloorResult = {
  readonly part: 'server' | 'multiplexor';
  readonly holds: boolean;
  readonly accepts: readonly ProtocolVersion[];
  readonly known: 'by the documents' | 'by a probe';
  readonly text: string;
  /** what would meet it; '' when it is met */
  readonly remedy: string;
};

/** @param least the oldest version that the policy allows */
export const protocolFloor = (
  { muxLegacySsl }: Pick<SunImModes, 'muxLegacySsl'>,
  least: ProtocolVersion,
  measured: MeasuredProtocols = {},
): readonly FloorResult[] => [
  floorOf('server', least, measured.server, DOCUMENTED.server),
  ...(muxLegacySsl === false ? [] : [floorOf('multiplexor', least, measured.mux, DOCUMENTED.mux)]),
];

function floorOf(
  part: FloorResult['part'],
  least: ProtocolVersion,
  measured: readonly ProtocolVersion[] | undefined,
  documented: readonly ProtocolVersion[],
): FloorResult {
  const accepts = measured ?? documented;
  const known = measured === undefined ? 'by the documents' : 'by a probe';
  const old = accepts.filter((version) => rank(version) < rank(least));
  const isEnough = accepts.some((version) => rank(version) >= rank(least));
  const holds = isEnough && old.length === 0;
  const list = accepts.length === 0 ? 'nothing' : accepts.join(', ');
  const text = `the ${part} accepts ${list} ${known}; wanted is ${least} and newer`;
  return { part, holds, accepts, known, text, remedy: holds ? '' : remedyFor(part, isEnough) };
}

const rank = (version: ProtocolVersion): number => PROTOCOL_VERSIONS.indexOf(version);

function remedyFor(part: FloorResult['part'], isEnough: boolean): string {
  if (part === 'multiplexor') return 'Switch legacy SSL off and let clients use startTLS of the server.';
  const proxy = 'a proxy that ends TLS in front of the server, or a product that is still maintained';
  return isEnough
    ? `Nothing in iim.conf switches old versions off; use ${proxy}.`
    : `A newer Java (iim.jvm.command) may bring newer versions, which is not verified; otherwise use ${proxy}.`;
}
