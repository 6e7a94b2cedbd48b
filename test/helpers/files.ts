// Looks at folders: digests of every file, and a search for text in all of them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** path -> digest, for every file that `isMeant` */
export function digestsBelow(folder: string, isMeant: (path: string) => boolean): ReadonlyMap<string, string> {
  return new Map(
    filesBelow(folder)
      .filter(isMeant)
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

/** The usual disguises of a secret: as it is, base64, hexadecimal, {xor}, URL-encoded, UTF-16 hexadecimal as the agent's requests carry it. */
export function disguisesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64'),
    bytes.toString('hex'),
    Buffer.from(bytes.map((byte) => byte ^ 0x5f)).toString('base64'),
    encodeURIComponent(secret),
    Buffer.from(secret, 'utf16le').swap16().toString('hex'),
    JSON.stringify(secret).slice(1, -1),
  ];
}
