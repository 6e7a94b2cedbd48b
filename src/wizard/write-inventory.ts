// Answers and findings to inventory.yaml, as a person would write it. Paths are those that were answered: they start from
// the folder of the file.
import { Document, isMap, isScalar, YAMLMap } from 'yaml';
import { cellsOf, completeInventory, mapOf, put, sectionOf, type Value } from '../discover/index.ts';
import type { Discovery } from '../discover/types.ts';
import { OPEN } from '../inventory/questions.ts';
import { suggestedRole } from './ask-cell.ts';
import { NEIGHBOUR } from './ask-callers.ts';
import { clientsOf } from './clients.ts';
import { hostWishes, type HostWish, type HostWishes } from './host-wishes.ts';
import type { Answers, Goal, Outcome } from './types.ts';

const HEAD = ' What strictstep init found and was told. docs/inventory.md explains every key.';

/** Certificate of the playbook -> keys of its answers. */
const CERTIFICATES: Readonly<Record<'one' | 'renewal', Readonly<Record<string, string>>>> = {
  one: { messaging: 'certificate' },
  renewal: { messaging: 'current-certificate', renewed: 'certificate' },
};

export function renderInventory({ goal, machines, discovery }: Outcome, answers: Answers): string {
  const text = textOf(answers);
  const document = new Document(new YAMLMap());
  document.commentBefore = HEAD;
  const root = document.contents as YAMLMap;
  put(root, 'apiVersion', 'strictstep/v1');
  const { defaults, hosts, credentials } = hostWishes(machines);
  const [user, identityFile] = [text('user'), machines.hosts[0]?.identityFile];
  const knownHosts = text('known-hosts') ?? './known_hosts';
  put(root, 'defaults', mapOf({ user, identityFile, knownHosts, ...wayOf(defaults) }, true));
  put(root, 'hosts', mapOf(Object.fromEntries([...hosts].map(([name, host]) => [name, hostOf(name, host, answers)]))));
  addCredentials(root, answers, credentials);
  addCertificates(root, goal, text);
  const finish = (map: YAMLMap): void => {
    if (goal !== 'tls12') map.delete('databases');
    answerQuestions(map, [], discovery, answers);
    const databases = map.get('databases');
    if (isMap(databases) && databases.items.length === 0) map.delete('databases');
    addAddresses(map, answers);
    addPeers(map, answers);
    addNeighbours(map, answers);
    addClients(map, goal, discovery, answers);
    addTerms(map, text);
  };
  for (const { key } of root.items.slice(2)) if (isScalar(key)) key.spaceBefore = true;
  return completeInventory(document.toString({ lineWidth: 0 }), wantedFor(goal, discovery), finish).text;
}

const textOf =
  (answers: Answers) =>
  (key: string): string | undefined => {
    const answer = answers.get(key);
    return typeof answer === 'string' && answer !== '-' ? answer : undefined;
  };

function hostOf(name: string, { address, port, user, ...way }: HostWish, answers: Answers): YAMLMap {
  const search = answers.get(`search.${name}`);
  return mapOf(
    {
      address,
      port,
      user: user === answers.get('user') ? undefined : user,
      ...wayOf(way),
      search: Array.isArray(search) && search[0] !== '-' ? search.map(String) : undefined,
    },
    true,
  );
}

const wayOf = ({ jump, become }: Pick<HostWish, 'jump' | 'become'>): Readonly<Record<string, Value | undefined>> => ({
  jump,
  become: become && mapOf({ ...become }, true),
});

/** The parts that the goal is about; a file of another purpose would only be in the way. */
function wantedFor(goal: Goal, discovery: Discovery): Discovery {
  const [cells, communities, messaging] = [
    goal === 'audit' || goal === 'tls12' || goal === 'renewal',
    goal === 'audit' || goal === 'community',
    goal === 'audit' || goal === 'sun-im',
  ];
  return {
    ...discovery,
    hosts: discovery.hosts.map((host) => ({
      ...host,
      profiles: cells ? host.profiles : [],
      communityServers: communities ? host.communityServers : [],
      messagingServers: messaging ? host.messagingServers : [],
    })),
  };
}

/** Replaces question marks; what nobody can answer here stays a question. */
function answerQuestions(map: YAMLMap, path: readonly string[], discovery: Discovery, answers: Answers): void {
  for (const pair of map.items.slice()) {
    const key = nameOf(pair.key);
    const at = [...path, key];
    if (isMap(pair.value)) answerQuestions(pair.value, at, discovery, answers);
    if (!isScalar(pair.value) || pair.value.value !== OPEN) continue;
    const answer = answerTo(at, discovery, answers);
    if (answer === 'leave-out') map.delete(key);
    else if (answer !== undefined) answerPair(pair, answer);
  }
  if (path.join() !== 'databases') return;
  for (const { key } of map.items.slice()) if (answers.get(`server-id.${nameOf(key)}`) === '-') map.delete(nameOf(key));
}

