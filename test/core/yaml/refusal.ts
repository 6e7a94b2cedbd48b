// Catches the OperatorError that a call must throw; anything else, or nothing, fails the test.
import { OperatorError } from '../../../src/core/errors.ts';

export function refusalOf(call: () => unknown): OperatorError {
  try {
    call();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error('the call was expected to throw an OperatorError, and it returned');
}

/** What the call throws, of whatever kind; undefined if it returns. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** `§` in the text marks where the error must point; gives the text without it, and the place. */
export function marked(text: string): { text: string; line: number; column: number } {
  const before = text.split('§')[0] ?? '';
  if (before === text) throw new Error('no § in the text');
  const lines = before.split('\n');
  return { text: text.replace('§', ''), line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
