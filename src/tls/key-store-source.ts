// Where a key store came from, so that every fault of it names the file and the place in the inventory.
import { OperatorError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Place } from '../core/place.ts';

export type KeyStoreSource = { readonly file?: string; readonly place?: Place };

export function sourceFault(
  code: ErrorCode,
  { file, place }: KeyStoreSource,
  fact: string,
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): OperatorError {
  return new OperatorError(code, `key store ${file ?? '(in memory)'}: ${fact}`, {
    ...details,
    ...(place === undefined ? {} : { place }),
  });
}
