// Cells and nodes that an inventory does not have yet.
import { isMap, type YAMLMap } from 'yaml';
import type { CellNode, FoundCell } from './cells.ts';
import { mapOf, put, sectionOf, type Value } from './yaml-writer.ts';

export const ROLES = ['sametime-proxy', 'meeting', 'sip-proxy-registrar', 'other'] as const;

export function addCells(root: YAMLMap, cells: readonly FoundCell[]): readonly string[] {
  if (cells.length === 0) return [];
  const section = sectionOf(root, 'cells');
  return cells.flatMap((cell) => {
    const known = section.get(cell.name);
    if (isMap(known)) return addNodes(sectionOf(known, 'nodes'), cell);
    put(section, cell.name, makeCell(cell), headOf(cell));
    return [`cells.${cell.name}`];
  });
}

function makeCell(cell: FoundCell): YAMLMap {
  const { manager, managerNode } = cell;
  const where = managerNode === null ? 'no file tells where' : `its files say ${hostNameOf(managerNode.hostName)}`;
  const ask = `where is the deployment manager (${where})? Add that host and discover again.`;
  const map = mapOf({
    deploymentManager: mapOf({
      host: manager?.host ?? { ask },
      profile: manager?.path ?? { ask: 'which folder is its profile?' },
      node: manager?.node ?? managerNode?.node ?? { ask: 'what is the name of its node?' },
      java: manager?.java ?? undefined,
      publicName: publicNameOf(managerNode?.hostName),
    }),
    login: loginOf(cell),
  });
  addNodes(sectionOf(map, 'nodes'), cell);
  return map;
}

/** Without WAS security, or with the log-in in every profile, none is needed. */
function loginOf({ manager, nodes }: FoundCell): Value | undefined {
  const profiles = [manager, ...nodes.map(({ profile }) => profile)].filter((profile) => profile !== null);
  if (profiles.every(({ isSecured, hasLogin }) => isSecured === false || hasLogin === true)) return undefined;
  const ask =
    'which entry of credentials is the administrator of the cell? Its soap.client.props hold no user; leave the key out if ipc.client.props do.';
  return { ask };
}

function addNodes(section: YAMLMap, { name, nodes }: FoundCell): readonly string[] {
  const added = nodes.filter(({ node, hasAgent }) => hasAgent && !section.has(node));
  if (section.items.length === 0 && added.length === 0) section.flow = true;
  for (const node of added) put(section, node.node, makeNode(node), serverLines(node));
  return added.map(({ node }) => `cells.${name}.nodes.${node}`);
}

const makeNode = ({ profile, hostName }: CellNode): YAMLMap =>
  mapOf({
    host: profile?.host ?? {
      ask: `on which host is it (its files say ${hostNameOf(hostName)})? Add it and discover again.`,
    },
    profile: profile?.path ?? { ask: 'which folder is its profile?' },
    role: { ask: `what is it for: ${ROLES.join(', ')}, or a word of yours? Playbooks select by it.` },
    java: profile?.java ?? undefined,
    publicName: publicNameOf(hostName),
  });

const serverLines = ({ servers }: CellNode): readonly string[] =>
  servers.filter(({ type }) => type !== 'NODE_AGENT').map(({ name, type }) => `${name}: ${type}`);

function headOf({ manager, nodes }: FoundCell): readonly string[] {
  const version = nodes.map((node) => node.version).find((one) => one !== null);
  const names = [...new Set(manager?.security?.configurations.map(({ protocol }) => protocol) ?? [])];
  return [
    ...(version === undefined ? [] : [`WebSphere ${version}`]),
    ...(names.length === 0
      ? []
      : [`${manager?.security?.configurations.length} SSL configurations: ${names.join(', ')}`]),
    ...nodes
      .filter(({ hasAgent }) => !hasAgent)
      .map(({ node, servers }) => {
        const named = servers.map(({ name, type }) => `${name}: ${type}`).join(', ') || 'no servers';
        return `node ${node} has no node agent (${named}); strictstep does not change it`;
      }),
  ];
}

/** \${LOCALHOST_NAME} and localhost say nothing of where it is. */
const hostNameOf = (hostName: string): string => (/^$|\$\{|^localhost$|^127\./u.test(hostName) ? 'no name' : hostName);

/** What people type must be a name: an address or a short name is not compared with certificates. */
const publicNameOf = (hostName: string | undefined): string | undefined =>
  hostName !== undefined && /^(?=.*[A-Za-z])[\w-]+(?:\.[\w-]+)+$/u.test(hostName) ? hostName : undefined;
