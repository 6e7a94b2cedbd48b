// Reading without asking twice. A look at the whole world asks many operations about the same files: each is read once, and
// all of them see the same bytes.
import type { ReadContext } from '../core/operation.ts';
import type { ReadShell } from '../core/shell.ts';

/** For one look: what changes meanwhile is not seen through it. Commands and sessions are not remembered, only files. */
export function readOnce(context: ReadContext): ReadContext {
  const shells = new Map<string, Promise<ReadShell>>();
  return {
    ...context,
    shell: (host) => remembered(shells, host, async () => readingOnce(await context.shell(host))),
  };
}

function readingOnce(shell: ReadShell): ReadShell {
  const [files, facts] = [new Map<string, ReturnType<ReadShell['readFile']>>(), new Map()];
  return {
    host: shell.host,
    query: (command) => shell.query(command),
    open: (command) => shell.open(command),
    readFile: (path) => remembered(files, path, () => shell.readFile(path)),
    fileFacts: (path) => remembered(facts, path, () => shell.fileFacts(path)),
  };
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, ask: () => Value): Value {
  const value = known.get(key) ?? ask();
  known.set(key, value);
  return value;
}
