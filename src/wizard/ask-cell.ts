// What a cell does not tell: what its nodes are for, who administers it, and the row of its meeting database.
import type { FoundCell } from '../discover/index.ts';
import { databasesOf, ROLES } from '../discover/index.ts';
import type { Discovery } from '../discover/types.ts';
import type { Goal, Interviewer } from './types.ts';

export async function askCell(ask: Interviewer, cell: FoundCell, goal: Goal): Promise<void> {
  if (goal === 'tls12')
    for (const node of cell.nodes.filter(({ hasAgent }) => hasAgent)) await askRole(ask, cell, node);
  if (!needsLogin(cell)) return;
  const user = await ask.text({
    key: `admin-user.${cell.name}`,
    flag: `--admin-user ${cell.name}=NAME`,
    text: `Administrator of cell ${cell.name} (- if ipc.client.props holds the log-in)`,
    suggestion: 'wasadmin',
    check: oneWord,
  });
  if (user === '-') return;
  await ask.secretFile({
    key: `admin-password-file.${cell.name}`,
    flag: `--admin-password-file ${cell.name}=FILE`,
    text: `File with the password of ${user}`,
    suggestion: `./secrets/${cell.name}.password`,
  });
}

async function askRole(ask: Interviewer, cell: FoundCell, node: FoundCell['nodes'][number]): Promise<void> {
  const servers = node.servers.filter(({ type }) => type !== 'NODE_AGENT');
  const listed = servers.map(({ name, type }) => `${name} (${type})`).join(', ') || 'no servers';
  ask.tell(`${node.node}: ${listed}`);
  await ask.choose({
    key: `role.${cell.name}/${node.node}`,
    flag: `--role ${cell.name}/${node.node}=WORD`,
    text: `What is the node ${node.node} for?`,
    choices: ROLES.map((value) => ({ value, name: ROLE_NAMES[value] })),
    suggestion: suggestedRole(servers.map(({ name }) => name)),
  });
}

const ROLE_NAMES: Readonly<Record<(typeof ROLES)[number], string>> = {
  'sametime-proxy': 'Sametime Proxy: web and mobile chat',
  meeting: 'Meeting server',
  'sip-proxy-registrar': 'SIP proxy and registrar: audio and video',
  other: 'something else',
};

/** Names are a person's habit: good enough to begin the list with, never to decide. */
export function suggestedRole(servers: readonly string[]): (typeof ROLES)[number] {
  const all = servers.join(' ');
  if (/sip/iu.test(all)) return 'sip-proxy-registrar';
  if (/meet/iu.test(all)) return 'meeting';
  return /st_?proxy/iu.test(all) ? 'sametime-proxy' : 'other';
}

export const needsLogin = ({ manager, nodes }: FoundCell): boolean =>
  [manager, ...nodes.map(({ profile }) => profile)].some(
    (profile) => profile !== null && profile.isSecured !== false && profile.hasLogin !== true,
  );

/** @param discovery with the data sources of the cells */
export async function askDatabases(ask: Interviewer, discovery: Discovery): Promise<void> {
  for (const { name, source, host } of databasesOf(discovery)) {
    ask.tell(`Meeting database: data source "${source.name}", database ${source.database} on ${host}.`);
    const id = await ask.text({
      key: `server-id.${name}`,
      flag: `--server-id ${name}=TEXT`,
      text: 'server_id of its row in mtg.configuration (- to leave the database out)',
      check: (text) =>
        /^[\w.:@/ -]{1,255}$/u.test(text) ? undefined : 'Letters, digits, blanks and _ . : @ / - only.',
    });
    if (id === '-') continue;
    const user = await ask.text({
      key: `database-user.${name}`,
      flag: `--database-user ${name}=NAME`,
      text: `Database user; - if the SSH user may read and write ${source.database}`,
      suggestion: '-',
      check: oneWord,
    });
    if (user === '-') continue;
    await ask.secretFile({
      key: `database-password-file.${name}`,
      flag: `--database-password-file ${name}=FILE`,
      text: `File with the password of ${user}`,
      suggestion: `./secrets/${name}.password`,
    });
  }
}

const oneWord = (text: string): string | undefined =>
  /^\S+$/u.test(text) ? undefined : 'Write one word, or - for none.';
