// What an earlier process of the same run left working on a host: it was killed, or its connection was lost, but commands
// that it had sent may go on. Nothing is read before they are gone. A session, that is wsadmin with unsaved changes, is
// ended. A command is waited for, not ended: a tool that starts a server may be the parent of that server.
// Source: POSIX ps (-u, -o), kill; an SSH server makes every session a process group of its own (OpenSSH: setsid).
// Behind sudo or su the group has another number than the command.
import { OperatorError } from '../core/errors.ts';
import type { WriteShell } from '../core/shell.ts';

const WAIT_SECONDS = 300;
const SLACK_MS = 60_000;
const STILL_THERE = 75;

/** Arguments: the run, what tells this process of it from earlier ones, seconds. Marks are made by the transport. */
const FENCE = `
older() {
  ps -u "\`id -un\`" -o pid= -o args= |
    grep "^ *[0-9][0-9]* sh -c : strictstep\\.$1\\.[^;]*\\.$3;" | grep -v "sh -c : strictstep\\.$1\\.$2\\.$3;"
}
for signal in TERM KILL; do
  for id in \`older "$1" "$2" session | awk '{ print $1 }'\`; do
    group=\`ps -o pgid= -p $id | tr -d ' '\`
    kill -$signal -$group 2>/dev/null || kill -$signal $id 2>/dev/null
  done
  if [ -n "\`older "$1" "$2" session\`" ]; then sleep 2; fi
done
left=$3
while [ -n "\`older "$1" "$2" '[a-z]*'\`" ]; do
  if [ "$left" -le 0 ]; then older "$1" "$2" '[a-z]*'; exit ${STILL_THERE}; fi
  sleep 1
  left=\`expr "$left" - 1\`
done
exit 0
`;

/** @param nonce of this process; what carries another one is older
 * @throws OperatorError OUTCOME_UNKNOWN when something of it still works after the wait */
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
