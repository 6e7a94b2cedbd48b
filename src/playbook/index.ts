// The room playbook: file -> typed playbook (parse-playbook.ts is the same for text).
import { loadText } from '../core/yaml/load-text.ts';
import { parsePlaybook } from './parse-playbook.ts';
import type { Playbook } from './types.ts';

/** @param known names of the operations; without them any name is taken
 * @throws OperatorError INPUT_UNREADABLE and all that parsePlaybook throws */
export async function loadPlaybook(
  file: string,
  known: { readonly operations?: readonly string[] } = {},
): Promise<Playbook> {
  const { text, sha256 } = await loadText(file);
  return parsePlaybook(text, file, sha256, known);
}
