// AdminTask and its like as Python objects: every method goes to a connection, and a Java exception comes back as a Python
// exception that has the name of the Java class.
import type { PyObject, Skulpt } from './skulpt.ts';

// Skulpt calls it with `new`; a function expression would be made anew for every object.
function noState(): void {}

/** An object that has every method: what it may do is decided where the call arrives. */
export function makeScriptingObject(
  Sk: Skulpt,
  name: string,
  remote: (object: string, method: string, args: readonly PyObject[]) => Promise<PyObject>,
): PyObject {
  const ScriptingObject = Sk.abstr.buildNativeClass(name, {
    constructor: noState,
    slots: {
      tp$getattr: (method: PyObject) =>
        new Sk.builtin.func((...args) => Sk.misceval.promiseToSuspension(remote(name, String(method.v), args))),
    },
  });
  return new ScriptingObject();
}

/** Text and lists of texts; wsadmin's methods take nothing else here. */
export function plainArgument(Sk: Skulpt, value: PyObject): string | readonly string[] {
  const plain = Sk.ffi.remapToJs(value);
  if (Array.isArray(plain)) return plain.map(String);
  return typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean' ? String(plain) : '';
}

const JAVA = /^([\w$]+(?:\.[\w$]+)+): ([\s\S]*)$/;

/** `a.b.SomeException: text` becomes a Python exception of the class `a.b.SomeException` with that text. */
export function javaException(Sk: Skulpt, known: Map<string, PyObject>, described: string): PyObject {
  const [, name = 'java.lang.Exception', text = described] = JAVA.exec(described) ?? [];
  const bases = new Sk.builtin.tuple([Sk.builtin.Exception]);
  const type =
    known.get(name) ??
    Sk.misceval.callsimArray(Sk.builtin.type, [new Sk.builtin.str(name), bases, new Sk.builtin.dict([])]);
  known.set(name, type);
  return Sk.misceval.callsimArray(type, [new Sk.builtin.str(text)]);
}
