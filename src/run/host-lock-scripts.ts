// The scripts of the lock on a host, and of what lies beside it. They must run in old shells: see transport/file-scripts.ts.
import { HOST_FOLDER, PRIVATE_FOLDER } from '../core/host-folder.ts';
import type { Command } from '../core/shell.ts';

const TIMEOUT_MS = 30_000;

const FOLDER = `
umask 077
trap '' 1 2 13 15
lock=${HOST_FOLDER}/lock
# In one move: a lock that is half removed would be one without an owner.
remove() { mv "$lock" "${HOST_FOLDER}/old.$$" 2>/dev/null && rm -rf "${HOST_FOLDER}/old.$$" "$@"; }
`;
/** exit status: somebody has it */
export const HELD = 70;
/** No hang-up comes between mkdir, which decides, and the owner: a controller that dies meanwhile leaves no lock without one.
 * Arguments: the owner, and what marks the commands of the run, or '', and of this process of it, which stands in the lock. Says
 * "older" when a command of an earlier process of the run may still work, see fence.ts; "left" when private files are there,
 * which nobody needs who is not at work. The processes of a host are only listed when the run was here before, which a file
 * tells until it has ended. */
export const TAKE = `${FOLDER}
begun=${HOST_FOLDER}/begun.$2
if [ -d "${HOST_FOLDER}" ]; then :; else mkdir -p "${HOST_FOLDER}" || exit 71; fi
for look in 1 2 3; do
  if mkdir "$lock" 2>/dev/null; then
    printf '%s' "$1" > "$lock/owner" && echo "$3" > "$lock/nonce" && echo 1 > "$lock/beat" || { remove; exit 71; }
    if [ -n "$2" ] && [ ! -f "$begun" ]; then
      echo > "$begun" || { remove; exit 71; }
    elif [ -n "$2" ]; then
      ps -A -o args= | grep "^sh -[cs] : strictstep\\.$2\\." | grep -v "^sh -[cs] : strictstep\\.$2\\.$3\\." >/dev/null && echo older
    fi
    if [ -d "${PRIVATE_FOLDER}" ]; then echo left; fi
    exit 0
  fi
  held=\`cat "$lock/owner" 2>/dev/null\`
  if [ -n "$held" ]; then printf '%s\\n' "$held"; exit ${HELD}; fi
  # Without an owner it is being made or removed at this moment, or somebody broke it.
  if [ $look -lt 3 ]; then sleep 1; fi
done
exit ${HELD}
`;
/** Only the lock of this owner, which is the argument: the text is compared on the host. */
export const DROP = `${FOLDER}
held=\`cat "$lock/owner" 2>/dev/null\`
if [ -n "$1" ] && [ "$1" = "$held" ]; then remove; fi
`;
/** Only the lock of this process, whose mark is the first argument. Then the run, when it has ended and nothing that it sent can
 * still work. */
export const RELEASE = `${FOLDER}
held=
if [ -f "$lock/nonce" ]; then read held < "$lock/nonce"; fi
if [ -n "$1" ] && [ "$1" = "$held" ]; then remove \${2:+"${HOST_FOLDER}/begun.$2"}; fi
`;
export const BEAT = `${FOLDER}
if [ -f "$lock/beat" ]; then echo "$1" > "$lock/beat"; fi
`;
export const READ = `${FOLDER}
if [ -d "$lock" ]; then echo held; cat "$lock/owner" 2>/dev/null; else echo free; fi
`;
export const STEAL = `${FOLDER}
remove
`;
export const TIDY = `rm -rf "${PRIVATE_FOLDER}"`;

export const script = (text: string, ...args: readonly string[]): Command => ({
  argv: ['sh', '-c', text, 'sh', ...args],
  timeoutMs: TIMEOUT_MS,
  short: 'script',
});
