// The two files of the update site: what is there, and what should be.
import type { ReadShell } from '../../core/shell.ts';
import {
  renderManagedCommunities,
  renderPluginCustomization,
  type ConnectionSpelling,
  type ManagedCommunity,
} from '../../products/sametime/community-config.ts';
import { parseXml } from '../../products/websphere/xml-document.ts';
import type { ProtocolVersion } from '../../tls/types.ts';

export type Params = {
  readonly client: string;
  readonly offers: readonly ProtocolVersion[];
  readonly host: string;
  readonly path: string;
  readonly spelling: ConnectionSpelling;
  readonly communities: readonly { readonly id: string; readonly host: string; readonly port: number }[];
};

/** before undefined: there is no such file */
type SiteFile = { readonly before: string | undefined; readonly after: string };

const MANAGED = 'managed-community-configs.xml';
const PLUGIN = 'plugin_customization.ini';

const managedOf = ({ communities }: Params): readonly ManagedCommunity[] =>
  communities.map((community) => ({
    ...community,
    connectionType: 'tls-direct',
    // Without it a client whose host stays the same keeps its connection until somebody restarts it.
    restart: true,
  }));

export async function renderFiles(shell: ReadShell, params: Params): Promise<Readonly<Record<string, SiteFile>>> {
  const [managed, plugin] = [`${params.path}/${MANAGED}`, `${params.path}/${PLUGIN}`];
  const pluginText = await textOf(shell, plugin);
  const communities = managedOf(params);
  const [first, ...others] = communities;
  return {
    [managed]: {
      before: await textOf(shell, managed),
      after: renderManagedCommunities(communities, params.spelling),
    },
    // One file for all new users: it can name one address only.
    ...(first === undefined || others.length > 0
      ? {}
      : { [plugin]: { before: pluginText, after: withFragment(pluginText ?? '', renderPluginCustomization(first)) } }),
  };
}

async function textOf(shell: ReadShell, path: string): Promise<string | undefined> {
  const bytes = await shell.readFile(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

/** Lines of other preferences stay where they are; those of the fragment stand at the end. */
function withFragment(text: string, fragment: string): string {
  const keys = fragment.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(0, line.indexOf('=') + 1)]));
  const kept = text.split(/(?<=\n)/u).filter((line) => !keys.some((key) => line.startsWith(key)));
  const open = kept.length > 0 && !(kept.at(-1) ?? '').endsWith('\n') ? '\n' : '';
  return `${kept.join('')}${open}${fragment}`;
}

/** Communities that the file tells clients of and that this push is not about. */
export function foreignCommunities(path: string, text: string | undefined, params: Params): readonly string[] {
  if (text === undefined || !path.endsWith(MANAGED)) return [];
  const { children } = parseXml(text, 'managed-communities', { host: params.host, path });
  return children
    .filter(({ name }) => name === 'managed-community')
    .flatMap(({ attributes }) => attributes['id'] ?? [])
    .filter((id) => !params.communities.some((community) => community.id === id));
}
