import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addAnswerFlags } from '../../src/cli/answer-flags.ts';
import { answersOf } from '../../src/cli/flag-answers.ts';
import { questionsIn } from '../../src/inventory/index.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import { KEYS, KEYS_FOR } from '../../src/wizard/answers-file.ts';
import { suggestedAlias } from '../../src/wizard/ask-certificate.ts';
import { suggestedRole } from '../../src/wizard/ask-cell.ts';
import {
  interview,
  parseAnswers,
  PLAYBOOK_OF,
  renderAnswers,
  renderInventory,
  renderPlaybook,
  type Answer,
  type Goal,
} from '../../src/wizard/index.ts';
import { findings, makePerson, makeWorld } from './conversation-on-paper.ts';

const BASE: Readonly<Record<string, Answer>> = {
  hosts: ['dm', 'n1'],
  'server-id': 'stmeeting1',
  'database-user': 'db2inst1',
  'certificate-file': './new.p12',
  'current-certificate-file': './old.p12',
  'allowed-signers': './allowed_signers',
};

async function talk(wishes: Readonly<Record<string, Answer>>) {
  const person = makePerson({ ...BASE, ...wishes });
  const outcome = await interview(person.interviewer, makeWorld(await findings()));
  const answers = new Map([...person.asked].map(([key, { answer }]) => [key, answer] as const));
  return { ...person, outcome, answers, text: renderInventory(outcome, answers) };
}

const shipped = (goal: Exclude<Goal, 'audit'>): string =>
  readFileSync(new URL(`../../playbooks/${PLAYBOOK_OF[goal]}.yaml`, import.meta.url), 'utf8');
const phasesOf = (text: string): readonly (string | undefined)[] =>
  [...text.matchAll(/^ {2}- phase: (\S+)/gm)].map(([, phase]) => phase);

const HEAD = ['hosts', 'user', 'identity-file', 'trust-host.dm', 'trust-host.n1', 'goal'];
const ADMIN = ['admin-user.c1', 'admin-password-file.c1'];
const CERTIFICATE = ['certificate-file', 'certificate-password-file', 'certificate-alias'];
const TERMS = ['strategy', 'window', 'approvals'];

test.each<[Goal, readonly string[]]>([
  ['audit', HEAD],
  [
    'tls12',
    [
      ...HEAD,
      'role.c1/n1',
      ...ADMIN,
      'server-id.stms',
      'database-user.stms',
      'database-password-file.stms',
      ...CERTIFICATE,
      'clients',
      ...TERMS,
    ],
  ],
  ['community', [...HEAD, ...ADMIN, ...CERTIFICATE, 'neighbours', 'update-site', ...TERMS]],
  ['sun-im', [...HEAD, ...ADMIN, ...CERTIFICATE, ...TERMS]],
  ['renewal', [...HEAD, ...ADMIN, ...CERTIFICATE.map((key) => `current-${key}`), ...CERTIFICATE, ...TERMS]],
])('for %s it asks this and no more, and the inventory can be used as it stands', async (goal, keys) => {
  const { asked, text, answers } = await talk({ goal });
  const isCell = goal === 'tls12' || goal === 'renewal';
  expect([...asked.keys()]).toEqual(isCell || goal === 'audit' ? keys : keys.filter((key) => !ADMIN.includes(key)));
  const inventory = parseInventory(text, '/deployment/inventory.yaml', '');
  expect(inventory.hosts.map(({ name }) => name)).toEqual(['dm', 'n1']);
  expect([inventory.cells.length, inventory.communities.length, inventory.federations?.length ?? 0]).toEqual([
    isCell || goal === 'audit' ? 1 : 0,
    goal === 'community' || goal === 'audit' ? 1 : 0,
    goal === 'sun-im' || goal === 'audit' ? 1 : 0,
  ]);
  expect(parseAnswers(renderAnswers(answers), 'answers.yaml')).toEqual(answers);
});

test('the answers of a conversation are all in the inventory', async () => {
  const window = '2026-03-01T22:00+01:00/2026-03-02T04:00+01:00';
  const { text } = await talk({ goal: 'tls12', role: 'meeting', window, approvals: '2' });
  const { cells, databases, credentials, certificates, changeWindow, approval, clients } = parseInventory(
    text,
    '/d/inventory.yaml',
    '',
  );
  expect(cells[0]).toMatchObject({
    login: 'c1-admin',
    nodes: [{ name: 'n1', host: 'n1', role: 'meeting', publicName: 'n1.acme.example' }],
  });
  expect(databases[0]).toMatchObject({
    name: 'stms',
    host: 'n1',
    login: 'stms-db',
    serverId: 'stmeeting1',
    readBy: [{ server: 'STProxyServer' }],
  });
  expect(credentials.map(({ name, user }) => [name, user])).toEqual([
    ['c1-admin', 'wasadmin'],
    ['stms-db', 'db2inst1'],
  ]);
  expect(certificates[0]).toMatchObject({ name: 'messaging', file: '/d/new.p12', alias: 'wild-acme-example-2027' });
  expect(changeWindow).toEqual({ start: '2026-03-01T22:00+01:00', end: '2026-03-02T04:00+01:00' });
  expect(approval).toMatchObject({ required: 2, allowedSigners: '/d/allowed_signers' });
  // No server of the node has a port that browsers call: a population without a port is not written.
  expect(clients).toEqual([]);
});

