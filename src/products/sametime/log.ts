// sametime.log as events, read on from where the last reading ended. A line that has none of the known forms is counted and
// left alone. Sources: IBM technote swg21206752 (log-ins between servers); the forms for callers are those of the lab and
// not of a real server, see LINE_FORMS.

/** What one line says. `encryption` is known only where the line tells it. */
export type LogEvent = {
  readonly kind: LogEventKind;
  readonly line: number;
  /** as written, without a year: 13/May, 07:01:30 */
  readonly stamp: string;
  /** of the other side; null: the line names none */
  readonly address: string | null;
  readonly name: string | null;
  readonly component: string | null;
  /** of a session: where it came in */
  readonly port: 'server' | 'client' | null;
  readonly encryption: 'legacy' | 'tls' | null;
  readonly reason: string | null;
};
export type LogEventKind =
  | 'peer-connected'
  | 'peer-failed'
  | 'peer-wrong-address'
  | 'peer-rejected'
  | 'caller-connected'
  | 'caller-left'
  | 'caller-refused';

/** Where to go on: bytes before it, and lines before it. */
export type LogPosition = { readonly offset: number; readonly line: number };
export const LOG_START: LogPosition = { offset: 0, line: 0 };

export type LogReading = {
  readonly events: readonly LogEvent[];
  readonly position: LogPosition;
  /** lines that have none of the known forms */
  readonly ignored: number;
};

type Form = { readonly kind: LogEventKind; readonly text: RegExp; readonly verified: boolean };

const ADDRESS = String.raw`(?<address>[\dA-Fa-f.:]*[\dA-Fa-f])`;

const callerForm = (what: string): RegExp =>
  new RegExp(
    `^(?<component>\\S+) (?<name>\\S+) at ${ADDRESS} ${what} on the (?<port>server|client) port, (?<encryption>legacy|TLSv1(?:\\.[1-3])?)$`,
    'u',
  );

/** Strict where a line is good news, wide where it is bad. verified: the words were read in a vendor's page; the layout of the error lines around them was not. */
export const LINE_FORMS: readonly Form[] = [
  { kind: 'peer-connected', text: new RegExp(`^Logged in to server ${ADDRESS}$`, 'u'), verified: true },
  {
    kind: 'peer-failed',
    text: new RegExp(`^Failed to connect to server(?: ${ADDRESS})?(?:\\W+(?:reason\\W+)?(?<reason>\\w.*))?$`, 'u'),
    verified: true,
  },
  {
    kind: 'peer-wrong-address',
    text: new RegExp(`^(?:.* )?(?<name>\\S+) has wrong net address\\b(?:\\W+${ADDRESS})?.*$`, 'u'),
    verified: true,
  },
  { kind: 'peer-rejected', text: new RegExp(`^Rejecting server ${ADDRESS} not in servers list$`, 'u'), verified: true },
  { kind: 'caller-connected', text: callerForm('logged in'), verified: false },
  { kind: 'caller-left', text: callerForm('left'), verified: false },
  {
    kind: 'caller-refused',
    text: new RegExp(`^refused ${ADDRESS} on the (?<port>server|client) port: (?<reason>\\S.*)$`, 'u'),
    verified: false,
  },
];

const LINE = /^[IWE] (?<component>\S+) (?<stamp>\d{2}\/[A-Z][a-z]{2}, \d{2}:\d{2}:\d{2}) (?<text>\S.*?)\s*$/u;

/** @param chunk bytes of the log from `from.offset` on; an unfinished last line is left for the next reading */
export function readLog(chunk: Uint8Array, from: LogPosition = LOG_START): LogReading {
  const whole = chunk.subarray(0, chunk.lastIndexOf(0x0a) + 1);
  const rows = Buffer.from(whole).toString('utf8').split('\n').slice(0, -1);
  const read = rows.map((row, index) => eventOf(row.replace(/\r$/u, ''), from.line + index + 1));
  return {
    events: read.filter((event) => event !== undefined),
    position: { offset: from.offset + whole.length, line: from.line + rows.length },
    ignored: read.filter((event, index) => event === undefined && rows[index]?.trim() !== '').length,
  };
}

function eventOf(row: string, line: number): LogEvent | undefined {
  const { stamp = '', text = '' } = LINE.exec(row)?.groups ?? {};
  for (const form of LINE_FORMS) {
    const found = form.text.exec(text);
    if (found === null) continue;
    const { address, name, component, port, encryption, reason } = found.groups ?? {};
    return {
      kind: form.kind,
      line,
      stamp,
      address: address ?? null,
      name: name ?? null,
      component: component ?? null,
      port: port === 'server' || port === 'client' ? port : null,
      encryption: encryptionOf(encryption),
      reason: reason ?? null,
    };
  }
  return undefined;
}

const encryptionOf = (word: string | undefined): LogEvent['encryption'] =>
  word === undefined ? null : word === 'legacy' ? 'legacy' : 'tls';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;

/** The last moment with this stamp that is not more than a day ahead of `now`; ISO 8601, UTC. undefined: no such day.
 * @param offsetMinutes of the server's own time before UTC: +60 in Berlin in winter */
export function timeOfStamp(stamp: string, now: Date, offsetMinutes: number): string | undefined {
  const [, day, name = '', time] = /^(\d{2})\/(\w{3}), (\d{2}:\d{2}:\d{2})$/u.exec(stamp) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  if (month === 0) return undefined;
  const years = [1, 0, -1, -2, -3, -4].map((more) => now.getUTCFullYear() + more);
  const times = years.map((year) => {
    const date = `${year}-${String(month).padStart(2, '0')}-${day}`;
    const at = new Date(`${date}T${time}.000Z`);
    // Without this, 29 February would become 1 March in other years.
    const isReal = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
    return isReal ? at.getTime() - offsetMinutes * 60_000 : Infinity;
  });
  const found = times.find((at) => at <= now.getTime() + DAY_MS);
  return found === undefined ? undefined : new Date(found).toISOString();
}
