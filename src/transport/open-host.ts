// A host of the inventory over one SSH connection: a shell that reads and a shell that writes.
import type { ReadShell, WriteShell } from '../core/shell.ts';
import type { HostEntry } from '../inventory/types.ts';
import { openConnection } from './connection.ts';
import { markedArgv } from './marked-command.ts';
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
};

/** With the commands this stays below MaxSessions of OpenSSH, which is 10. */
const LONG_SESSIONS = 3;

/** @throws OperatorError HOST_UNREACHABLE, HOST_KEY, HOST_LOGIN, INPUT_UNREADABLE, SECRET_EXPOSED */
export async function openHost(entry: HostEntry, options: HostOptions): Promise<Host> {
  const { connectTimeoutMs, sessions = 6, keepAliveMs = 5000 } = options;
  const connection = await openConnection(entry, { connectTimeoutMs, keepAliveMs });
  const subject = `host ${entry.name}`;
  const marked: Site['start'] = (argv, kind) => {
    const mark = options.mark?.();
    return startOverSsh(connection, subject, mark === undefined ? argv : markedArgv(mark, kind, argv));
  };
  const site: Site = {
    host: entry.name,
    subject,
    start: marked,
    takeSlot: makeSlots(sessions),
    takeLongSlot: makeSlots(LONG_SESSIONS),
  };
  const close = (): Promise<void> => connection.close();
  const reset = (): void => connection.reset();
  return { reader: makeReadShell(site), writer: makeWriteShell(site), reset, close, [Symbol.asyncDispose]: close };
}
