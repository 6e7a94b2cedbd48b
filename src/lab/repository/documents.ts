// The documents of one workspace: copies in memory of what a session touched. Saving compares with the master as it was
// when the copy was made, and replaces each file by a rename.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../../core/json.ts';
import { scriptingException } from './scripting-exception.ts';

type Copy = { readonly base: string | undefined; bytes: Uint8Array | undefined };

export interface Documents {
  /** @param path below the repository's root: cells/c/security.xml; undefined if there is no such file */
  read(path: string): Uint8Array | undefined;
  write(path: string, bytes: Uint8Array): void;
  /** documents that differ from the master's, as WebSphere names them: `cells/c|security.xml` */
  changed(): readonly string[];
  /** @throws ScriptingException on a save conflict: nothing is written, the changes stay until reset */
  save(): string;
  reset(): string;
}

export function openDocuments(root: string): Documents {
  const copies = new Map<string, Copy>();
  const load = (path: string): Copy => {
    const known = copies.get(path);
    if (known !== undefined) return known;
    const bytes = readMaster(join(root, path));
    const copy: Copy = { base: digest(bytes), bytes };
    copies.set(path, copy);
    return copy;
  };
  const changed = (): readonly [string, Copy][] => [...copies].filter(([, copy]) => digest(copy.bytes) !== copy.base);
  return {
    read: (path) => load(path).bytes,
    write(path, bytes) {
      load(path).bytes = bytes;
    },
    changed: () =>
      changed()
        .map(([path]) => path.replace(/\/([^/]+)$/, '|$1'))
        .toSorted(),
    save() {
      const pending = changed();
      const moved = pending.find(([path, copy]) => digest(readMaster(join(root, path))) !== copy.base);
      if (moved !== undefined) {
        // Text is ours; the product names the document in its own words.
        throw scriptingException(
          `com.ibm.ws.sm.workspace.WorkSpaceException: Save conflict: the document ${moved[0]} was changed in the master configuration since it was opened in this workspace.`,
        );
      }
      for (const [path, { bytes }] of pending) if (bytes !== undefined) replaceFile(join(root, path), bytes);
      copies.clear();
      return '';
    },
    reset() {
      copies.clear();
      return '';
    },
  };
}

const digest = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : sha256Hex(bytes);

function readMaster(path: string): Uint8Array | undefined {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path);
}

function replaceFile(path: string, bytes: Uint8Array): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o600;
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', mode & 0o777);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
