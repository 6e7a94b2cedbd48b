// What an editor says of the parameters of a task is what the operation says: every shipped task, and each with every small
// mistake, is judged by the JSON Schema and by the schema that the operation parses with.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { renderEditorSchema } from '../../src/cli/editor-schemas.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { operations } from '../../src/operations/index.ts';

type Task = { readonly operation: string; readonly on: { readonly target: string }; readonly with?: JsonObject };
type Playbook = { readonly phases: readonly { readonly tasks: readonly Task[] }[] };

const FOLDER = fileURLToPath(new URL('../../playbooks/', import.meta.url));
const shipped = readdirSync(FOLDER)
  .map((file): Playbook => parse(readFileSync(`${FOLDER}${file}`, 'utf8')))
  .flatMap(({ phases }) => phases.flatMap(({ tasks }) => tasks));

/** Keys that no shipped playbook uses. */
const FURTHER: readonly Pick<Task, 'operation' | 'with'>[] = [
  {
    operation: 'community-settings',
    with: {
      clientAuthentication: { server: 'want', client: null },
      trustedHosts: ['192.0.2.1'],
      securityLevel: 3,
      fips: false,
      sessionAge: 600,
      minimumProtocol: 'TLSv1.1',
      maximumProtocol: 'TLSv1.2',
      cipherSuites: ['TLS_RSA_WITH_AES_128_CBC_SHA'],
    },
  },
  { operation: 'quality-of-protection', with: { configuration: 'a', protocol: 'TLSv1.2', ciphers: ['SSL_A'] } },
  { operation: 'server-restart', with: { replaces: '12+13' } },
  {
    operation: 'manual-step',
    with: {
      instruction: 'Do it.',
      becomes: { offers: ['TLSv1.2'], trusts: null, certificate: 'messaging', clear: false },
      checks: [
        { kind: 'file', host: 'h', path: '/p', contains: ['x'] },
        { kind: 'log', server: 's', contains: ['x'] },
      ],
    },
  },
];

const schema = z.fromJSONSchema(JSON.parse(renderEditorSchema('playbook')));
const playbookOf = ({ operation, with: wish, on }: Partial<Task> & Pick<Task, 'operation'>): object => ({
  apiVersion: 'strictstep/v1',
  playbook: 'x',
  title: 'X',
  phases: [
    {
      phase: 'one',
      title: 'One',
      tasks: [
        {
          task: 'T',
          operation,
          on: on ?? { target: operations.get(operation)?.targets[0] },
          ...(wish === undefined ? {} : { with: wish }),
        },
      ],
    },
  ],
});
const isFine = (task: Parameters<typeof playbookOf>[0]): boolean => schema.safeParse(playbookOf(task)).success;

const OTHERS: readonly Json[] = [null, '', 'x', '/x', 0, 7, -1.5, true, [], ['x'], {}, { x: 1 }];

/** The value with one thing changed: each part left out, put in, or exchanged for something else. */
function* mutations(value: Json): Generator<Json> {
  yield* OTHERS;
  if (typeof value !== 'object' || value === null) return;
  const parts: readonly (readonly [string, Json])[] = Object.entries(value);
  // A list is rebuilt as a list, and nothing is put into it under a name.
  const like = (entries: readonly (readonly [string, Json])[]): Json =>
    Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
  if (!Array.isArray(value)) yield like([...parts, ['unknownKey', 'x']]);
  for (const [key, item] of parts) {
    yield like(parts.filter(([name]) => name !== key));
    for (const other of mutations(item)) yield like(parts.map(([name, one]) => [name, name === key ? other : one]));
  }
}

const wishes = new Map(
  [...operations.keys()].map((name) => {
    const said = [...shipped, ...FURTHER].filter(({ operation }) => operation === name);
    return [name, [{}, ...said.map((task) => task.with ?? {})]] as const;
  }),
);

describe.each([...operations.values()])('$name', ({ name, wish, targets }) => {
  test('the schema for editors and the operation agree on every small mistake', () => {
    const cases = new Map(
      (wishes.get(name) ?? [])
        .flatMap((said) => [said, ...mutations(said)])
        .map((said) => [JSON.stringify(said), said] as const),
    );
    const judged = [...cases].map(([text, said]) => {
      // What is no map is refused for every operation, before it is asked.
      const byOperation = typeof said === 'object' && said !== null && wish.safeParse(said).success;
      return { text, byEditor: isFine({ operation: name, with: said as JsonObject }), byOperation };
    });
    expect(judged.filter(({ byEditor, byOperation }) => byEditor !== byOperation)).toEqual([]);
    expect(new Set(judged.map(({ byOperation }) => byOperation)).size).toBe(2);
  });

  test('is only for its own targets, and `with` may be left out where nothing has to be said', () => {
    const said = (wishes.get(name) ?? []).find((one) => wish.safeParse(one).success) ?? {};
    const all = [...new Set([...operations.values()].flatMap((one) => one.targets))];
    const allowed = all.filter((target) => isFine({ operation: name, on: { target }, with: said }));
    expect(allowed.toSorted()).toEqual([...targets].toSorted());
    expect(isFine({ operation: name })).toBe(wish.safeParse({}).success);
  });
});

test('an operation that does not exist is refused with whatever parameters', () => {
  expect(isFine({ operation: 'client-propertys', on: { target: 'profile' }, with: { protocol: 'TLSv1.2' } })).toBe(
    false,
  );
});
