// The two files that move rich clients to TLS: managed-community-configs.xml on the update site, and the fragment of
// plugin_customization.ini for new users. Sources: HCL Sametime 12.0.1 "Managed community configurations" (table and
// sample) and "Default community preferences"; not tried on a client.
import { Builder } from 'xml2js';
import { OperatorError } from '../../core/errors.ts';
import { parseXml, type XmlElement } from '../websphere/xml-document.ts';
import type { TextSource } from '../websphere/text-source.ts';

/** The vendor contradicts itself on how a connection type is written: both forms are data. */
export const CONNECTION_SPELLINGS = {
  nested: 'an element below the community, with useGlobalConnSettings="false": the vendor\'s sample',
  attribute: 'an attribute of the community, with useGlobalConnContext="true": the vendor\'s table of attributes',
} as const;
export type ConnectionSpelling = keyof typeof CONNECTION_SPELLINGS;

export const CONNECTION_TYPES = ['direct', 'tls-direct'] as const;
type ConnectionType = (typeof CONNECTION_TYPES)[number];

export type ManagedCommunity = {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly connectionType: ConnectionType;
  /** without it a client whose host stays the same keeps its old connection until somebody restarts it */
  readonly restart: boolean;
};

export function renderManagedCommunities(
  communities: readonly ManagedCommunity[],
  spelling: ConnectionSpelling,
): string {
  communities.forEach(refuseNames);
  const builder = new Builder({ rootName: 'managed-communities', xmldec: { version: '1.0', encoding: 'UTF-8' } });
  return `${builder.buildObject({
    'managed-community': communities.map(({ id, host, port, connectionType }) => {
      const names = { id, host, port: `${port}` };
      return spelling === 'attribute'
        ? { $: { ...names, connectionType, useGlobalConnContext: 'true' } }
        : { $: { ...names, useGlobalConnSettings: 'false' }, connection: { $: { connectionType } } };
    }),
    'managed-community-action': communities.map(({ id, restart }) => ({
      $: { type: 'update', 'managed-community-id': id, ...(restart ? { restart: 'true' } : {}) },
    })),
  })}\n`;
}

const isHostName = (text: string): boolean => /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})$/u.test(text);
const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

function refuseNames({ id, host, port }: ManagedCommunity): void {
  if (id !== '' && !/[\p{Cc}]/u.test(id) && isHostName(host) && isPort(port)) return;
  throw new OperatorError(
    'INPUT_VALUE',
    `community ${JSON.stringify(id)} cannot be pushed with host ${JSON.stringify(host)} and port ${port}`,
    {
      hint: 'Write the name by which clients know the community, a host name, and a port from 1 to 65535.',
    },
  );
}

/** Communities that the file updates to a connection type; others in it are left out.
 * @throws OperatorError REMOTE_REPLY */
export function parseManagedCommunities(text: string, source: TextSource): readonly ManagedCommunity[] {
  const { children } = parseXml(text, 'managed-communities', source);
  const actions = children.filter(({ name }) => name === 'managed-community-action');
  return children
    .filter(({ name }) => name === 'managed-community')
    .flatMap((element) => communityOf(element, actions));
}

function communityOf(
  { attributes, children }: XmlElement,
  actions: readonly XmlElement[],
): readonly ManagedCommunity[] {
  const { id, host = '', port = '1533' } = attributes;
  const written =
    attributes['connectionType'] ?? children.find(({ name }) => name === 'connection')?.attributes['connectionType'];
  const connectionType = CONNECTION_TYPES.find((type) => type === written);
  const action = actions.find(
    (one) => one.attributes['managed-community-id'] === id && one.attributes['type'] === 'update',
  );
  if (id === undefined || connectionType === undefined || action === undefined) return [];
  return [{ id, host, port: Number(port), connectionType, restart: action.attributes['restart'] === 'true' }];
}

const PREFERENCES = 'com.ibm.collaboration.realtime.community';

/** Lines for plugin_customization.ini; they reach users who start for the first time, and nobody else. */
export function renderPluginCustomization(community: Omit<ManagedCommunity, 'id' | 'restart'>): string {
  const { host, port, connectionType } = community;
  refuseNames({ ...community, id: host, restart: false });
  return [`host=${host}`, `port=${port}`, `connectionType=${connectionType}`]
    .map((line) => `${PREFERENCES}/${line}\n`)
    .join('');
}

/** undefined: a value is missing, there twice, or none that is known here */
export function parsePluginCustomization(text: string): Omit<ManagedCommunity, 'id' | 'restart'> | undefined {
  const valueOf = (name: string): string | undefined => {
    const found = text.split(/\r\n|\n|\r/u).filter((line) => line.startsWith(`${PREFERENCES}/${name}=`));
    return found.length === 1 ? found[0]?.slice(found[0].indexOf('=') + 1).trim() : undefined;
  };
  const [host, port] = [valueOf('host') ?? '', Number(valueOf('port') ?? '')];
  const connectionType = CONNECTION_TYPES.find((type) => type === valueOf('connectionType'));
  return connectionType !== undefined && isHostName(host) && isPort(port) ? { host, port, connectionType } : undefined;
}
