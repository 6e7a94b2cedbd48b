// Who must stay able to connect. No host tells that: the usual populations are offered, each with what it can speak, which is
// a claim to be corrected in the inventory. Sources: docs/playbooks.md, comments of sametime-tls12.yaml.
import type { Discovery } from '../discover/types.ts';
import { orNone } from './or-none.ts';
import { splitList } from './split-list.ts';
import type { Goal, Interviewer } from './types.ts';

export const POPULATIONS = {
  browser: {
    name: 'browsers',
    offers: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
    roles: ['sametime-proxy', 'meeting'],
  },
  mobile: { name: 'mobile clients', offers: ['TLSv1', 'TLSv1.1', 'TLSv1.2'], roles: ['sametime-proxy', 'meeting'] },
  'rich-client': { name: 'rich (thick) clients to meetings', offers: ['TLSv1', 'TLSv1.1'], roles: ['meeting'] },
  'av-client': { name: 'audio and video clients', offers: ['TLSv1'], roles: ['sip-proxy-registrar'] },
} as const;
export type Population = keyof typeof POPULATIONS;
const NAMES: readonly Population[] = ['browser', 'mobile', 'rich-client', 'av-client'];

export async function askClients(ask: Interviewer, goal: Goal, discovery: Discovery): Promise<void> {
  const hasCells = discovery.hosts.some(({ profiles }) => profiles.some(({ kind }) => kind === 'managed'));
  if (goal !== 'tls12' || !hasCells) return;
  await ask.many({
    key: 'clients',
    flag: '--client',
    text: 'Who must stay able to connect? A plan that locks one of them out is refused.',
    choices: NAMES.map((value) => ({
      value,
      name: `${POPULATIONS[value].name}: ${POPULATIONS[value].offers.join(', ')}`,
    })),
    suggestion: NAMES,
  });
}

export async function askUpdateSite(ask: Interviewer, hosts: readonly string[]): Promise<void> {
  await ask.text({
    key: 'update-site',
    flag: '--update-site',
    text: 'Update site of the rich clients, as HOST:/FOLDER (- if a person tells the clients)',
    ...orNone((text) => {
      const [, host, folder] = /^([^:]+):(\/.*)$/u.exec(text) ?? [];
      if (folder === undefined) return 'Write the name of a host, a colon and a folder: web:/srv/update-site.';
      return hosts.includes(host ?? '') ? undefined : `${host} is none of the hosts ${hosts.join(', ')}.`;
    }),
  });
}

export const NEIGHBOUR =
  /^(?<name>[A-Za-z0-9_][\w.-]*)=(?<kind>sametime-proxy|media-manager|gateway|bot|ldap|other)(?:@(?<address>[^\s:@]+)(?::(?<port>\d{1,5}))?)?$/u;

/** Everything that calls the servers of a community, or (ldap) is called by them. */
export async function askNeighbours(ask: Interviewer): Promise<void> {
  await ask.list({
    key: 'neighbours',
    flag: '--neighbour',
    text: 'Programs around the community, as NAME=KIND@ADDRESS:PORT with commas (- for none)',
    ...orNone((text) => {
      const wrong = splitList(text).find((part) => !NEIGHBOUR.test(part) || part.endsWith('=ldap'));
      if (wrong === undefined) return undefined;
      return `${JSON.stringify(wrong)} is no neighbour: write for instance web=sametime-proxy@192.0.2.7 or dir=ldap@192.0.2.8:636. Kinds: sametime-proxy, media-manager, gateway, bot, ldap, other.`;
    }),
  });
}