/** The comment that asked goes with the question mark. */
function answerPair(pair: YAMLMap['items'][number], answer: string): void {
  pair.value = new Document().createNode(answer);
  if (!isScalar(pair.key)) return;
  const lines = pair.key.commentBefore?.split('\n').filter((line) => !line.startsWith(' QUESTION:')) ?? [];
  pair.key.commentBefore = lines.length === 0 ? null : lines.join('\n');
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

function answerTo(path: readonly string[], discovery: Discovery, answers: Answers): string | undefined {
  const text = textOf(answers);
  const [section, first = '', key, node] = path;
  if (section === 'databases' && key === 'serverId') return text(`server-id.${first}`) ?? 'leave-out';
  if (section === 'databases' && key === 'login') {
    return text(`database-user.${first}`) === undefined ? 'leave-out' : `${first}-db`;
  }
  if (section !== 'cells') return undefined;
  if (key === 'login') return text(`admin-user.${first}`) === undefined ? 'leave-out' : `${first}-admin`;
  if (path.at(-1) !== 'role' || node === undefined) return undefined;
  const found = cellsOf(discovery)
    .cells.find(({ name }) => name === first)
    ?.nodes.find((one) => one.node === node);
  return text(`role.${first}/${node}`) ?? suggestedRole(found?.servers.map(({ name }) => name) ?? []);
}

function addCredentials(root: YAMLMap, answers: Answers, ofHosts: HostWishes['credentials']): void {
  const own = [...ofHosts].map(([name, login]) => [name, mapOf({ ...login }, true)] as const);
  const others = [...answers].flatMap(([key, user]): readonly (readonly [string, Value])[] => {
    const [, kind = '', name = ''] = /^(admin|database)-user\.(.+)$/u.exec(key) ?? [];
    const passwordFile = answers.get(`${kind}-password-file.${name}`);
    if (typeof user !== 'string' || typeof passwordFile !== 'string' || user === '-') return [];
    return [[`${name}-${kind === 'admin' ? 'admin' : 'db'}`, mapOf({ user, passwordFile }, true)]];
  });
  const entries = [...own, ...others];
  if (entries.length > 0) put(root, 'credentials', mapOf(Object.fromEntries(entries)));
}

function addCertificates(root: YAMLMap, goal: Goal, text: (key: string) => string | undefined): void {
  const entries = Object.entries(CERTIFICATES[goal === 'renewal' ? 'renewal' : 'one']).flatMap(([name, key]) => {
    const [file, passwordFile] = [text(`${key}-file`), text(`${key}-password-file`)];
    const [alias, aliasInFile] = [text(`${key}-alias`), text(`${key}-alias-in-file`)];
    return file === undefined ? [] : [[name, mapOf({ file, passwordFile, alias, aliasInFile }, true)] as const];
  });
  if (entries.length > 0) put(root, 'certificates', mapOf(Object.fromEntries(entries)));
}

/** Entries of a part of every group of a section: the servers of all communities. */
const entriesOf = (root: YAMLMap, section: string, part: string): readonly (readonly [string, YAMLMap])[] => {
  const groups = root.get(section);
  return (isMap(groups) ? groups.items : []).flatMap(({ key: group, value }) => {
    const entries = isMap(value) ? value.get(part) : undefined;
    return (isMap(entries) ? entries.items : []).flatMap(({ key, value: entry }) =>
      isMap(entry) ? [[`${nameOf(group)}/${nameOf(key)}`, entry] as const] : [],
    );
  });
};

function addAddresses(root: YAMLMap, answers: Answers): void {
  for (const [, server] of entriesOf(root, 'communities', 'servers')) {
    const address = textOf(answers)(`address.${String(server.get('host'))}`);
    if (address !== undefined) put(server, 'address', address);
  }
}

function addPeers(root: YAMLMap, answers: Answers): void {
  for (const [name, peer] of entriesOf(root, 'federations', 'peers')) {
    const offers = textOf(answers)(`peer.${name}`);
    if (offers !== undefined) put(peer, 'offers', [offers]);
  }
}

/** Of the first community: an inventory with several is divided by a person. */
function addNeighbours(root: YAMLMap, answers: Answers): void {
  const given = answers.get('neighbours');
  const community = root.get('communities');
  const [first] = isMap(community) ? community.items : [];
  if (!Array.isArray(given) || given[0] === '-' || first === undefined || !isMap(first.value)) return;
  const section = sectionOf(first.value, 'neighbours');
  for (const one of given) {
    const { name = '', kind, address, port } = NEIGHBOUR.exec(String(one))?.groups ?? {};
    put(section, name, mapOf({ kind, address, port: port === undefined ? undefined : Number(port) }, true));
  }
}

function addClients(root: YAMLMap, goal: Goal, discovery: Discovery, answers: Answers): void {
  const clients = clientsOf(root, goal, discovery, answers);
  if (clients.length === 0) return;
  const entries = clients.map(({ name, ...client }) => [name, mapOf({ ...client })] as const);
  put(root, 'clients', mapOf(Object.fromEntries(entries)), ['what they can speak is a claim: correct it']);
}

function addTerms(root: YAMLMap, text: (key: string) => string | undefined): void {
  const [start, end] = text('window')?.split('/') ?? [];
  if (start !== undefined && end !== undefined) put(root, 'changeWindow', mapOf({ start, end }, true));
  const [required, allowedSigners] = [Number(text('approvals') ?? 0), text('allowed-signers')];
  if (required > 0 && allowedSigners !== undefined) put(root, 'approval', mapOf({ required, allowedSigners }, true));
}
