// Paths as an inventory has them. Apart from host-flags.ts, because every start loads it.
import { relative, resolve } from 'node:path';

/** A file of this folder or below as a relative path, another one in full. */
export function fromFolder(folder: string, file: string): string {
  const path = relative(resolve(folder), resolve(file));
  return path.startsWith('..') ? resolve(file) : `./${path}`;
}
