// A code with a way to raise it through real code, and the remedy of its page: after it the same act passes.
import { vi } from 'vitest';
import { OperatorError, type ErrorCode } from '../../../src/core/errors.ts';

export type Trouble = {
  /** throws an OperatorError before the remedy, passes after it */
  readonly act: () => unknown;
  /** what the page of the code tells to do */
  readonly remedy: () => unknown;
  /** ends what was opened */
  readonly end?: () => unknown;
};

export type Troubles = Partial<Record<ErrorCode, () => Trouble | Promise<Trouble>>>;

/** Raises it, and clears it with the remedy. What the verbs print meanwhile is not shown.
 * @returns what was raised */
export async function raiseAndClear(make: () => Trouble | Promise<Trouble>): Promise<unknown> {
  const quiet = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true));
  const trouble = await make();
  try {
    const raised: unknown = await Promise.resolve()
      .then(trouble.act)
      .then(
        () => 'nothing was wrong',
        (cause: unknown) => cause,
      );
    if (!(raised instanceof OperatorError)) return raised;
    await trouble.remedy();
    await trouble.act();
    return raised;
  } finally {
    await trouble.end?.();
    for (const spy of quiet) spy.mockRestore();
  }
}
