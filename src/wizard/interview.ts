// The conversation: who, where, what is there, what for. Asked is only what the hosts do not tell. It is run from its first
// line after every answer that a person takes back: answers that are known are not asked again, and lookups are kept.
import { OperatorError } from '../core/errors.ts';
import type { Discovery } from '../discover/types.ts';
import { cellsOf } from '../discover/index.ts';
import { askCertificate } from './ask-certificate.ts';
import { askCell, askDatabases } from './ask-cell.ts';
import { askClients, askNeighbours, askUpdateSite } from './ask-callers.ts';
import { askApprovals, askStrategy, askWindow } from './ask-terms.ts';
import { GOALS, type Goal, type Interviewer, type Outcome, type WizardHost, type World } from './types.ts';

export async function interview(ask: Interviewer, world: World): Promise<Outcome> {
  const hosts = await askHosts(ask, world);
  const keys = await askHostKeys(ask, world, hosts);
  const discovery = await askSearch(ask, world, hosts, keys);
  const goal = await askGoal(ask, world, discovery);
  if (goal !== 'audit') {
    const cells = goal === 'tls12' || goal === 'renewal' ? cellsOf(discovery).cells : [];
    for (const cell of cells) await askCell(ask, cell, goal);
    if (goal === 'tls12') await askDatabases(ask, discovery);
    await askCertificate(ask, world, goal);
    await askClients(ask, goal, discovery);
    if (goal === 'community') await askNeighbours(ask);
    if (goal === 'community')
      await askUpdateSite(
        ask,
        hosts.map(({ name }) => name),
      );
    await askStrategy(ask, goal);
    await askWindow(ask);
    await askApprovals(ask, world);
  }
  return { goal, hosts, discovery };
}

async function askHosts(ask: Interviewer, world: World): Promise<readonly WizardHost[]> {
  const named = await ask.list({
    key: 'hosts',
    flag: '--host',
    text: 'Machines, with commas between them: NAME, NAME=ADDRESS or NAME=USER@ADDRESS:PORT',
    check: (text) => world.hostsProblem(splitList(text)),
  });
  const needsUser = world.hosts(named, '', '').some(({ user }) => user === '');
  const user = needsUser
    ? await ask.text({
        key: 'user',
        flag: '--user',
        text: 'Log in as (who owns the WebSphere profiles or the Sametime server)',
        suggestion: 'wasadmin',
        check: (text) => (/^\S+$/u.test(text) ? undefined : 'A user name has no blanks and is not empty.'),
      })
    : '';
  const identityFile = await ask.text({
    key: 'identity-file',
    flag: '--identity-file',
    text: 'Private SSH key',
    suggestion: world.identityFile,
    isFile: true,
    check: (text) => world.fileProblem(text),
  });
  return world.hosts(named, user, identityFile);
}

/** A key is believed when a person has compared it, or when known_hosts has it. */
async function askHostKeys(
  ask: Interviewer,
  world: World,
  hosts: readonly WizardHost[],
): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  if (ask.isGiven('known-hosts')) {
    await ask.text({
      key: 'known-hosts',
      flag: '--known-hosts',
      text: 'File with host keys',
      isFile: true,
      check: (text) => world.fileProblem(text),
    });
    return keys;
  }
  for (const host of hosts) {
    const offered = await world.hostKey(host);
    if (offered === undefined) continue;
    const [type = '', fingerprint] = [offered.split(' ')[0], world.fingerprint(offered)];
    ask.tell(
      `${host.name} (${host.address}:${host.port}) shows the key\n  ${type} ${fingerprint}\nOn its console, ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub shows the real one.`,
    );
    const answer = await ask.choose({
      key: `trust-host.${host.name}`,
      flag: `--trust-host ${host.name}=${fingerprint}`,
      text: `Is this the key of ${host.name}?`,
      choices: [
        { value: offered, name: 'yes, I have compared it' },
        { value: 'no', name: 'no, or I cannot tell: stop here' },
      ],
    });
    if (answer !== offered && answer !== fingerprint) {
      const message = `host ${host.name}: it offers the key ${type} ${fingerprint}, which was not confirmed`;
      throw new OperatorError('HOST_KEY', message, { hint: 'Nothing was sent to the host; ask who runs it.' });
    }
    keys.set(host.name, offered);
  }
  return keys;
}

