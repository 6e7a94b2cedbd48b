// What is said when no connection to a host came about.
import { OperatorError } from '../core/errors.ts';
import type { LogInEntry } from '../inventory/types.ts';
import { renderMs } from './wording.ts';

export function connectError(entry: LogInEntry, error: Error & { level?: string }, limitMs: number): OperatorError {
  const { name, address, port, user, identityFiles, agent } = entry;
  if (error.level === 'agent') {
    const message = `host ${name}: ssh-agent gave no key for the log-in of ${user}: ${error.message}`;
    return new OperatorError('HOST_LOGIN', message, {
      hint: 'Look at ssh-add -l; start ssh-agent again if it does not answer.',
      cause: error,
    });
  }
  if (error.level === 'client-authentication' || /authentication failures/i.test(error.message)) {
    const means = [...identityFiles, ...(agent === undefined ? [] : ['the keys of ssh-agent'])].join(', ');
    const message = `host ${name}: ${address}:${port} refused the log-in of ${user} with ${means}`;
    const hint = `Add the public key to the authorized_keys of ${user} on the host, or correct user and identityFile.`;
    return new OperatorError('HOST_LOGIN', message, { hint, cause: error });
  }
  if (/no matching (key exchange|host key|.*cipher|.*MAC)/i.test(error.message)) {
    const hint =
      'An old host: allow what it offers (ssh -vv shows it) with legacyAlgorithms for this host only, until it is updated.';
    return new OperatorError(
      'HOST_UNREACHABLE',
      `host ${name}: ${address}:${port} offers only old algorithms: ${error.message}`,
      {
        hint,
        cause: error,
      },
    );
  }
  const isTimeout = error.level === 'client-timeout';
  return unreachable(entry, isTimeout ? `no log-in within ${renderMs(limitMs)}` : reasonOf(error), error);
}

export function unreachable(
  { name, address, port }: Pick<LogInEntry, 'name' | 'address' | 'port'>,
  reason: string,
  cause?: unknown,
): OperatorError {
  return new OperatorError('HOST_UNREACHABLE', `host ${name}: no SSH connection to ${address}:${port}: ${reason}`, {
    hint: 'Check address and port in the inventory, the network and whether sshd runs.',
    cause,
  });
}

/** What the system's codes mean to somebody who has named a host. Source: connect(2), getaddrinfo(3). */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known here',
  EAI_AGAIN: 'no name server answers',
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'no answer',
};

export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  // Several addresses for one name give an AggregateError without a message.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : undefined;
  const { message, code } = first instanceof Error ? withCode(first) : withCode(cause);
  const meaning = REASONS[code];
  return meaning === undefined ? message : `${meaning} (${message})`;
}

const withCode = (error: Error): { readonly message: string; readonly code: string } => ({
  message: error.message,
  code: 'code' in error ? String(error.code) : '',
});
