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
  const keyOf = ({ host }: ReadShell, path: string): string => `${host}:${path}`;
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
  const afresh =
    <Args extends readonly unknown[], Result>(act: (...args: Args) => Result) =>
    (...args: Args): Result => {
      forget();
      return act(...args);
    };
  const writing = (shell: WriteShell): WriteShell => ({
    host: shell.host,
    query: afresh(shell.query),
    open: afresh(shell.open),
    fileFacts: (path) => shell.fileFacts(path),
    change: afresh(shell.change),
    createFile: afresh(shell.createFile),
    removeFile: afresh(shell.removeFile),
    placePrivateFile: afresh(shell.placePrivateFile),
    removePrivateFile: afresh(shell.removePrivateFile),
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
      wsadmin: afresh(context.wsadmin),
      endWsadmin: afresh(context.endWsadmin),
      pause: afresh(context.pause),
    },
  };
}
