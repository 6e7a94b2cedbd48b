// How every scenario writes its inventory: with the line that tells an editor where the schema is.
import { stringify } from 'yaml';
import { shippedFile } from '../core/program-files.ts';

export const inventoryText = (inventory: object): string =>
  `# yaml-language-server: $schema=${shippedFile('schemas/inventory.schema.json')}
# Written by the lab at every start.
${stringify(inventory, { lineWidth: 0 })}`;
