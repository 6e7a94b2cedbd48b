// What ends a command: one error class with a stable code. The table of codes is the contract of `explain` and of the
// exit status; a failure that is not an OperatorError is a bug (exit 1).
import type { Place } from './place.ts';

export const EXIT = {
  done: 0,
  bug: 1,
  findings: 2,
  stale: 3,
  gate: 4,
  approval: 5,
  locked: 6,
  rolledBack: 7,
  manual: 8,
  inconclusive: 9,
  held: 10,
  usage: 64,
  badInput: 65,
  unreachable: 69,
} as const;

/** code -> [exit status, what it means and what to do, for `explain`] */
export const ERROR_CODES = {
  USAGE: [EXIT.usage, 'The command line has an unknown verb, flag or a missing answer.'],
  INPUT_SYNTAX: [EXIT.badInput, 'A YAML file cannot be parsed at the place named.'],
  INPUT_UNKNOWN_KEY: [EXIT.badInput, 'A YAML file has a key that strictstep does not know at that place.'],
  INPUT_VALUE: [
    EXIT.badInput,
    'A value in a YAML or JSON file has the wrong type or is not one of the allowed values.',
  ],
  INPUT_UNKNOWN_NAME: [
    EXIT.badInput,
    'A file names a host, cell, node, server, certificate or operation that is not declared or not found.',
  ],
  INPUT_UNREADABLE: [EXIT.badInput, 'A file that was named cannot be read.'],
  SECRET_EXPOSED: [
    EXIT.badInput,
    'A file with a secret can be read by group or others; restrict it to its owner (chmod 600).',
  ],
  KEYSTORE_PASSWORD: [EXIT.badInput, 'The password does not open the key store.'],
  KEYSTORE_FORMAT: [EXIT.badInput, 'The file is not a key store that strictstep can read.'],
  CERTIFICATE_CHAIN: [
    EXIT.badInput,
    'The key store does not hold the complete chain from the certificate to its root.',
  ],
  CERTIFICATE_EXPIRED: [EXIT.badInput, 'A certificate of the chain is expired or not yet valid.'],
  CERTIFICATE_ALIAS: [EXIT.badInput, 'The named alias does not exist, or is not usable, in the key store.'],
  PLAN_TAMPERED: [EXIT.stale, 'The plan file does not match its own hash; make the plan again.'],
  PLAN_STALE: [EXIT.stale, 'What the plan was made from has changed; the differences are named. Make the plan again.'],
  DRIFT: [EXIT.stale, 'An object is neither as planned before the step nor as wanted after it.'],
  PROOF_REFUSED: [EXIT.gate, 'A planned state would break a required link; the counterexample is named.'],
  HEALTH_FAILED: [EXIT.gate, 'A health check did not hold after a step; no further server was touched.'],
  POLICY_REFUSED: [EXIT.gate, 'The state of the deployment forbids this change, for instance FIPS mode.'],
  CONFIRM_MISSING: [EXIT.approval, 'The name given with --confirm is not the one the plan asks for.'],
  APPROVAL_MISSING: [EXIT.approval, 'Fewer people than required have approved this plan; nothing was contacted.'],
  APPROVAL_INVALID: [
    EXIT.approval,
    'There are approvals that do not count: the signature, the plan, the signer, the time or the person does not fit; each reason is named.',
  ],
  APPROVAL_KEY: [EXIT.approval, 'The key named with --key cannot sign: it is missing, locked or not an SSH key.'],
  APPROVAL_TOOL: [
    EXIT.approval,
    'ssh-keygen of OpenSSH 8.2 or newer is needed on this machine to make and to check approvals.',
  ],
  WINDOW_CLOSED: [
    EXIT.approval,
    'It is too early, or what is left to do and the undoing of all of it do not fit into the change window any more.',
  ],
  LOCKED: [EXIT.locked, 'Another run holds the lock; who, where and since when is named.'],
  JOURNAL_BROKEN: [
    EXIT.manual,
    'The journal of a run was changed after it was written, or lines of it are missing; the line is named and nothing was written.',
  ],
  STEP_FAILED: [
    EXIT.manual,
    'A step failed and the state of its object is named; correct the cause and run the same command again.',
  ],
  ROLLED_BACK: [
    EXIT.rolledBack,
    'A step failed, and what the phase had changed on that server was taken back completely; it is healthy as it was.',
  ],
  INCONCLUSIVE: [EXIT.inconclusive, 'A check gave no clear answer; nothing further was changed.'],
  OUTCOME_UNKNOWN: [
    EXIT.inconclusive,
    'The connection was lost while a command ran, so whether it took effect is unknown. Run the same command again: it reads before it writes.',
  ],
  COMMAND_TIMEOUT: [EXIT.inconclusive, 'A command on a host did not end within its time limit.'],
  SIGNER_PROMPT: [
    EXIT.gate,
    'A WebSphere client tool asks whether to trust an unknown signer; strictstep never answers yes. Load the signer into the client trust store first.',
  ],
  HELD: [EXIT.held, 'The run was held on request after a finished step; the same command goes on.'],
  MANUAL_STEP: [
    EXIT.held,
    'A person has to do something that strictstep cannot do; the instruction is printed. The same command goes on when the check finds it done.',
  ],
  CENSUS_MISSING: [
    EXIT.held,
    'No census shows that nobody comes without TLS any more, or the last one is too old; the command for it is named.',
  ],
  CENSUS_FAILED: [EXIT.gate, 'The census saw callers without TLS that no waiver covers; they are named.'],
  DYNAMIC_EXPIRED: [
    EXIT.gate,
    'A port still takes callers without TLS, longer than the playbook that made it dynamic allows; server and date are named.',
  ],
  HOST_UNREACHABLE: [EXIT.unreachable, 'No SSH connection to the host could be made.'],
  HOST_KEY: [EXIT.unreachable, 'The host key is unknown or differs from known_hosts; nothing was sent to the host.'],
  HOST_LOGIN: [EXIT.unreachable, 'The host refused the log-in.'],
  REMOTE_REPLY: [
    EXIT.manual,
    'A host answered with something that does not have the documented form; it was not acted upon.',
  ],
  FACT_UNREADABLE: [EXIT.badInput, 'A fact that the plan needs cannot be read on the host.'],
  WSADMIN_CONNECT: [EXIT.unreachable, 'wsadmin did not connect to the deployment manager.'],
  WSADMIN_FAILED: [EXIT.manual, 'An AdminTask or AdminConfig call ended with an exception.'],
  UNEXPECTED_CHANGES: [
    EXIT.manual,
    'The configuration workspace holds changes that are not part of the step; they were discarded, nothing was saved.',
  ],
  LAB_STATE: [EXIT.usage, 'The lab folder does not hold what the command needs, or the lab is (not) running.'],
  LAB_ANSWER: [EXIT.manual, 'The lab itself did not answer as it should.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

type Details = { readonly hint?: string; readonly place?: Place; readonly cause?: unknown };

export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly place: Place | undefined;

  constructor(code: ErrorCode, message: string, { hint, place, cause }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.place = place;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code][0];
  }
}
