// The version of the package this code belongs to.
import { readFileSync } from 'node:fs';
import { shippedFile } from '../core/program-files.ts';

export function readVersion(): string {
  const text = readFileSync(shippedFile('package.json'), 'utf8');
  const found = /"version":\s*"([^"]+)"/.exec(text);
  return found?.[1] ?? 'unknown';
}
