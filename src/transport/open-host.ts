// A host of the inventory over one SSH connection: a shell that reads and a shell that writes.
import type { ReadShell, WriteShell } from '../core/shell.ts';
import type { Secret } from '../core/secret.ts';
import type { HostEntry } from '../inventory/types.ts';
import { startAs } from './become.ts';
import { DIALECTS } from './dialect.ts';
import type { NewHostKey } from './host-key.ts';
import { BEGIN_LINE, markedArgv } from './marked-command.ts';
import { openRoute } from './open-route.ts';
import { makeResidentShell } from './resident-shell.ts';
import type { Site } from './process.ts';
import { makeReadShell, makeWriteShell } from './shell.ts';
import { makeSlots } from './slots.ts';
import { startOverSsh } from './ssh-process.ts';

export interface Host extends AsyncDisposable {
  readonly reader: ReadShell;
  readonly writer: WriteShell;
  /** Drops the connection at once, with what waits to be sent. */
  reset(): void;
  /** Ends what still runs on it. A host that is closed, or whose connection is lost, stays so: open it again. */
  close(): Promise<void>;
}

type HostOptions = {
  readonly connectTimeoutMs: number;
  /** commands at once, 6 if not given; the others wait */
  readonly sessions?: number;
  /** pause between two signs of life, 5000 if not given; after three without an answer the link counts as lost */
  readonly keepAliveMs?: number;
  /** asked before every command: what it is marked with on the host; undefined: nothing */
  readonly mark?: () => string | undefined;
  /** passwords of credentials: for protected keys, and for sudo and su; undefined: there is none of that name */
  readonly secret?: (credential: string) => Secret | undefined;
  /** told of the first key of a host, which is then believed and written to known_hosts; absent: it is refused */
  readonly acceptHostKey?: ((key: NewHostKey) => void) | undefined;
};

/** With the commands and the shell for short scripts that is MaxSessions of OpenSSH, 10. */
const LONG_SESSIONS = 3;

/** @throws OperatorError HOST_UNREACHABLE, HOST_KEY, HOST_LOGIN, INPUT_UNREADABLE, SECRET_EXPOSED */
export async function openHost(entry: HostEntry, options: HostOptions): Promise<Host> {
  const { connectTimeoutMs, sessions = 6, keepAliveMs = 5000 } = options;
  const secret = options.secret ?? (() => undefined);
  const { acceptHostKey } = options;
  const connection = await openRoute(entry, { connectTimeoutMs, keepAliveMs, secret, acceptHostKey });
  const { become } = entry;
  const subject = `host ${entry.name}`;
  const dialect = DIALECTS[entry.os ?? 'unix'];
  const plain: Site['start'] = async (argv) =>
    await startOverSsh(connection, subject, dialect.commandLine(subject, argv), () => resident.end());
  const password = become?.login === undefined ? undefined : secret(become.login);
  const asUser = become === undefined ? plain : startAs(become, password, subject, plain);
  // The mark is inside of sudo: it is the service user who looks for it.
  const marked: Site['start'] = async (argv, kind) => {
    const mark = options.mark?.();
    if (mark === undefined || kind === 'reading' || !dialect.hasMarks) return await asUser(argv, kind);
    const running = await asUser(markedArgv(mark, kind, argv), kind);
    return kind === 'command' ? { ...running, beginLine: BEGIN_LINE } : running;
  };
  const resident = makeResidentShell({ open: (argv) => asUser(argv, 'reading'), mark: () => options.mark?.() });
  const site: Site = {
    host: entry.name,
    subject,
    start: marked,
    startShort: dialect.hasResidentShell ? resident.start : undefined,
    dialect,
    takeSlot: makeSlots(sessions),
    takeLongSlot: makeSlots(LONG_SESSIONS),
  };
  const close = async (): Promise<void> => {
    resident.end();
    await connection.close();
  };
  const reset = (): void => connection.reset();
  return { reader: makeReadShell(site), writer: makeWriteShell(site), reset, close, [Symbol.asyncDispose]: close };
}
