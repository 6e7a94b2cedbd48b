// Why sudo or su did not let a command begin, from what they print. Source: sudo 1.8 and 1.9 (plugins/sudoers/logging.c,
// sudo.c, check.c), su of util-linux 2.38; in other languages only the general message is given.
import { OperatorError } from '../core/errors.ts';
import type { BecomeEntry } from '../inventory/types.ts';
import { makeRedaction } from './wording.ts';

type Refusal = {
  readonly subject: string;
  readonly become: BecomeEntry;
  /** all that was printed before the command */
  readonly said: string;
  /** known from elsewhere */
  readonly fact?: string | undefined;
};

type Reason = readonly [said: RegExp, fact: string, hint: string];

const ASK_ADMINISTRATOR =
  'Let the administrator of the host add a rule to sudoers, for instance: LOGIN ALL=(USER) NOPASSWD: ALL.';

const REASONS: readonly Reason[] = [
  [
    /you must have a tty/i,
    'sudo wants a terminal (requiretty)',
    'Let the administrator of the host write Defaults:LOGIN !requiretty into sudoers; strictstep never opens a terminal there.',
  ],
  [/is not in the sudoers file|may not run sudo/i, 'the log-in user is not in the sudoers file', ASK_ADMINISTRATOR],
  [/is not allowed to (execute|run)/i, 'sudoers does not allow the command', ASK_ADMINISTRATOR],
  [
    /a (terminal|password) is required/i,
    'it wants a password',
    'Name the credential with it (become: { login: NAME }), or let sudoers say NOPASSWD for this log-in.',
  ],
  [
    /unknown user|(user|account) \S+ does not exist|no passwd entry/i,
    'the user does not exist',
    'Correct become.user.',
  ],
  [
    /try again|incorrect password|authentication failure/i,
    'it does not take the password',
    'Correct the credential that become.login names.',
  ],
  [
    /(su|sudo): (command )?not found|not found.*\b(su|sudo)\b/i,
    'it is not in the PATH of the log-in',
    'Give become.program, for instance /usr/local/bin/sudo.',
  ],
  [
    /account (has expired|is locked)|currently not available/i,
    'the account is locked or has no shell',
    'Use become.method sudo, which needs no shell of the user.',
  ],
];

export function becomeRefusal({ subject, become, said, fact }: Refusal): OperatorError {
  const { method, user } = become;
  const known = REASONS.find(([pattern]) => pattern.test(said));
  const printed = said.trim() === '' ? '' : ` (it said ${makeRedaction().quote(said.trim())})`;
  const why = known?.[1] ?? fact ?? 'it ended before the command began';
  return new OperatorError('HOST_LOGIN', `${subject}: ${method} does not let it become ${user}: ${why}${printed}`, {
    hint: (known?.[2] ?? 'Try it by hand on the host: ssh LOGIN@HOST sudo -n -u USER true.').replaceAll('USER', user),
  });
}
