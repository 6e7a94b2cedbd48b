// Answers questions of `init` on a real terminal, one after the other: each is awaited behind what was shown before it.
import { expect } from 'vitest';
import { onTerminal, type Terminal } from '../helpers/terminal.ts';

export const ENTER = '\r';
export const UP = '\u001B[A';
export const DOWN = '\u001B[B';
export const CTRL_C = '\u0003';
/** shows a typed secret where inquirer is left to its defaults */
export const CTRL_T = '\u0014';
/** clears the line */
export const CLEAR = '\u0015';

export interface Conversation extends AsyncDisposable {
  /** waits for the text, then types */
  answer(text: string, keys: string): Promise<void>;
  sees(text: string): Promise<void>;
  shown(): string;
  readonly exitCode: Terminal['exitCode'];
}

export function converse(...args: readonly string[]): Conversation {
  const terminal = onTerminal(...args);
  let from = 0;
  const sees = async (text: string): Promise<void> => {
    await expect.poll(() => plain(terminal.shown()).slice(from), { interval: 20, timeout: 60_000 }).toContain(text);
    from = plain(terminal.shown()).indexOf(text, from) + text.length;
  };
  return {
    sees,
    answer: async (text, keys) => {
      await sees(text);
      terminal.type(keys);
    },
    shown: () => plain(terminal.shown()),
    exitCode: terminal.exitCode,
    [Symbol.asyncDispose]: () => terminal[Symbol.asyncDispose](),
  };
}

/** Without colours and movements of the cursor. */
// oxlint-disable-next-line no-control-regex -- that is what a terminal is told
const plain = (text: string): string => text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, '');
