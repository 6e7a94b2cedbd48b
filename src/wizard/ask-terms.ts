// How, when, and who has to agree.
import { msOfInstant } from '../core/instant.ts';
import { isInstant } from '../core/is-instant.ts';
import { orNone } from './or-none.ts';
import type { ChoiceQuestion, Goal, Interviewer, World } from './types.ts';

const ROLLING = { value: 'rolling', name: 'rolling: one server at a time, users stay connected' };
const STOP_ALL = { value: 'stop-all', name: 'stop-all: everything down once, the way of the vendor' };

const STRATEGIES: Readonly<Record<Exclude<Goal, 'audit'>, ChoiceQuestion['choices']>> = {
  tls12: [
    ROLLING,
    { value: 'superset', name: 'rolling, first phase only: TLS 1.0 to 1.2 everywhere, nothing strict yet' },
    STOP_ALL,
  ],
  community: [
    { value: 'strict', name: 'the whole way, with a census before anything becomes strict' },
    { value: 'dynamic', name: 'as far as dynamic: TLS where the caller can, nobody is refused' },
  ],
  'sun-im': [
    { value: 'strict', name: 'the whole way: offered everywhere first, then required, one server at a time' },
    { value: 'dynamic', name: 'TLS is offered, nobody is refused' },
  ],
  renewal: [ROLLING, { ...STOP_ALL, name: `${STOP_ALL.name}; the old certificate stays in the stores` }],
};

export async function askStrategy(ask: Interviewer, goal: Exclude<Goal, 'audit'>): Promise<void> {
  await ask.choose({ key: 'strategy', flag: '--strategy', text: 'How?', choices: STRATEGIES[goal] });
}

export async function askWindow(ask: Interviewer): Promise<void> {
  await ask.text({
    key: 'window',
    flag: '--window',
    text: 'Change window START/END, such as 2026-03-01T22:00+01:00/2026-03-02T04:00+01:00 (- for none)',
    ...orNone((text) => {
      const [start = '', end = '', ...more] = text.split('/');
      if (more.length > 0 || !isInstant(start) || !isInstant(end)) {
        return 'Write both times with date, time and offset, and a slash between them.';
      }
      return msOfInstant(start) < msOfInstant(end) ? undefined : 'The end must be later than the start.';
    }),
  });
}

export async function askApprovals(ask: Interviewer, world: World): Promise<void> {
  const count = await ask.text({
    key: 'approvals',
    flag: '--approvals',
    text: 'How many other people must approve the plan?',
    suggestion: '0',
    check: (text) => (/^\d{1,2}$/u.test(text) ? undefined : 'Write a number from 0 to 99.'),
  });
  if (Number(count) === 0) return;
  await ask.text({
    key: 'allowed-signers',
    flag: '--allowed-signers',
    text: 'File of who may approve (allowed signers of ssh-keygen)',
    suggestion: './allowed_signers',
    isFile: true,
    check: (text) => world.fileProblem(text),
  });
}