async function askSearch(
  ask: Interviewer,
  world: World,
  hosts: readonly WizardHost[],
  keys: ReadonlyMap<string, string>,
): Promise<Discovery> {
  const search = new Map<string, readonly string[]>();
  const askFor = async (host: string): Promise<void> => {
    const paths = await ask.list({
      key: `search.${host}`,
      flag: `--search ${host}=PATH`,
      text: `Nothing is in the usual places of ${host}. Where else (paths with commas; - for nowhere)`,
      suggestion: '-',
      check: (text) =>
        text === '-' || splitList(text).every((path) => /^(\/|[A-Za-z]:)/u.test(path))
          ? undefined
          : 'Write whole paths, from / or from a drive letter.',
    });
    search.set(host, paths.join() === '-' ? [] : paths);
  };
  for (const { name } of hosts) if (ask.isGiven(`search.${name}`)) await askFor(name);
  const first = await world.discover(hosts, search, keys);
  const [unread] = first.unread;
  if (unread !== undefined) {
    const hint = 'Correct the cause, or leave the host out; the answers so far are kept.';
    throw new OperatorError('HOST_UNREACHABLE', unread.message, { hint });
  }
  for (const { host, profiles, communityServers, messagingServers, databases } of first.hosts) {
    const isFound = [profiles, communityServers, messagingServers, databases].some((list) => list.length > 0);
    if (!isFound && !search.has(host)) await askFor(host);
  }
  return await world.discover(hosts, search, keys);
}

export const splitList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const PLAYBOOK_OF: Readonly<Record<Exclude<Goal, 'audit'>, string>> = {
  tls12: 'sametime-tls12',
  community: 'community-strict',
  'sun-im': 'sun-im-strict',
  renewal: 'certificate-renewal',
};

const GOAL_NAMES: Readonly<Record<Goal, string>> = {
  audit: 'look only: what do the ports offer now?',
  tls12: 'WebSphere cells to TLS 1.2, with a new certificate',
  community: 'Sametime community to strict TLS, step by step',
  'sun-im': 'Sun Instant Messaging to strict TLS, step by step',
  renewal: 'replace a certificate before it expires',
};

async function askGoal(ask: Interviewer, world: World, discovery: Discovery): Promise<Goal> {
  const cells = cellsOf(discovery).cells.length;
  const count = (key: 'communityServers' | 'messagingServers'): number =>
    discovery.hosts.reduce((sum, host) => sum + host[key].length, 0);
  const missing: Readonly<Record<Goal, string | undefined>> = {
    audit: undefined,
    tls12: cells === 0 ? 'no cell was found' : undefined,
    community: count('communityServers') === 0 ? 'no sametime.ini was found' : undefined,
    'sun-im': count('messagingServers') === 0 ? 'no iim.conf was found' : undefined,
    renewal: cells === 0 ? 'no cell was found' : undefined,
  };
  ask.tell(summaryOf(discovery));
  const answer = await ask.choose({
    key: 'goal',
    flag: '--goal',
    text: 'What is it for?',
    choices: GOALS.filter((goal) => goal === 'audit' || world.playbooks.includes(PLAYBOOK_OF[goal])).map((value) => {
      const disabled = missing[value];
      return { value, name: GOAL_NAMES[value], ...(disabled === undefined ? {} : { disabled }) };
    }),
  });
  return GOALS.find((goal) => goal === answer) ?? 'audit';
}

/** What was found, in a few lines. */
function summaryOf(discovery: Discovery): string {
  const { cells, standalone } = cellsOf(discovery);
  const lines = cells.map(({ name, nodes, manager }) => {
    const own = nodes.filter(({ hasAgent }) => hasAgent);
    const where = manager === null ? 'its deployment manager was not found' : `deployment manager on ${manager.host}`;
    return `cell ${name}: ${where}; ${own.length} node${own.length === 1 ? '' : 's'}: ${own.map(({ node, profile }) => `${node} (${profile?.host ?? 'not found'})`).join(', ')}`;
  });
  const others = discovery.hosts.flatMap((host) => [
    ...host.communityServers.map(
      ({ kind, modes }) =>
        `${host.host}: community ${kind}, ${Object.entries(modes)
          .map(([port, mode]) => `${port} port ${mode}`)
          .join(', ')}`,
    ),
    ...host.messagingServers.map(
      ({ domain }) => `${host.host}: Sun Instant Messaging for ${domain ?? 'an unknown domain'}`,
    ),
    ...host.databases.map((command) => `${host.host}: database command ${command}`),
    ...host.problems.map(({ path, text }) => `${host.host}: ${text.includes(path) ? text : `${path}: ${text}`}`),
  ]);
  const alone = standalone.map(({ host, path }) => `${host}: ${path} is a server of its own; it is not changed`);
  const lost = cells.flatMap(({ nodes }) => nodes.filter(({ hasAgent, profile }) => hasAgent && profile === null));
  const advice = lost.map(
    ({ node, hostName }) => `node ${node} is on a machine that was not named (${hostName}): go back and add it`,
  );
  return ['Found:', ...[...lines, ...others, ...alone, ...advice].map((line) => `  ${line}`)].join('\n');
}
