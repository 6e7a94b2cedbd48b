// The part of Skulpt 1.2 that the lab's wsadmin uses, with types: the package has none. Python values stay opaque.
// Source: https://github.com/skulpt/skulpt (src/env.js, src/misceval.js, src/compile.js)
import { createRequire } from 'node:module';
import { IS_BUILT, shippedFile } from '../../core/program-files.ts';

export type PyObject = { readonly v?: unknown; readonly tp$name?: string };
type Constructor = new (value?: unknown) => PyObject;
type Compiled = { readonly code: string; readonly funcname: string };
type Suspended = object;

export type Skulpt = {
  readonly builtinFiles: { readonly files: Readonly<Record<string, string>> };
  readonly python2: object;
  /** names that every module sees */
  readonly builtins: Record<string, PyObject>;
  /** the namespace that retainGlobals keeps between two runs */
  globals: Record<string, PyObject>;
  readonly builtin: {
    readonly str: Constructor;
    readonly list: Constructor;
    readonly tuple: Constructor;
    readonly dict: Constructor;
    readonly func: new (body: (...args: PyObject[]) => unknown) => PyObject;
    readonly none: { readonly none$: PyObject };
    readonly type: PyObject;
    readonly Exception: PyObject;
    readonly EOFError: Constructor;
    readonly SystemExit: Constructor;
    readonly BaseException: abstract new () => PyObject;
    readonly repr: (value: PyObject) => PyObject;
  };
  readonly abstr: {
    readonly buildNativeClass: (
      name: string,
      definition: { readonly constructor: (this: { name: string }, name: string) => void; readonly slots: object },
    ) => new (name: string) => PyObject;
  };
  readonly misceval: {
    readonly asyncToPromise: (start: () => unknown) => Promise<unknown>;
    readonly promiseToSuspension: (promise: Promise<PyObject>) => Suspended;
    readonly chain: (value: unknown, ...then: ((value: unknown) => unknown)[]) => unknown;
    readonly callsimArray: (callable: PyObject, args: readonly PyObject[]) => PyObject;
  };
  readonly ffi: { readonly remapToJs: (value: PyObject) => unknown };
  readonly configure: (options: object) => void;
  readonly compile: (source: string, file: string, mode: 'exec', canSuspend: boolean) => Compiled;
  readonly importModule: (
    name: string,
    dump: boolean,
    canSuspend: boolean,
  ) => { readonly $d: Record<string, PyObject> };
  readonly parse: (file: string, source: string) => { readonly cst: object; readonly flags: number };
  readonly astFromParse: (
    tree: object,
    file: string,
    flags: number,
  ) => { readonly body: readonly { readonly _astname: string }[] };
};

/** The interpreter keeps its state in one global: there is one per process. The published package holds the two files of
 * it that run (build/build.ts). */
export const loadSkulpt = (): Skulpt =>
  createRequire(shippedFile('package.json'))(IS_BUILT ? './dist/skulpt/main.js' : 'skulpt') as Skulpt;
