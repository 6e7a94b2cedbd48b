// The text of a file in templates/. Read when a module is loaded: templates are part of the program, not of the input.
import { readFileSync } from 'node:fs';

/** @param name path below templates/ */
export const readTemplate = (name: string): string =>
  readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
