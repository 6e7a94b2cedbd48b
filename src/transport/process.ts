// The seam below the shell: a program that runs somewhere, with its three streams, whether over SSH or here.
import type { Readable, Writable } from 'node:stream';
import type { Dialect } from './dialect.ts';
import type { MarkKind } from './marked-command.ts';
import type { TakeSlot } from './slots.ts';

export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** the streams closed and nobody said how the program ended */
  | { readonly kind: 'lost' };

export interface Running {
  /** what it waits for before it begins; the input follows in the same piece */
  readonly beginLine?: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** After both output streams were read to their end. Never rejects. */
  readonly ending: Promise<Ending>;
  /** Ends the program as well as the other side allows, and lets the rest of its output go. */
  kill(): void;
}

/** @throws OperatorError HOST_UNREACHABLE when it surely was not started, OUTCOME_UNKNOWN when nobody can tell */
type Start = (argv: readonly string[], kind: CommandKind) => Promise<Running>;

/** A short command is told what it prints as it comes, and takes no more input. */
export type ShortRunning = Pick<Running, 'ending' | 'kill'>;
export type Hearing = { readonly out: (chunk: Buffer) => void; readonly err: (chunk: Buffer) => void };

/** @returns undefined, and nothing was sent, when it cannot be started there now
 * @throws OperatorError HOST_LOGIN when the log-in cannot become the service user */
export type StartShort = (command: ShortCommand, hearing: Hearing) => Promise<ShortRunning | undefined>;
export type ShortCommand = {
  readonly kind: 'script' | 'program';
  readonly argv: readonly string[];
  /** the whole input, without secrets */
  readonly stdin: Uint8Array;
};

/** reading: of our own scripts that change nothing; an earlier process of a run may leave it behind, so it has no mark */
export type CommandKind = MarkKind | 'reading';

/** Where commands run. */
export type Site = {
  /** name in the inventory, or a word for this machine */
  readonly host: string;
  /** how messages begin: "host sip1" */
  readonly subject: string;
  readonly start: Start;
  /** For a short command, where a shell stays for such. */
  readonly startShort?: StartShort | undefined;
  /** absent: that of Unix */
  readonly dialect?: Dialect;
  /** one place in the queue of commands */
  readonly takeSlot: TakeSlot;
  /** one place for a long-lived command */
  readonly takeLongSlot: TakeSlot;
};

/** The longest delay that timers can hold. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export function checkTimeout(timeoutMs: number): void {
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) throw new RangeError(`a time limit of ${timeoutMs} ms`);
}
