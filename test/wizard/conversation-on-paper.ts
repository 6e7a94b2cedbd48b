// Both sides of the wizard in memory: a person who answers from a table, and a world with two cells' worth of findings.
import { expect } from 'vitest';
import { hostsProblem, parseHostFlag } from '../../src/cli/host-flags.ts';
import type { Discovery } from '../../src/discover/types.ts';
import type { Answer, Interviewer, World } from '../../src/wizard/index.ts';
import { AGENT, discoverPaper, MANAGER, profileFiles, serverIndex } from '../discover/hosts-on-paper.ts';

const D = '/opt/IBM/WAS/profiles/Dmgr01';
const N = '/opt/IBM/WAS/profiles/AppSrv01';
const NODES = {
  mgr: serverIndex('dm.acme.example', MANAGER),
  n1: serverIndex('n1.acme.example', AGENT, ['STProxyServer', 'APPLICATION_SERVER', 8880]),
};
const INI = '[Config]\nST_COMMUNITY_ID=stc\n[Connectivity]\nVPS_PORT=1516\n[Debug]\nVPMX_PORT=1533\n';
const IIM = 'iim_server.domainname=im.example\niim.instancevardir=/var/opt/sun/im\n';

export async function findings(): Promise<Discovery> {
  const dm = profileFiles(D, { cell: 'c1', nodes: NODES, own: 'mgr' });
  const n1 = profileFiles(N, { cell: 'c1', nodes: NODES, own: 'n1' });
  const sources = `<xmi:XMI xmlns:xmi="x"><p><factories name="Meetings"><propertySet><resourceProperties name="databaseName" value="STMS"/><resourceProperties name="serverName" value="n1"/></propertySet></factories></p></xmi:XMI>`;
  return {
    schema: 1,
    unread: [],
    hosts: [
      await discoverPaper('dm', { files: { ...dm, [`${D}/config/cells/c1/resources.xml`]: sources } }),
      await discoverPaper('n1', {
        files: {
          ...n1,
          '/local/notesdata/sametime.ini': INI,
          '/etc/opt/sun/im/default/config/iim.conf': IIM,
          '/opt/sun/im/sbin/imadmin': '',
          '/home/db2inst1/sqllib/bin/db2': '',
        },
      }),
    ],
  };
}

/** @param wishes by key, or by the key before its dot; what is not there is taken as suggested, or fails the test */
export function makePerson(wishes: Readonly<Record<string, Answer>>) {
  const asked = new Map<string, { readonly flag: string; readonly answer: Answer }>();
  const answer = (question: { readonly key: string; readonly flag: string; readonly suggestion?: Answer }): Answer => {
    const given = wishes[question.key] ?? wishes[question.key.split('.')[0] ?? ''] ?? question.suggestion;
    expect(given, `nobody answers ${question.key}`).toBeDefined();
    asked.set(question.key, { flag: question.flag, answer: given ?? '' });
    return given ?? '';
  };
  const told: string[] = [];
  const interviewer: Interviewer = {
    isGiven: () => false,
    mayAsk: true,
    tell: (text) => void told.push(text),
    choose: async (question) => {
      const first = question.choices.find(({ disabled }) => disabled === undefined)?.value ?? '';
      const chosen = String(answer({ suggestion: first, ...question }));
      expect(question.choices.filter(({ disabled }) => disabled === undefined).map(({ value }) => value)).toContain(
        chosen,
      );
      return chosen;
    },
    text: async (question) => {
      const text = String(answer(question));
      const problem = await question.check(text);
      if (problem !== undefined) throw new Error(problem);
      return text;
    },
    many: async (question) => listOf(answer(question)),
    list: async (question) => {
      const list = listOf(answer(question));
      const problem = await question.check(list.join(','));
      if (problem !== undefined) throw new Error(problem);
      return list;
    },
    secretFile: async (question) => String(answer(question)),
  };
  return { interviewer, asked, told };
}

const listOf = (answer: Answer): readonly string[] => (typeof answer === 'string' ? [answer] : answer);

/** @param unreached names of machines that do not answer from here */
export const makeWorld = (discovery: Discovery, unreached: readonly string[] = []): World => ({
  playbooks: ['sametime-tls12', 'community-strict', 'certificate-renewal', 'sun-im-strict'],
  identityFile: '/home/me/.ssh/id_ed25519',
  unreached: async (hosts) =>
    hosts
      .filter(({ name }) => unreached.includes(name))
      .map(({ name }) => ({ name, reason: `host ${name}: no answer` })),
  hostKey: async ({ name }) => `ssh-ed25519 KEY${name}`,
  fingerprint: (key) => `SHA256:${key.slice(-3)}`,
  discover: async () => discovery,
  isOpen: async () => true,
  fileProblem: async () => undefined,
  look: async () => ({
    view: 'a certificate',
    aliases: ['x'],
    subject: 'CN=*.acme.example',
    notAfter: '2027-01-01T00:00:00Z',
  }),
  hostsProblem,
  hosts: (texts, user, identityFile) =>
    texts
      .map((text) => parseHostFlag(text.includes('@') ? text : `${text}.acme.example`))
      .flatMap((host) => (host === undefined ? [] : [{ port: 22, user, ...host, identityFile }])),
});
