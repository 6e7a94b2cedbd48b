// The text of a file in templates/. Read when a module is loaded: templates are part of the program, not of the input.
import { readFileSync } from 'node:fs';
import { shippedFile } from '../core/program-files.ts';

/** @param name path below templates/ */
export const readTemplate = (name: string): string => readFileSync(shippedFile(`templates/${name}`), 'utf8');
