// strictstep schema: the JSON Schema of a kind of file, for editors.
import { renderEditorSchema } from '../editor-schemas.ts';
import { writeResult } from '../output.ts';
import type { SchemaName } from '../schema-names.ts';

export function schema(name: SchemaName): void {
  writeResult(renderEditorSchema(name));
}
