// What an earlier process of the same run left working on a host: it was killed, or its connection was lost, but commands
// that it had sent may go on. Nothing is read before they are gone. A session, that is wsadmin with unsaved changes, is
// ended; so is a command that has not begun, since its input did not come, and the shell that stays for short scripts, so that
// nothing begins that arrives late. Any other is waited for, not ended: a tool that starts a server may be the parent of that
// server. A fence whose own process has lost the host's lock ends, for it would wait for the fence of the process that has it
// now, and that one for it.
// What the shell executes bears the mark of the shell and is known as its child.
// Source: POSIX ps (-u, -o), kill; an SSH server makes every session a process group of its own (OpenSSH: setsid).
// Behind sudo or su the group has another number than the command.
import { OperatorError } from '../core/errors.ts';
import { HOST_FOLDER } from '../core/host-folder.ts';
import type { WriteShell } from '../core/shell.ts';

const WAIT_SECONDS = 300;
const SLACK_MS = 60_000;
const STILL_THERE = 75;
const NOT_OURS = 76;

/** Arguments: the run, what tells this process of it from earlier ones, seconds. Marks are made by the transport. */
const FENCE = `
list() { ps -u "\`id -un\`" -o pid= -o ppid= -o args=; }
older() {
  list | grep "^ *[0-9][0-9]*  *[0-9][0-9]* sh -[cs] : strictstep\\.$1\\.[^;]*\\.$3;" |
    grep -v "sh -[cs] : strictstep\\.$1\\.$2\\.$3;"
}
to_end() { older "$1" "$2" session; older "$1" "$2" waiting; }
id_of() { awk '{ print $1 }'; }
stop_if_not_ours() {
  nonce=\`cat "${HOST_FOLDER}/lock/nonce" 2>/dev/null\`
  if [ "$nonce" != "$1" ]; then exit ${NOT_OURS}; fi
}
for signal in TERM KILL; do
  stop_if_not_ours "$2"
  for id in \`to_end "$1" "$2" | id_of\`; do
    group=\`ps -o pgid= -p $id | tr -d ' '\`
    kill -$signal -$group 2>/dev/null || kill -$signal $id 2>/dev/null
  done
  if [ -n "\`to_end "$1" "$2"\`" ]; then sleep 2; fi
done
# What a shell executes is its child.
at_work() {
  older "$1" "$2" '[a-z]*' | grep -v ' sh -s : '
  for shell in \`older "$1" "$2" shell | id_of\`; do list | grep "^ *[0-9][0-9]*  *$shell "; done
}
left=$3
# A shell that waits for the next script is ended when none is at work; one that has come meanwhile is waited for.
for signal in TERM KILL 0; do
  while [ -n "\`at_work "$1" "$2"\`" ]; do
    if [ "$left" -le 0 ]; then at_work "$1" "$2"; exit ${STILL_THERE}; fi
    sleep 1
    stop_if_not_ours "$2"
    left=\`expr "$left" - 1\`
  done
  stop_if_not_ours "$2"
  for id in \`older "$1" "$2" shell | id_of\`; do kill -$signal $id 2>/dev/null; done
  if [ -n "\`older "$1" "$2" shell\`" ]; then sleep 1; fi
done
exit 0
`;

/** @param nonce of this process, which holds the lock of the host; what carries another one is older
 * @throws OperatorError OUTCOME_UNKNOWN when something of it still works after the wait; LOCKED when the lock is gone */
export async function fenceOlder(
  shell: WriteShell,
  {
    runId,
    nonce,
    waitSeconds = WAIT_SECONDS,
  }: { readonly runId: string; readonly nonce: string; readonly waitSeconds?: number },
): Promise<void> {
  const { exitCode, stdout, stderr } = await shell.change({
    argv: ['sh', '-c', FENCE, 'sh', runId, nonce, String(waitSeconds)],
    timeoutMs: waitSeconds * 1000 + SLACK_MS,
  });
  if (exitCode === 0) return;
  if (exitCode === NOT_OURS)
    throw new OperatorError('LOCKED', `host ${shell.host}: its lock was taken away from this start of ${runId}`, {
      hint: 'Find out who released it or holds it now; then run the same command again.',
    });
  if (exitCode !== STILL_THERE)
    throw new OperatorError(
      'REMOTE_REPLY',
      `host ${shell.host}: the list of processes gave status ${exitCode}: ${stderr.trim()}`,
    );
  const [first = ''] = stdout.trim().split('\n');
  const [id = 'unknown'] = first.trim().split(' ');
  const hint = 'Wait until it has ended, or end it on the host; then run the same command again.';
  throw new OperatorError(
    'OUTCOME_UNKNOWN',
    `host ${shell.host}: process ${id} of an earlier start of ${runId} still works, so nothing can be read yet`,
    { hint },
  );
}
