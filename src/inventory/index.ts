// The room inventory: file -> typed inventory (parse-inventory.ts is the same for text).
import { loadText } from '../core/yaml/load-text.ts';
import { parseInventory } from './parse-inventory.ts';
import type { Inventory } from './types.ts';

/** @throws OperatorError INPUT_UNREADABLE and all that parseInventory throws */
export async function loadInventory(file: string): Promise<Inventory> {
  const { text, sha256 } = await loadText(file);
  return parseInventory(text, file, sha256);
}
