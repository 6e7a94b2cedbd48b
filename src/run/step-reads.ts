// What a step read before it changes anything. The change begins from these bytes instead of reading them again, and the host
// replaces the file only while it still has them: nobody's work between the two is lost.
import { sha256Hex } from '../core/json.ts';
import type { ReadContext, WriteContext } from '../core/operation.ts';
import type { ReadShell, WriteShell } from '../core/shell.ts';

export type StepReads = {
  /** remembers the files that are read through it */
  readonly reader: ReadContext;
  /** Gives each remembered file once. Whatever else is done through it ends the memory: the file may be another one then. */
  readonly writer: WriteContext;
};

export function makeStepReads(context: WriteContext): StepReads {
  const files = new Map<string, Uint8Array>();
  const digests = new Map<string, string>();
  const forget = (): void => {
    files.clear();
    digests.clear();
  };
  const reading = (shell: ReadShell): ReadShell => ({
    host: shell.host,
    query: (command) => shell.query(command),
    open: (command) => shell.open(command),
    fileFacts: (path) => shell.fileFacts(path),
    async readFile(path) {
      const bytes = await shell.readFile(path);
      if (bytes !== undefined) files.set(keyOf(shell, path), bytes);
      return bytes;
    },
  });
  /** after the memory has ended */
  const afresh = <Result>(act: () => Result): Result => {
    forget();
    return act();
  };
  const writing = (shell: WriteShell): WriteShell => ({
    host: shell.host,
    query: (command) => afresh(() => shell.query(command)),
    open: (command) => afresh(() => shell.open(command)),
    fileFacts: (path) => shell.fileFacts(path),
    change: (command) => afresh(() => shell.change(command)),
    createFile: (path, content, like, mode) => afresh(() => shell.createFile(path, content, like, mode)),
    removeFile: (path, sha256) => afresh(() => shell.removeFile(path, sha256)),
    placePrivateFile: (name, bytes) => afresh(() => shell.placePrivateFile(name, bytes)),
    removePrivateFile: (path) => afresh(() => shell.removePrivateFile(path)),
    async readFile(path) {
      const key = keyOf(shell, path);
      const known = files.get(key);
      if (known === undefined) return await shell.readFile(path);
      files.delete(key);
      digests.set(key, sha256Hex(known));
      return known;
    },
    async replaceFile(path, content, backup, was) {
      const digest = was ?? digests.get(keyOf(shell, path));
      forget();
      await shell.replaceFile(path, content, backup, digest);
    },
  });
  return {
    reader: { ...context, shell: async (host) => reading(await context.shell(host)) },
    writer: {
      ...context,
      shell: async (host) => writing(await context.shell(host)),
      wsadmin: (cell) => afresh(() => context.wsadmin(cell)),
      endWsadmin: (cell) => afresh(() => context.endWsadmin(cell)),
      pause: (ms) => afresh(() => context.pause(ms)),
    },
  };
}

const keyOf = ({ host }: ReadShell, path: string): string => `${host}:${path}`;
