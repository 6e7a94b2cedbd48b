// The port to a cell's configuration through wsadmin. Kept here because operations use it and products implement it.

import type { Secret } from './secret.ts';

/** One argument: text, or a list (passed to Jython as a list, so blanks and brackets inside are safe). */
export type WsadminArgument = string | Secret | readonly (string | Secret)[];

export interface WsadminReader {
  readonly cell: string;
  /** A call that reads, for instance `AdminTask.listSSLConfigs`; anything not on the reading list is refused.
   * @throws OperatorError WSADMIN_FAILED with the first line of the exception */
  query(call: string, ...args: readonly WsadminArgument[]): Promise<string>;
}

export interface WsadminWriter extends WsadminReader {
  /** A call that changes the workspace only. */
  change(call: string, ...args: readonly WsadminArgument[]): Promise<string>;
  /** Saves after comparing AdminConfig.queryChanges with what may be saved; anything else resets the workspace.
   * Gives the saved documents.
   * @throws OperatorError UNEXPECTED_CHANGES */
  save(expectedDocuments: readonly string[]): Promise<readonly string[]>;
  /** Discards the workspace. */
  reset(): Promise<void>;
}
