// The laws of an operation, checked for every kind and every world: reading never writes, what was applied reads as
// predicted, undo brings back what was read, twice equals once. The law of `effect` needs listeners: the lab checks it.
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../src/core/json.ts';
import type { AnyOperation, ReadContext, WriteContext } from '../../src/core/operation.ts';

export interface LawWorld {
  context(): WriteContext;
  /** everything that an operation could change, as one text */
  snapshot(): Promise<string>;
}

export type LawCase = {
  readonly name: string;
  readonly operation: AnyOperation;
  /** what parse gave */
  readonly params: Json;
  /** a new world in which the operation has something to do */
  readonly world: () => Promise<LawWorld>;
  /** false for processes: what was restarted cannot be brought back */
  readonly isUndoable?: boolean;
};

export function describeLaws({ name, operation, params, world, isUndoable = true }: LawCase): void {
  test(`${name}: reading writes nothing, and gives JSON`, async () => {
    const subject = await world();
    const before = await subject.snapshot();
    const state: Json = await operation.read(readOnly(subject.context()), params);
    expect(await subject.snapshot()).toBe(before);
    expect(JSON.parse(canonicalJson(state))).toEqual(state);
    expect(JSON.parse(canonicalJson(params))).toEqual(params);
  });

  test(`${name}: after apply the difference is empty and the state is the predicted one`, async () => {
    const subject = await world();
    const before: Json = await operation.read(subject.context(), params);
    expect(operation.diff(before, params)).not.toEqual([]);
    expect(operation.calls(before, params)).not.toEqual([]);
    await operation.apply(subject.context(), params);
    const after: Json = await operation.read(readOnly(subject.context()), params);
    expect(operation.diff(after, params)).toEqual([]);
    expect(operation.calls(after, params)).toEqual([]);
    expect(operation.predict(before, params)).toEqual(after);
    expect(operation.diff(operation.predict(before, params), params)).toEqual([]);
  });

  test(`${name}: applying twice equals applying once`, async () => {
    const subject = await world();
    await operation.apply(subject.context(), params);
    const once = await subject.snapshot();
    await operation.apply(subject.context(), params);
    expect(await subject.snapshot()).toBe(once);
  });

  if (!isUndoable) return;
  test(`${name}: after undo the state is the one before, and undoing twice equals undoing once`, async () => {
    const subject = await world();
    const before: Json = await operation.read(subject.context(), params);
    await operation.apply(subject.context(), params);
    await operation.undo(subject.context(), params, before);
    expect(await operation.read(subject.context(), params)).toEqual(before);
    const once = await subject.snapshot();
    await operation.undo(subject.context(), params, before);
    expect(await subject.snapshot()).toBe(once);
  });
}

/** A context whose ports have nothing that writes, also at run time. */
function readOnly(context: WriteContext): ReadContext {
  return {
    shell: async (name) => {
      const shell = await context.shell(name);
      return {
        host: shell.host,
        query: (command) => shell.query(command),
        open: (command) => shell.open(command),
        readFile: (path) => shell.readFile(path),
        fileFacts: (path) => shell.fileFacts(path),
      };
    },
    wsadmin: async (cell) => {
      const wsadmin = await context.wsadmin(cell);
      return { cell, query: (call, ...args) => wsadmin.query(call, ...args) };
    },
    certificate: (name) => context.certificate(name),
    declaredCertificates: () => context.declaredCertificates(),
    census: (community) => context.census(community),
    login: (owner) => context.login(owner),
  };
}
