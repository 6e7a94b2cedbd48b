// What comes with strictstep, by name.
import { readdirSync } from 'node:fs';
import { shippedFile } from '../core/program-files.ts';

/** Names without the ending, sorted. */
export const shippedNames = (folder: string, ending: string): readonly string[] =>
  readdirSync(shippedFile(folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .toSorted();
