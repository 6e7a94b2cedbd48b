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

/** reading: of our own scripts that change nothing; an earlier process of a run may leave it behind, so it has no mark */
export type CommandKind = MarkKind | 'reading';

/** Where commands run. */
export type Site = {
  /** name in the inventory, or a word for this machine */
  readonly host: string;
  /** how messages begin: "host sip1" */
  readonly subject: string;
  readonly start: Start;
  /** For a short script, where a shell stays for such: undefined, and nothing was sent, when it cannot now.
   * @param stdin the whole input, without secrets */
  readonly startShort?:
    | ((argv: readonly string[], stdin: Uint8Array, kind: CommandKind) => Promise<Running | undefined>)
    | undefined;
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
