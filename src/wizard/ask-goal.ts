// What it is for, among what the findings allow.
import { cellsOf } from '../discover/index.ts';
import type { Discovery } from '../discover/types.ts';
import { foundText } from './found-text.ts';
import { GOALS, type Goal, type Interviewer, type World } from './types.ts';

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

export async function askGoal(ask: Interviewer, world: World, discovery: Discovery): Promise<Goal> {
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
  ask.tell(foundText(discovery));
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
