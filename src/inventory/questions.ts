// Questions that `discover` leaves in an inventory: a value "?" is one, and the comment above it says what is asked.
// Nothing is planned from a file with questions.
import type { Finding } from '../core/yaml/problem.ts';
import { renderPath, type YamlNode, type YamlPath } from '../core/yaml/yaml-tree.ts';

export const OPEN = '?';

export const openQuestions = (node: YamlNode, path: YamlPath = []): readonly Finding[] => {
  if (node.kind === 'map') return node.entries.flatMap(({ key, value }) => openQuestions(value, [...path, key]));
  if (node.kind === 'list') return node.items.flatMap((item, at) => openQuestions(item, [...path, at]));
  if (node.value !== OPEN) return [];
  const message = `${renderPath(path)} is a question that nobody has answered`;
  const hint = 'The comment above it says what is asked: write the answer in place of the question mark.';
  return [{ code: 'INPUT_VALUE', message, hint, path, at: 'value' }];
};
