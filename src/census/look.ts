// One look of each sensor at one server: its established connections, and what its log has told since the last look.
import type { ReadShell } from '../core/shell.ts';
import type { CommunityServerEntry } from '../inventory/types.ts';
import { LOG_START, readLog, timeOfStamp, type LogEvent, type LogPosition } from '../products/sametime/log.ts';
import { parseSockets, SOCKETS_SCRIPT } from '../products/sametime/socket-list.ts';
import type { Look } from './records.ts';

const COMMAND_TIMEOUT_MS = 30_000;
const OFFSET_SCRIPT = 'date +%z';

type Parts = { readonly shell: ReadShell; readonly server: CommunityServerEntry; readonly now: Date };

export async function lookAtSockets({ shell, server, now }: Parts): Promise<Look> {
  const at = now.toISOString();
  const look = { type: 'look' as const, kind: 'sockets' as const, server: server.name, at, position: null };
  try {
    const { exitCode, stdout, stderr } = await shell.query({
      argv: ['sh', '-c', SOCKETS_SCRIPT],
      timeoutMs: COMMAND_TIMEOUT_MS,
    });
    const pairs = parseSockets(stdout);
    if (exitCode !== 0 || pairs === undefined) {
      const broken =
        exitCode === 0
          ? 'its list has a line of an unknown form'
          : `status ${exitCode}: ${stderr.trim().slice(0, 200)}`;
      return { ...look, broken, sightings: [] };
    }
    const ports = Object.values(server.ports);
    const callers = new Set(pairs.filter(({ localPort }) => ports.includes(localPort)).map(({ remote }) => remote));
    const sightings = [...callers].map((address) => ({
      address,
      at,
      encryption: 'unknown' as const,
      name: null,
      component: null,
    }));
    return { ...look, broken: null, sightings };
  } catch (error) {
    return { ...look, broken: error instanceof Error ? error.message : String(error), sightings: [] };
  }
}

/** @param from where the last look ended; undefined: the first one, which reads the whole log for who is connected already */
export async function lookAtLog({ shell, server, now }: Parts, from: LogPosition | undefined): Promise<Look> {
  const at = now.toISOString();
  const look = { type: 'look' as const, kind: 'server-log' as const, server: server.name, at };
  try {
    const bytes = await shell.readFile(server.log);
    if (bytes === undefined) return { ...look, broken: `${server.log} is not there`, sightings: [], position: null };
    const { stdout } = await shell.query({ argv: ['sh', '-c', OFFSET_SCRIPT], timeoutMs: COMMAND_TIMEOUT_MS });
    const offsetMinutes = minutesOf(stdout.trim());
    // A log that became shorter was rotated, so all of it is new.
    const start = from === undefined || from.offset > bytes.length ? LOG_START : from;
    const { events, position } = readLog(bytes.subarray(start.offset), start);
    const callers = events.filter(({ kind, encryption }) => kind === 'caller-connected' && encryption !== null);
    const sightings = callers.flatMap((event) => sightingOf(event, timeOfStamp(event.stamp, now, offsetMinutes)));
    return { ...look, broken: null, sightings, position };
  } catch (error) {
    return { ...look, broken: error instanceof Error ? error.message : String(error), sightings: [], position: null };
  }
}

const sightingOf = ({ address, name, component, encryption }: LogEvent, at: string | undefined): Look['sightings'] =>
  address === null || at === undefined ? [] : [{ address, at, encryption: encryption ?? 'unknown', name, component }];

/** +0130 -> 90 */
function minutesOf(text: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/u.exec(text) ?? [];
  return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
}
