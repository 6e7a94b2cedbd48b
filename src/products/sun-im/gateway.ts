// httpbind.conf of the XMPP/HTTP gateway: where it connects to. The gateway does startTLS where it is offered and knows no
// legacy SSL, so it has to leave a multiplexor that has it. A change counts after a restart of its web container.
// Sources: Instant Messaging 7.2 Administration Guide, chapters 12 and "XMPP/HTTP Gateway"; keys as seen in Sun's QA scripts.
import { textOf, type IimFile } from './iim.ts';
import { listOf } from './iim-value.ts';
import { splitAddress } from './settings.ts';
import type { IimEdit } from './types.ts';

export type GatewayTarget = { readonly host: string; readonly port: number };
export type GatewayProfile = {
  /** of httpbind.config: `default` in `default.hosts` */
  readonly name: string;
  readonly domains: readonly string[];
  /** null: `hosts` is written and not understood */
  readonly targets: readonly GatewayTarget[] | null;
};

/** @param conf httpbind.conf, which has the grammar of iim.conf */
export const readGateway = (conf: IimFile): readonly GatewayProfile[] =>
  listOf(textOf(conf, 'httpbind.config') ?? 'default').map((name) => {
    const found = listOf(textOf(conf, `${name}.hosts`) ?? '').map(splitAddress);
    const targets = found.flatMap(({ host, port }) => (host === null || port === null ? [] : [{ host, port }]));
    return {
      name,
      domains: listOf(textOf(conf, `${name}.domains`) ?? ''),
      targets: targets.length === found.length && found.length > 0 ? targets : null,
    };
  });

/** One target becomes another one wherever it stands; the others stay. */
export const retargetEdits = (conf: IimFile, from: GatewayTarget, to: GatewayTarget): readonly IimEdit[] =>
  readGateway(conf).flatMap(({ name, targets }) => {
    if (targets?.some((one) => isSameTarget(one, from)) !== true) return [];
    const value = targets.map((one) => (isSameTarget(one, from) ? to : one)).map(({ host, port }) => `${host}:${port}`);
    return [{ key: `${name}.hosts`, value: value.join(',') }];
  });

export const isSameTarget = (a: GatewayTarget, b: GatewayTarget): boolean =>
  a.host.toLowerCase() === b.host.toLowerCase() && a.port === b.port;
