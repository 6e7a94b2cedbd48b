// The scenario `community`: four community servers with their built-in multiplexers, two standalone ones, and the programs
// around them, all still without TLS. Every program has a loopback address of its own (127.0.60.x), since administrators
// tell them apart by address; Linux has these addresses, macOS needs an alias for each.

export type MemberSpec = {
  readonly name: string;
  readonly kind: 'server' | 'mux';
  readonly host: string;
  readonly address: string;
  /** port = base port of the lab + offset; a standalone mux has none for servers */
  readonly server: number | null;
  readonly client: number;
};

/** A program that logs in to the server ports. */
export type ApplicationSpec = {
  readonly name: string;
  readonly kind: 'sametime-proxy' | 'media-manager' | 'bot';
  readonly host: string;
  readonly address: string;
  readonly connects: readonly string[];
  readonly owner: string;
  /** of its web address */
  readonly web?: number;
};

/** People's clients: each calls the client port of a member. */
export type PopulationSpec = {
  readonly name: string;
  readonly owner: string;
  readonly cycle: string;
  /** false: the proof may shut it out; that it still comes is for the census to find */
  readonly required: boolean;
  readonly clients: readonly { readonly user: string; readonly address: string; readonly connects: string }[];
};

export type CommunityScenario = {
  readonly name: 'community';
  readonly community: string;
  readonly user: string;
  readonly hosts: readonly { readonly name: string; readonly offset: number }[];
  readonly members: readonly MemberSpec[];
  readonly applications: readonly ApplicationSpec[];
  readonly ldap: { readonly name: string; readonly address: string; readonly offset: number };
  readonly rich: PopulationSpec;
  readonly batch: PopulationSpec;
  readonly ports: number;
};

const SERVERS = ['st1', 'st2', 'st3', 'st4'] as const;
const MUXES = ['mux1', 'mux2'] as const;
const HOSTS = [...SERVERS, ...MUXES, 'prx', 'mm', 'bots', 'web'] as const;

const net = (last: number): string => `127.0.60.${last}`;

export const communityScenario: CommunityScenario = {
  name: 'community',
  community: 'stCommunity',
  user: 'notes',
  hosts: HOSTS.map((name, at) => ({ name, offset: at + 1 })),
  members: [
    ...SERVERS.map((name, at) => ({
      name,
      kind: 'server' as const,
      host: name,
      address: net(11 + at),
      server: 16 + 2 * at,
      client: 17 + 2 * at,
    })),
    ...MUXES.map((name, at) => ({
      name,
      kind: 'mux' as const,
      host: name,
      address: net(21 + at),
      server: null,
      client: 24 + at,
    })),
  ],
  applications: [
    {
      name: 'stproxy',
      kind: 'sametime-proxy',
      host: 'prx',
      address: net(31),
      connects: SERVERS,
      owner: 'Web team',
      web: 26,
    },
    { name: 'media-manager', kind: 'media-manager', host: 'mm', address: net(32), connects: SERVERS, owner: 'AV team' },
    { name: 'nightly-bot', kind: 'bot', host: 'bots', address: net(33), connects: ['st1'], owner: 'HR' },
  ],
  ldap: { name: 'ldap', address: net(41), offset: 27 },
  rich: {
    name: 'rich',
    owner: 'Workplace team',
    cycle: '1d',
    required: true,
    clients: [
      { user: 'ann', address: net(51), connects: 'mux1' },
      { user: 'ben', address: net(52), connects: 'mux2' },
      { user: 'cleo', address: net(53), connects: 'st3' },
    ],
  },
  batch: {
    name: 'weekly-batch',
    owner: 'Payroll',
    cycle: '7d',
    required: false,
    clients: [{ user: 'payroll', address: net(61), connects: 'mux2' }],
  },
  ports: 32,
};
