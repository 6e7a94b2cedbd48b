// The way to the machines and the service user on them: asked only when needed, and in the inventory as it has to be.
import { expect, test } from 'vitest';
import type { Discovery } from '../../src/discover/types.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { interview, parseAnswers, renderAnswers, renderInventory, type Answer } from '../../src/wizard/index.ts';
import { findings, makePerson, makeWorld } from './conversation-on-paper.ts';

type Site = {
  readonly unreached?: readonly string[];
  /** addresses where something listens; absent: everywhere */
  readonly open?: readonly string[];
  readonly found?: (discovery: Discovery) => Discovery;
};

async function talk(wishes: Readonly<Record<string, Answer>>, { unreached = [], open, found = (all) => all }: Site) {
  const person = makePerson({ hosts: ['dm', 'n1'], goal: 'audit', user: 'ops', ...wishes });
  const world = makeWorld(found(await findings()), unreached);
  const isOpen = async (address: string): Promise<boolean> => open?.includes(address) ?? true;
  const outcome = await interview(person.interviewer, { ...world, isOpen });
  const answers = new Map([...person.asked].map(([key, { answer }]) => [key, answer] as const));
  const text = renderInventory(outcome, answers);
  expect(parseAnswers(renderAnswers(answers), 'answers.yaml')).toEqual(answers);
  return { ...person, text, keys: [...answers.keys()], inventory: parseInventory(text, '/d/inventory.yaml', '') };
}

const ownedBy =
  (owners: readonly string[], more: Partial<Discovery['hosts'][number]> = {}) =>
  (discovery: Discovery): Discovery => ({
    ...discovery,
    hosts: discovery.hosts.map((host) => ({ ...host, user: 'ops', owners, closedBy: [], ...more })),
  });

const waysOf = ({ inventory }: Awaited<ReturnType<typeof talk>>) =>
  inventory.hosts.map(({ name, jump = [] }) => [name, jump.map((hop) => `${hop.user}@${hop.name}`).join()]);

test('while all machines answer and their configuration belongs to the log-in, nobody is asked about either', async () => {
  const { keys, text } = await talk({}, { found: ownedBy([]) });
  expect(keys.filter((key) => /jump|behind|become/u.test(key))).toEqual([]);
  expect(text).not.toMatch(/jump|become|credentials/u);
});

test('when no machine answers one question gives the jump host of all, whose key is confirmed first', async () => {
  const said = await talk({ jump: ['gate=guest@192.0.2.9:2222'] }, { unreached: ['dm', 'n1'] });
  expect(said.told[0]).toBe('Not reached from here:\n  host dm: no answer\n  host n1: no answer');
  expect(said.keys.slice(0, 7)).toEqual([
    'hosts',
    'jump',
    'user',
    'identity-file',
    'trust-host.gate',
    'trust-host.dm',
    'trust-host.n1',
  ]);
  expect(said.text).toMatch(/^defaults: \{ user: ops, .*, jump: \[ gate \] \}$/mu);
  expect(waysOf(said)).toEqual([
    ['dm', 'guest@gate'],
    ['n1', 'guest@gate'],
    ['gate', ''],
  ]);
});

test('when some do not answer, the machines behind the jump host are chosen, and the others are reached directly', async () => {
  const jump = ['gate=ops@192.0.2.9', 'inner=ops@192.0.2.10'];
  const said = await talk({ jump }, { unreached: ['n1'] });
  expect([said.told[0], said.keys.slice(0, 3)]).toEqual([expect.stringContaining('n1'), ['hosts', 'behind', 'jump']]);
  expect(waysOf(said)).toEqual([
    ['dm', ''],
    ['n1', 'ops@gate,ops@inner'],
    ['gate', ''],
    ['inner', 'ops@gate'],
  ]);
});

test('one of the machines may be the way to the others', async () => {
  const said = await talk({ jump: ['dm'] }, { unreached: ['n1'] });
  expect(waysOf(said)).toEqual([
    ['dm', ''],
    ['n1', 'ops@dm'],
  ]);
  const taken = talk({ jump: ['n1=u@192.0.2.9'] }, { unreached: ['n1'] });
  await expect(taken).rejects.toThrow('write its name alone');
});