test('what nobody in the conversation can answer stays a question in the inventory', async () => {
  const { outcome, answers } = await talk({ goal: 'tls12' });
  const hosts = outcome.discovery.hosts.filter(({ host }) => host === 'n1');
  const text = renderInventory({ ...outcome, discovery: { ...outcome.discovery, hosts } }, answers);
  expect(text).toContain('QUESTION: where is the deployment manager (its files say dm.acme.example)?');
  expect(questionsIn(text, 'inventory.yaml').map(({ path }) => path)).toEqual([
    'cells.c1.deploymentManager.host',
    'cells.c1.deploymentManager.profile',
  ]);
});

test('the log-in and the database are left out where a person says so', async () => {
  const { text, asked } = await talk({ goal: 'tls12', 'admin-user': '-', 'server-id': '-' });
  expect([...asked.keys()]).not.toContain('admin-password-file.c1');
  expect(text).not.toMatch(/login|credentials|database|"\?"/);
});

test.each<[Exclude<Goal, 'audit'>, Readonly<Record<string, Answer>>, readonly string[]]>([
  ['tls12', { strategy: 'superset' }, ['superset']],
  ['tls12', { strategy: 'rolling' }, phasesOf(shipped('tls12')).map(String)],
  ['renewal', { strategy: 'rolling' }, ['trust', 'replace', 'remove']],
  ['renewal', { strategy: 'stop-all' }, ['trust', 'replace']],
  ['community', { strategy: 'dynamic', 'update-site': '-' }, ['stores', 'dynamic', 'neighbours', 'clients-dynamic']],
  [
    'community',
    { strategy: 'dynamic', 'update-site': 'n1:/srv/site' },
    ['stores', 'dynamic', 'neighbours', 'clients-dynamic', 'client-push'],
  ],
])('the playbook for %s with %o has the phases %o and is a playbook', (goal, wishes, phases) => {
  const text = renderPlaybook(shipped(goal), goal, new Map(Object.entries(wishes)));
  expect(phasesOf(text)).toEqual(phases);
  expect(parsePlaybook(text, 'playbook.yaml', '').phases).toHaveLength(phases.length);
  expect(text.includes('{ host: n1, path: /srv/site }')).toBe(wishes['update-site'] === 'n1:/srv/site');
});

test('the strategy of the vendor declares its outage, and a playbook that is wanted whole keeps every byte', () => {
  expect(
    parsePlaybook(renderPlaybook(shipped('renewal'), 'renewal', new Map([['strategy', 'stop-all']])), 'p.yaml', ''),
  ).toMatchObject({ strategy: 'stop-all' });
  expect(renderPlaybook(shipped('tls12'), 'tls12', new Map([['strategy', 'rolling']]))).toBe(shipped('tls12'));
});

test('every answer has a flag, every flag is an answer, and what a question shows is what the flag takes', async () => {
  const command = addAnswerFlags(new Command('init'));
  const goals = await Promise.all(
    (['tls12', 'community', 'renewal'] as const).map((goal) => talk({ goal, approvals: '1' })),
  );
  const flags = goals.flatMap(({ asked }) => [...asked.values()].map(({ flag }) => flag.split(' ')[0]));
  expect(flags.filter((flag) => !command.options.some(({ long }) => long === flag))).toEqual([]);
  const words = command.options.flatMap(({ long, flags: form }) => [
    String(long),
    form.includes('=') && !form.includes('@') ? 'a=b' : 'a',
  ]);
  const given = answersOf(command.exitOverride().parse(words, { from: 'user' }).opts(), '/');
  expect(new Set([...given.keys()].map((key) => key.split('.')[0]))).toEqual(new Set([...KEYS, ...KEYS_FOR]));
});

test.each([
  [['nodeagent2', 'STSIPProxyRegistrar'], 'sip-proxy-registrar'],
  [['STMeetingServer', 'was_stmProxy'], 'meeting'],
  [['STProxyServer', 'was_stpProxy'], 'sametime-proxy'],
  [['server1'], 'other'],
])('the servers %o suggest the role %s', (servers, role) => {
  expect(suggestedRole(servers)).toBe(role);
});

test.each([
  ['CN=*.acme.example, O=Acme', 'wild-acme-example-2027'],
  ['CN=chat.acme.example', 'chat-acme-example-2027'],
  ['CN=Über', 'ber-2027'],
  ['', 'certificate-2027'],
])('the subject %o suggests the alias %s', (subject, alias) => {
  expect(suggestedAlias({ subject, notAfter: '2027-03-01T00:00:00Z' })).toBe(alias);
});
