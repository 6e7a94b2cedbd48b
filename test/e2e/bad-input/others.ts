// Files beside inventory and playbook, with the verbs that read them.
import { edit, put, type Case } from './site.ts';

type Words = (at: (file: string) => string) => readonly string[];
const ANSWERS_PLACE = /answers\.yaml:\d+:\d+/;
const init: Words = (at) => ['init', '--answers', at('answers.yaml'), '--out', at('out')];

const census =
  (community: string): Words =>
  (at) => ['census', '--inventory', at('inventory.yaml'), '--community', community, '--out', at('census')];
const waived: Words = (at) => [...census('stCommunity')(at), '--waivers', at('waivers.yaml')];

export const OTHERS: readonly (readonly [...Case, words: Words])[] = [
  [
    'a policy that does not come with strictstep',
    () => undefined,
    'INPUT_UNKNOWN_NAME',
    'rfc9325',
    () => ['probe', 'localhost:1', '--policy', 'rfc9352'],
  ],
  [
    'a policy with an unknown key',
    edit('policy.yaml', 'protocols:', 'protokols:'),
    'INPUT_UNKNOWN_KEY',
    /policy\.yaml:\d+:\d+/,
    (at) => ['probe', 'localhost:1', '--policy', at('policy.yaml')],
  ],
  [
    'a policy that forbids maybe',
    edit('policy.yaml', 'is: forbidden', 'is: maybe'),
    'INPUT_VALUE',
    /policy\.yaml:\d+:\d+/,
    (at) => ['probe', 'localhost:1', '--policy', at('policy.yaml')],
  ],
  [
    'an expectation of no version',
    edit('expectation.yaml', '[TLSv1.2]', '[TLS]'),
    'INPUT_VALUE',
    /expectation\.yaml:\d+:\d+/,
    (at) => ['probe', 'localhost:1', '--expect', at('expectation.yaml')],
  ],
  [
    'a baseline that is no JSON',
    put('baseline.json', '<'),
    'INPUT_SYNTAX',
    'baseline.json',
    (at) => ['probe', 'localhost:1', '--baseline', at('baseline.json')],
  ],
  [
    'a target without a port',
    put('targets', '# ports\n  chat.acme.example\n'),
    'INPUT_VALUE',
    'targets:2:3',
    (at) => ['probe', '--targets', at('targets')],
  ],
  [
    'a waiver without a reason',
    edit('waivers.yaml', ' reason: old,', ''),
    'INPUT_VALUE',
    /waivers\.yaml:\d+:\d+/,
    waived,
  ],
  ['a waiver for ever', edit('waivers.yaml', '2099-01-01T00:00:00Z', 'never'), 'INPUT_VALUE', 'offset', waived],
  ['a community that is not there', () => undefined, 'INPUT_UNKNOWN_NAME', 'stCommunity', census('stComunity')],
  [
    'a plan that is no JSON',
    put('plan.json', '{'),
    'INPUT_SYNTAX',
    'plan.json',
    (at) => ['apply', at('plan.json'), '--confirm', 'c1', '--state', at('runs')],
  ],
  [
    'a plan that is something else',
    put('plan.json', '{"schema":1}'),
    'INPUT_VALUE',
    'is not a plan',
    (at) => ['show', at('plan.json')],
  ],
  [
    'a run that is not there',
    () => undefined,
    'INPUT_UNREADABLE',
    'there is no run',
    (at) => ['rollback', 'run-0123456789ab', '--confirm', 'c1', '--state', at('runs')],
  ],
  [
    'a certificate file that is a text',
    put('store.p12', 'hello'),
    'KEYSTORE_FORMAT',
    'store.p12',
    (at) => ['cert', 'inspect', at('store.p12'), '--password-file', at('password')],
  ],
  ['an answer to no question', edit('answers.yaml', 'goal', 'gaol'), 'INPUT_UNKNOWN_KEY', 'Did you mean goal?', init],
  ['an answer of the wrong form', edit('answers.yaml', 'audit', '[a, {b: c}]'), 'INPUT_VALUE', ANSWERS_PLACE, init],
  ['answers that are no YAML', edit('answers.yaml', '}', ''), 'INPUT_SYNTAX', ANSWERS_PLACE, init],
  ['answers of another version', edit('answers.yaml', 'v1', 'v9'), 'INPUT_VALUE', ANSWERS_PLACE, init],
  ['too few answers', () => undefined, 'USAGE', '--host', init],
];
