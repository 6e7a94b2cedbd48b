// Completes an inventory with what discovery found. What stands there stays as it is, with its comments; what is missing is
// added; what no file tells becomes a question, and then nothing can be planned from the file until a person has answered.
import { isMap, isScalar, parseDocument, YAMLMap } from 'yaml';
import { addCells } from './add-cells.ts';
import { addCommunities } from './add-communities.ts';
import { addDatabases } from './add-databases.ts';
import { addFederations } from './add-federations.ts';
import { cellsOf, type FoundCells } from './cells.ts';
import { remarksOf } from './remarks.ts';
import type { Discovery } from './types.ts';

export type Completion = {
  readonly text: string;
  /** what was added, as paths: cells.stCell */
  readonly added: readonly string[];
};

/** What stands below it belongs to `discover`, and the next one writes it anew. */
const LINE = '# ---- found by strictstep discover; the next one replaces what is below this line ----';

/** @param text an inventory that was read before, so it is YAML with a map at the top
 * @param finish may answer questions and add more, before remarks are made */
export function completeInventory(
  text: string,
  discovery: Discovery,
  finish: (root: YAMLMap) => void = () => undefined,
): Completion {
  const at = text.indexOf(LINE);
  const document = parseDocument(at === -1 ? text : text.slice(0, at).trimEnd());
  const root = isMap(document.contents) ? (document.contents as YAMLMap) : new YAMLMap();
  const found: FoundCells = cellsOf(discovery);
  const before = new Set(root.items);
  const added = [
    ...addCells(root, found.cells),
    ...addDatabases(root, found.cells, discovery),
    ...addCommunities(root, discovery),
    ...addFederations(root, discovery),
  ];
  finish(root);
  // A new section is set off by an empty line; what was there keeps its form.
  for (const pair of root.items) if (!before.has(pair) && isScalar(pair.key)) pair.key.spaceBefore = true;
  const remarks = remarksOf(root, found, discovery).map((line) => `# ${line}`.trimEnd());
  const body = document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
  const told = remarks.length === 0 ? [] : ['', LINE, ...remarks];
  return { text: `${[body, ...told].join('\n')}\n`, added };
}
