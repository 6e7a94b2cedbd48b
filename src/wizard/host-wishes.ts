// Hosts as an inventory says how they are reached: what all have in common, the way to each, the service user, and the
// credentials that sudo and su ask for. For the look at the hosts, and for the inventory that is written after it.
import type { Become, Machines, WizardHost } from './types.ts';

type BecomeWish = { readonly user?: string; readonly method?: 'su' | 'none'; readonly login?: string };

export type HostWish = {
  readonly address: string;
  readonly port?: number;
  readonly user: string;
  readonly identityFile: string;
  readonly jump?: readonly string[];
  readonly become?: BecomeWish;
};

export type HostWishes = {
  readonly defaults: Pick<HostWish, 'jump' | 'become'>;
  readonly hosts: ReadonlyMap<string, HostWish>;
  readonly credentials: ReadonlyMap<string, { readonly user: string; readonly passwordFile: string }>;
};

export function hostWishes({ hosts, gates }: Machines): HostWishes {
  const logins = loginsOf(hosts);
  const way = commonWay(hosts);
  const common = onlyOne(hosts.map(({ become }) => become));
  const becomeOf = (host: WizardHost): BecomeWish | undefined => {
    if (common !== undefined) return gates.includes(host) ? { method: 'none' } : undefined;
    return host.become && wishOf(host.become, logins);
  };
  const hostOf = (host: WizardHost): HostWish => {
    const { address, port, user, identityFile, jump } = host;
    const isCommon = jump === undefined || jump.join() === way?.join();
    const become = becomeOf(host);
    return {
      address,
      ...(port === 22 ? {} : { port }),
      user,
      identityFile,
      ...(isCommon ? {} : { jump }),
      ...(become === undefined ? {} : { become }),
    };
  };
  return {
    defaults: {
      ...(way === undefined ? {} : { jump: way }),
      ...(common === undefined ? {} : { become: wishOf(common, logins) }),
    },
    hosts: new Map([...hosts, ...gates].map((host) => [host.name, hostOf(host)])),
    credentials: new Map([...logins.values()].map(({ name, ...login }) => [name, login])),
  };
}

/** The way that all machines have which do not stand on it; the inventory reaches the latter directly by itself. */
function commonWay(hosts: readonly WizardHost[]): readonly string[] | undefined {
  const way = hosts.find(({ jump }) => jump !== undefined)?.jump;
  const others = hosts.filter(({ name }) => way?.includes(name) !== true);
  return others.every(({ jump }) => jump?.join() === way?.join()) ? way : undefined;
}

const onlyOne = (wishes: readonly (Become | undefined)[]): Become | undefined =>
  new Set(wishes.map((wish) => JSON.stringify(wish))).size === 1 ? wishes[0] : undefined;

type Logins = ReadonlyMap<string, { readonly name: string; readonly user: string; readonly passwordFile: string }>;

/** By file: one credential for each, named after the first host that needs it. */
function loginsOf(hosts: readonly WizardHost[]): Logins {
  const asked = hosts.flatMap(({ name, user, become }) => {
    const { passwordFile } = become ?? {};
    if (become === undefined || passwordFile === undefined) return [];
    return [{ name: `${name}-${become.method}`, user: become.method === 'su' ? become.user : user, passwordFile }];
  });
  const first = asked.filter(
    ({ passwordFile }, at) => asked.findIndex((one) => one.passwordFile === passwordFile) === at,
  );
  return new Map(first.map((login) => [login.passwordFile, login]));
}

function wishOf({ user, method, passwordFile }: Become, logins: Logins): BecomeWish {
  const login = passwordFile === undefined ? undefined : logins.get(passwordFile)?.name;
  return { user, ...(method === 'su' ? { method } : {}), ...(login === undefined ? {} : { login }) };
}
