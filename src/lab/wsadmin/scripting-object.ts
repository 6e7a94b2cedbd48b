// AdminTask and its like as Python objects: every method goes to a connection, and a Java exception comes back as a Python
// exception that has the name of the Java class.
import type { PyObject, Skulpt } from './skulpt.ts';

type Owner = { name: string };

// Skulpt makes this function itself the class: it calls it with `new` and puts the slots on its prototype.
function ScriptingObject(this: Owner, name: string): void {
  this.name = name;
}

type Remote = (object: string, method: string, args: readonly PyObject[]) => Promise<PyObject>;

/** Objects that have every method: what may be called is decided where the call arrives. */
export function makeScriptingObjects(Sk: Skulpt, names: readonly string[], remote: Remote): Record<string, PyObject> {
  const type = Sk.abstr.buildNativeClass('ScriptingObject', {
    constructor: ScriptingObject,
    slots: {
      tp$getattr(this: Owner, method: PyObject) {
        return new Sk.builtin.func((...args) =>
          Sk.misceval.promiseToSuspension(remote(this.name, String(method.v), args)),
        );
      },
    },
  });
  return Object.fromEntries(names.map((name) => [name, new type(name)]));
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
