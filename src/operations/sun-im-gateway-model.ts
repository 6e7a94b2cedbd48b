// Where a gateway calls, for the connectivity model: one caller for each port that it may be pointed at, idle unless its
// httpbind.conf names it. Source: Instant Messaging 7.2 Administration Guide: it always tries startTLS where that is offered.
import type { CallerSettings } from '../core/topology-change.ts';
import { DOCUMENTED } from '../products/sun-im/results.ts';

export type GatewayMembers = readonly {
  readonly name: string;
  readonly address: string;
  readonly client: number;
  readonly server: number;
}[];

/** @param targets of httpbind.conf, by profile */
export function gatewayCallers(
  targets: Readonly<Record<string, readonly string[] | null>>,
  members: GatewayMembers,
): Readonly<Record<string, CallerSettings>> {
  const named = new Set(Object.values(targets).flatMap((list) => (list ?? []).map((one) => one.toLowerCase())));
  return Object.fromEntries(
    members.flatMap(({ name, address, ...ports }) =>
      (['client', 'server'] as const).map((port): readonly [string, CallerSettings] => {
        const isUsed = named.has(`${address}:${ports[port]}`.toLowerCase());
        const because = isUsed ? 'httpbind.conf names it' : `httpbind.conf does not name ${address}:${ports[port]}`;
        const caller = {
          clear: true,
          protocols: DOCUMENTED.server,
          trusts: null,
          trustedNames: [],
          personal: [],
          because,
        };
        return [`${name} ${port}`, isUsed ? caller : { ...caller, isIdle: true }];
      }),
    ),
  );
}
