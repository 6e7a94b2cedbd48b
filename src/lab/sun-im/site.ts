// One Sun IM lab as it lies on the disk: every path and port is derived here. Places below a host's folder are those of the
// product on Linux (Instant Messaging 7.2 Administration Guide, table 3-1).
import path from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import type { ImServerSpec, SunImScenario } from '../scenario/sun-im.ts';
import { hostRoot } from '../site.ts';

export type SunImSite = {
  readonly dir: string;
  readonly scenario: SunImScenario;
  readonly basePort: number;
  /** by host; absent: all are on 127.0.0.1 */
  readonly addresses?: Readonly<Record<string, string>>;
};

export const configFolder = (site: SunImSite, host: string): string =>
  path.join(hostRoot(site, host), 'etc/opt/sun/im/default/config');

export const confFile = (site: SunImSite, host: string): string => path.join(configFolder(site, host), 'iim.conf');

export const gatewayFile = (site: SunImSite): string =>
  path.join(configFolder(site, site.scenario.gateway.host), 'httpbind.conf');

export const sbin = (site: SunImSite, host: string): string => path.join(hostRoot(site, host), 'opt/sun/im/sbin');

/** keytool, certutil, pk12util, sudo */
export const binFolder = (site: SunImSite, host: string): string => path.join(hostRoot(site, host), 'bin');

export const runtimeFolder = (site: SunImSite, host: string): string =>
  path.join(hostRoot(site, host), 'var/opt/sun/im/default');

/** Accounts; a real one asks the directory. */
export const accountsFile = (site: SunImSite, host: string): string =>
  path.join(runtimeFolder(site, host), 'db/accounts.lab');

/** The partner is another company: no host of ours, its own iim.conf. */
export const partnerFolder = (site: SunImSite): string => path.join(site.dir, 'partner');

/** Passwords of people, for tests and for the probe log-ins: `<user>@<server>` */
export const passwordFile = (site: SunImSite, login: string): string =>
  path.join(site.dir, 'secrets', `${login}.password`);

/** Below a runtime folder. */
export const pidFile = (runtime: string, program: 'server' | 'multiplexor' | 'gateway'): string =>
  path.join(runtime, `${program}.pid`);

export const portOf = (site: SunImSite, offset: number): number => site.basePort + offset;

/** @throws OperatorError LAB_STATE for a name that no server has */
export function serverNamed({ scenario }: SunImSite, name: string): ImServerSpec {
  const found = scenario.servers.find((one) => one.name === name);
  if (found !== undefined) return found;
  const hint = `It has ${scenario.servers.map((one) => one.name).join(', ')}.`;
  throw new OperatorError('LAB_STATE', `lab: the federation has no server ${name}`, { hint });
}
