// A Python 2 namespace that lives as long as the session: statements run in it one after another, exec("...") runs text in
// it, raw_input() reads the session's standard input, and AdminTask and its like send every call to a connection.
// Skulpt lacks the exec statement: in Python 2 exec("text") is that statement with parentheses, and here a built-in
// function does the same with the module's namespace. It also lacks sys.exit.
import { runInThisContext } from 'node:vm';
import type { LineReader } from '../line-reader.ts';
import { loadSkulpt } from './skulpt.ts';
import { javaException, makeScriptingObjects, plainArgument } from './scripting-object.ts';
import type { PyObject, Skulpt } from './skulpt.ts';

export type PythonOptions = {
  readonly lines: LineReader;
  readonly write: (text: string) => void;
  readonly argv: readonly string[];
  /** names in the namespace whose every method goes to `call` */
  readonly objects: readonly string[];
  readonly call: (object: string, method: string, args: readonly (string | readonly string[])[]) => Promise<string>;
};

export type Outcome =
  | { readonly kind: 'done' }
  /** `java` when the exception came from a call, with Java's text of it; else Python's last line of a traceback */
  | { readonly kind: 'exception'; readonly java: boolean; readonly text: string; readonly line: number }
  | { readonly kind: 'exit'; readonly code: number };

export interface Python {
  /** @param echo prints the value when the source is one expression, as at a prompt */
  execute(source: string, file: string, echo: boolean): Promise<Outcome>;
}

const RESULT = '__wsadmin_result__';

export function openPython({ lines, write, argv, objects, call }: PythonOptions): Python {
  const Sk = loadSkulpt();
  Sk.configure({
    output: write,
    read: (file: string) => builtinFile(Sk, file),
    __future__: Sk.python2,
    sysargv: argv,
    retainGlobals: true,
    inputfunTakesPrompt: true,
    inputfun: async (prompt: string) => {
      write(prompt);
      const line = await lines.next();
      if (line === undefined) throw new Sk.builtin.EOFError(new Sk.builtin.str('EOF when reading a line'));
      return line;
    },
  });
  const run = (source: string, file: string): unknown => {
    const { code, funcname } = Sk.compile(source, file, 'exec', true);
    const module = runInThisContext(`${code}\n${funcname};`) as (globals: object) => unknown;
    return module(Sk.globals);
  };
  Sk.globals = { __name__: new Sk.builtin.str('__main__') };
  Sk.builtins['exec'] = new Sk.builtin.func((source = Sk.builtin.none.none$) =>
    Sk.misceval.chain(run(String(source.v), '<string>'), () => Sk.builtin.none.none$),
  );
  addSysExit(Sk);
  const javaExceptions = new Map<string, PyObject>();
  const remote = async (object: string, method: string, args: readonly PyObject[]): Promise<PyObject> => {
    try {
      return new Sk.builtin.str(
        await call(
          object,
          method,
          args.map((value) => plainArgument(Sk, value)),
        ),
      );
    } catch (error) {
      throw javaException(Sk, javaExceptions, error instanceof Error ? error.message : String(error));
    }
  };
  Object.assign(Sk.globals, makeScriptingObjects(Sk, objects, remote));
  return {
    async execute(source, file, echo) {
      try {
        const isEcho = echo && isExpression(Sk, source);
        await Sk.misceval.asyncToPromise(() => run(isEcho ? `${RESULT} = (${source})` : source, file));
        const result = isEcho ? Sk.globals[RESULT] : undefined;
        if (result !== undefined && result !== Sk.builtin.none.none$) write(`${String(Sk.builtin.repr(result).v)}\n`);
        return { kind: 'done' };
      } catch (error) {
        return outcomeOf(Sk, javaExceptions, error);
      }
    },
  };
}

function builtinFile(Sk: Skulpt, file: string): string {
  const text = Sk.builtinFiles.files[file];
  // Skulpt tries several paths for a module and takes any exception as "not here".
  if (text === undefined) throw new Error(`no module file ${file}`);
  return text;
}

function addSysExit(Sk: Skulpt): void {
  Sk.importModule('sys', false, false).$d['exit'] = new Sk.builtin.func((code = new Sk.builtin.str('0')) => {
    throw new Sk.builtin.SystemExit(code);
  });
}

function isExpression(Sk: Skulpt, source: string): boolean {
  try {
    const { cst, flags } = Sk.parse('<input>', `${source}\n`);
    const { body } = Sk.astFromParse(cst, '<input>', flags);
    return body.length === 1 && body[0]?._astname === 'Expr';
  } catch {
    return false;
  }
}

type Raised = PyObject & {
  readonly args?: { readonly v: readonly PyObject[] };
  readonly traceback?: readonly { readonly lineno?: number }[];
};

function outcomeOf(Sk: Skulpt, java: ReadonlyMap<string, PyObject>, error: unknown): Outcome {
  if (!(error instanceof Sk.builtin.BaseException)) {
    return { kind: 'exception', java: false, text: String(error), line: 1 };
  }
  const raised: Raised = error;
  const text = raised.args?.v.map((value) => String(value.v)).join(', ') ?? '';
  const name = raised.tp$name ?? 'Exception';
  if (name === 'SystemExit') return { kind: 'exit', code: Number(text) || 0 };
  const line = raised.traceback?.[0]?.lineno ?? 1;
  return { kind: 'exception', java: java.has(name), text: `${name}: ${text}`, line };
}