test('configuration of another user asks how to become that user, and the answer for one host is suggested for the next', async () => {
  const said = await talk({ 'become.dm': 'sudo:wasadmin' }, { found: ownedBy(['wasadmin']) });
  expect(said.asked.get('become.n1')).toEqual({ flag: '--become n1=sudo:wasadmin', answer: 'sudo:wasadmin' });
  expect(said.asked.get('become-password-file.n1')?.answer).toBe('./secrets/ops.password');
  expect(said.text).toContain('become: { user: wasadmin, login: dm-sudo } }');
  expect(said.inventory.credentials).toMatchObject([{ name: 'dm-sudo', user: 'ops' }]);
  expect(said.inventory.hosts.map(({ become }) => become)).toEqual(
    Array.from({ length: 2 }, () => ({ user: 'wasadmin', method: 'sudo', login: 'dm-sudo' })),
  );
});

test('a service user for one host, by su, stands at that host, and no jump host gets one', async () => {
  const wishes = { 'become.dm': 'su:wasadmin', 'become.n1': '-', jump: ['gate=u@192.0.2.9'] };
  const one = await talk(wishes, { unreached: ['dm', 'n1'], found: ownedBy(['wasadmin']) });
  expect(one.inventory.hosts.map(({ become }) => become)).toEqual([
    { user: 'wasadmin', method: 'su', login: 'dm-su' },
    undefined,
    undefined,
  ]);
  expect(one.inventory.credentials).toMatchObject([{ name: 'dm-su', user: 'wasadmin' }]);
  const both = { ...wishes, 'become.dm': 'sudo:was', 'become.n1': 'sudo:was', 'become-password-file': '-' };
  const { text, inventory } = await talk(both, { unreached: ['dm', 'n1'], found: ownedBy(['was']) });
  expect(text).toMatch(/^defaults: .*become: \{ user: was \} \}$/mu);
  expect(text).toContain('become: { method: none }');
  expect(inventory.hosts.map(({ become }) => become?.user)).toEqual(['was', 'was', undefined]);
  expect(text).not.toContain('credentials');
});

test('closed folders tell of a service user only where nothing was found in the open', async () => {
  const nothing = { profiles: [], communityServers: [], messagingServers: [], databases: [], closedBy: ['wasadmin'] };
  const answers = { become: '-', search: '-' };
  expect((await talk(answers, { found: ownedBy([], nothing) })).keys).toContain('become.dm');
  expect((await talk(answers, { found: ownedBy([], { closedBy: ['wasadmin'] }) })).keys).not.toContain('become.dm');
  expect((await talk(answers, { found: ownedBy(['was'], { user: 'root' }) })).keys).not.toContain('become.dm');
});

const COMMUNITY = { goal: 'community', 'certificate-file': './new.p12' };

test('where a community server does not answer at the address of its SSH, the one of its callers is asked for', async () => {
  const answers = { ...COMMUNITY, 'address.n1': '192.0.2.7' };
  const { told, inventory } = await talk(answers, { open: ['192.0.2.7'] });
  expect(told).toContain('Nothing answers on port 1516 of n1.acme.example, where the SSH of n1 is.');
  expect(inventory.communities[0]?.servers).toMatchObject([{ name: 'n1', host: 'n1', address: '192.0.2.7' }]);
  await expect(talk({ ...COMMUNITY, 'address.n1': '192.0.2.8' }, { open: [] })).rejects.toThrow(
    'Nothing answers on port 1516 of 192.0.2.8',
  );
  expect((await talk(COMMUNITY, {})).keys).not.toContain('address.n1');
});

test('what a Sun IM server of somebody else can do is asked, and what nobody knows is not written', async () => {
  const coservers = [{ name: 'coserver1', host: 'im.partner.example', port: null, domain: 'partner.example' }];
  const found = (all: Discovery): Discovery => ({
    ...all,
    hosts: all.hosts.map((host) => ({
      ...host,
      messagingServers: host.messagingServers.map((server) => ({ ...server, coservers })),
    })),
  });
  const wish = { goal: 'sun-im', 'certificate-file': './new.p12' };
  const offers = async (answer: string) =>
    (await talk({ ...wish, 'peer.chat/partner': answer }, { found })).inventory.federations?.[0]?.peers[0]?.offers;
  expect([await offers('TLSv1'), await offers('-')]).toEqual([['TLSv1'], []]);
});
