// A run in memory: one kind of operation that sets a value in a map, and a context that has only what it needs.
import { z } from 'zod';
import type { JsonObject } from '../../src/core/json.ts';
import { changesBetween } from '../../src/core/change.ts';
import type { Operation } from '../../src/core/operation.ts';
import { digestOf } from '../../src/core/json.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import type { RunContext } from '../../src/run/context.ts';

type Params = { readonly name: string; readonly value: string };
type State = { readonly value: string | null };

export type MemoryWorld = {
  readonly values: Map<string, string>;
  readonly writes: string[];
  /** called before each write; throw to fail or to play the end of the process */
  beforeWrite: (name: string) => void;
  /** called after each write */
  afterWrite: (name: string) => void;
};

export const makeWorld = (): MemoryWorld => ({
  values: new Map(),
  writes: [],
  beforeWrite: () => undefined,
  afterWrite: () => undefined,
});

export function setValue(world: MemoryWorld): Operation<Params, State> {
  return {
    name: 'set-value',
    targets: ['cell'],
    wish: z.strictObject({}),
    parse: () => ({ name: '', value: '' }),
    subject: ({ name }) => `value ${name}`,
    read: async (_context, { name }) => ({ value: world.values.get(name) ?? null }),
    diff: (state, { name, value }) => changesBetween(`value ${name}`, state, { value }),
    predict: (_state, { value }) => ({ value }),
    effect: () => [],
    calls: () => [],
    followUps: () => [],
    async apply(_context, { name, value }) {
      world.beforeWrite(name);
      world.values.set(name, value);
      world.writes.push(`${name}=${value}`);
      world.afterWrite(name);
    },
    async undo(_context, { name }, before) {
      if (before.value === null) world.values.delete(name);
      else world.values.set(name, before.value);
    },
  };
}

const refuse = (what: string) => (): never => {
  throw new Error(`the test does not expect ${what}`);
};

export function memoryContext(world: MemoryWorld): RunContext {
  const operation = setValue(world);
  return {
    operation: () => operation,
    shell: refuse('a shell'),
    wsadmin: refuse('wsadmin'),
    certificate: refuse('a certificate'),
    declaredCertificates: refuse('certificates'),
    census: async () => undefined,
    certificateFile: refuse('a certificate file'),
    login: () => undefined,
    endWsadmin: async () => undefined,
    endAllWsadmin: async () => undefined,
    markLog: () => undefined,
    markCallers: () => undefined,
    callersBefore: () => undefined,
    logOffset: () => undefined,
    runId: 'run-test',
    pause: async () => undefined,
  };
}

export function stepOf(number: number, name: string, before: string | null, value: string): Step {
  const params: JsonObject = { name, value };
  return {
    id: `s${String(number).padStart(3, '0')}`,
    phase: 'one',
    title: `set ${name}`,
    host: 'h1',
    operation: 'set-value',
    target: { kind: 'cell', cell: 'c1' },
    params,
    before: { value: before },
    after: { value },
    changes: changesBetween(`value ${name}`, { value: before }, { value }),
    calls: [{ tool: 'shell', text: `set ${name} ${value}` }],
    healthChecks: [],
    undo: `value ${name}: back`,
    expectedSeconds: 1,
    userImpactSeconds: 0,
    prediction: 'computed',
    predictionBecause: 'read before and after',
  };
}

export function planOf(steps: readonly Step[]): Plan {
  const content = {
    schema: 1 as const,
    confirm: 'c1',
    playbook: { name: 'test', file: '/tmp/p.yaml', sha256: 'aa' },
    inventory: { file: '/tmp/i.yaml', sha256: 'bb' },
    strategy: 'rolling' as const,
    steps,
    states: [{ after: 'start', links: [] }],
    proof: { safe: true, counterexamples: [] },
    fingerprints: [],
    summary: { steps: steps.length, changes: steps.length, restarts: [], outageSeconds: 0, strategies: [] },
  };
  return { ...content, hash: digestOf(content) };
}
