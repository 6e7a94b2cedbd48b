// JSON Schemas for editors, made from the schemas that read the files: what an editor underlines is what strictstep
// would refuse. An editor sees form only; whether a name exists is known when the file is read.
import { z } from 'zod';
import { WaiversFile } from '../census/waivers.ts';
import { InventoryFile } from '../inventory/schema.ts';
import { operations } from '../operations/index.ts';
import { PlaybookFile } from '../playbook/schema.ts';
import { ExpectationFile, PolicyFile } from '../policy/schema.ts';
import { AnswersForm } from '../wizard/answers-file.ts';
import type { SchemaName } from './schema-names.ts';

const SCHEMAS: Readonly<Record<SchemaName, z.ZodType>> = {
  inventory: InventoryFile,
  playbook: PlaybookFile,
  policy: PolicyFile,
  expectation: ExpectationFile,
  waivers: WaiversFile,
  answers: AnswersForm,
};

export function renderEditorSchema(name: SchemaName): string {
  return `${JSON.stringify({ title: `strictstep ${name}`, ...jsonSchemaOf(SCHEMAS[name]) }, withOperations, 2)}\n`;
}

const jsonSchemaOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    override({ jsonSchema }) {
      // A default is what the program takes, a number of milliseconds for "3m": nothing that could be written there.
      if (jsonSchema.type === 'string' && typeof jsonSchema.default !== 'string') delete jsonSchema.default;
      // "One or a list of them" is told by anyOf alone.
      if (jsonSchema.anyOf !== undefined && jsonSchema.type === 'array') {
        delete jsonSchema.type;
        delete jsonSchema.items;
        delete jsonSchema.minItems;
      }
    },
  });

/** Which operations there are, what each is for, and what it can be told is known to their registry alone. */
function withOperations(_key: string, value: unknown): unknown {
  if (!isTask(value)) return value;
  return {
    ...value,
    properties: { ...value.properties, operation: { ...value.properties.operation, enum: names() } },
    // One form for each: editors take the one whose operation it is, and speak of that one only.
    anyOf: names().map(taskOf),
  };
}

type TaskSchema = { readonly properties: Readonly<Record<'task' | 'operation' | 'on' | 'with', object>> };
const isTask = (value: unknown): value is TaskSchema =>
  typeof value === 'object' &&
  value !== null &&
  'properties' in value &&
  typeof value.properties === 'object' &&
  value.properties !== null &&
  ['task', 'operation', 'on', 'with'].every((key) => Object.hasOwn(value.properties as object, key));

const names = (): readonly string[] => [...operations.keys()].toSorted();

function taskOf(name: string): object {
  const { wish, targets } = operations.get(name) ?? {};
  const { $schema: _, ...form } = jsonSchemaOf(wish ?? z.never());
  return {
    type: 'object',
    properties: {
      operation: { const: name },
      on: { type: 'object', properties: { target: { enum: targets } } },
      with: form,
    },
    ...(form.required === undefined ? {} : { required: ['with'] }),
  };
}
