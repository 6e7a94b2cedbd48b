// The scenario `sun-im`: three Sun Java System Instant Messaging servers that federate with each other, each behind its
// multiplexor, a gateway for browsers, and the server of a partner company that nobody here manages. All without TLS but the
// partner's. Everything is on 127.0.0.1, with ports of its own.

export type ImServerSpec = {
  readonly name: string;
  readonly host: string;
  /** XMPP domain */
  readonly domain: string;
  /** port = base port of the lab + offset; link: from the multiplexor to the server */
  readonly client: number;
  readonly server: number;
  readonly link: number;
  /** symbolic name in its iim.conf -> name of the server or of the partner */
  readonly coservers: Readonly<Record<string, string>>;
};

export type SunImScenario = {
  readonly name: 'sun-im';
  readonly federation: string;
  /** account of the SSH log-in; service and tools run as it, too */
  readonly user: string;
  readonly hosts: readonly { readonly name: string; readonly offset: number }[];
  readonly servers: readonly ImServerSpec[];
  readonly partner: { readonly name: string; readonly domain: string; readonly server: number; readonly knows: string };
  readonly gateway: { readonly name: string; readonly host: string; readonly web: number; readonly behind: string };
  /** people with Instant Messenger who stay logged in: `user@server` */
  readonly desk: readonly string[];
  readonly ports: number;
};

const SERVERS = ['im1', 'im2', 'im3'] as const;

/** Coservers are numbered in each file for itself, as administrators do. */
const coserversOf = (name: string): Readonly<Record<string, string>> => {
  const others = SERVERS.filter((one) => one !== name);
  const known = name === 'im1' ? [...others, 'partner'] : others;
  return Object.fromEntries(known.map((one, at) => [`coserver${at + 1}`, one]));
};

export const sunImScenario: SunImScenario = {
  name: 'sun-im',
  federation: 'chat',
  user: 'inetuser',
  hosts: [...SERVERS, 'gw'].map((name, at) => ({ name, offset: at + 1 })),
  servers: SERVERS.map((name, at) => ({
    name,
    host: name,
    domain: `${name}.acme.example`,
    client: 8 + 3 * at,
    server: 9 + 3 * at,
    link: 10 + 3 * at,
    coservers: coserversOf(name),
  })),
  partner: { name: 'partner', domain: 'partner.example', server: 17, knows: 'im1' },
  gateway: { name: 'web', host: 'gw', web: 18, behind: 'im1' },
  desk: ['dora@im1', 'dirk@im2', 'dana@im3'],
  ports: 20,
};
