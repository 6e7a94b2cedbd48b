// A program on a host, on one channel of an SSH connection.
// Source: RFC 4254, 6.10 (exit-status, exit-signal); ssh2 closes a channel without an exit event when the link is gone.
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import type { Ending, Running } from './process.ts';

/** @param line for the log-in shell of the host
 * @param onRefused told when the host has no session left, before it is asked again
 * @throws OperatorError HOST_UNREACHABLE when it was not started, OUTCOME_UNKNOWN when the link broke meanwhile */
export async function startOverSsh(
  connection: Connection,
  subject: string,
  line: string,
  onRefused?: () => void,
): Promise<Running> {
  if (connection.isLost()) {
    throw new OperatorError('HOST_UNREACHABLE', `${subject}: the SSH connection is gone; nothing was sent`);
  }
  for (let attempt = 1; ; attempt += 1) {
    const started = await openChannel(connection, line);
    if (!(started instanceof Error)) return started;
    if (!isNotOpened(started) || attempt === OPEN_ATTEMPTS || connection.isLost())
      throw startError(subject, started, connection.isLost());
    onRefused?.();
    await delay(OPEN_PAUSE_MS);
  }
}

// The channel is followed at once: a quick command may have ended a turn later.
const openChannel = (connection: Connection, line: string): Promise<Running | Error> =>
  new Promise((resolve) => {
    connection.client.exec(line, (error, channel) => resolve(error ?? followChannel(channel)));
  });

// OpenSSH counts a session against MaxSessions until it has collected the closed channel, which may be after the next open has
// arrived. A refused open has started nothing, so it can be tried again.
const OPEN_ATTEMPTS = 20;
const OPEN_PAUSE_MS = 50;
const isNotOpened = (error: Error): boolean => error.message.includes('Channel open failure');

function startError(subject: string, error: Error, isLost: boolean): OperatorError {
  if (isLost) {
    const message = `${subject}: the SSH connection was lost while a command was started, so whether it ran is unknown`;
    return new OperatorError('OUTCOME_UNKNOWN', message, { cause: error });
  }
  const hint = 'Look at MaxSessions and ForceCommand in the sshd_config of the host.';
  return new OperatorError('HOST_UNREACHABLE', `${subject}: the host refused to start a command: ${error.message}`, {
    hint,
    cause: error,
  });
}

function followChannel(channel: ClientChannel): Running {
  let ending: Ending = { kind: 'lost' };
  channel.on('exit', (code: number | null, signal?: string) => {
    ending =
      code === null
        ? { kind: 'signal', signal: `SIG${(signal ?? 'unknown').replace(/^SIG/, '')}` }
        : { kind: 'exit', code };
  });
  const closed = new Promise<void>((resolve) => channel.once('close', resolve));
  const stderrClosed = new Promise<void>((resolve) => channel.stderr.once('close', resolve));
  return {
    stdin: channel.stdin,
    stdout: channel.stdout,
    stderr: channel.stderr,
    ending: Promise.all([closed, stderrClosed]).then(() => ending),
    kill() {
      // Not every server acts on the signal (OpenSSH does since 7.9); all see the end of input and the closed channel.
      sendSignal(channel, 'TERM');
      channel.end();
      channel.close();
      channel.resume();
      channel.stderr.resume();
    },
  };
}

type Sender = { readonly _protocol: { signal(channel: number, name: string): void } };

/** ssh2's own method sends nothing once our end of file is sent, which is nearly always; the protocol allows it. */
function sendSignal(channel: ClientChannel, name: string): void {
  const client: Sender = Reflect.get(channel, '_client');
  const outgoing = channel.outgoing as { readonly id: number; readonly state: string };
  if (outgoing.state === 'open' || outgoing.state === 'eof') client._protocol.signal(outgoing.id, name);
}
