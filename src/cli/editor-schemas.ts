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
  const schema = z.toJSONSchema(SCHEMAS[name], {
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
  return `${JSON.stringify({ title: `strictstep ${name}`, ...schema }, withOperations, 2)}\n`;
}

/** Which operations there are is known to their registry alone. */
const withOperations = (key: string, value: unknown): unknown =>
  key === 'operation' && typeof value === 'object' ? { ...value, enum: [...operations.keys()].toSorted() } : value;
