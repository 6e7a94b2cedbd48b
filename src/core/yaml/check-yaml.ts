// Holds a YAML tree against a schema; every deviation becomes a problem with its place in the file.
import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import type { Finding } from './problem.ts';
import { throwFirst } from './problem.ts';
import type { YamlNode, YamlPath } from './yaml-tree.ts';
import { keyPlaceAt, nodeAt, placeAt, quoted, renderPath, toJson } from './yaml-tree.ts';

/** @throws OperatorError INPUT_UNKNOWN_KEY, INPUT_VALUE */
export function checkYaml<Value>(tree: YamlNode, schema: z.ZodType<Value>): Value {
  const result = schema.safeParse(toJson(tree));
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt key is missing as well; only the misspelling is worth telling.
  const misspelt = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('\n')),
  );
  const told = issues.filter(({ path }) => nodeAt(tree, plain(path)) || !misspelt.has(path.slice(0, -1).join('\n')));
  throwFindings(
    tree,
    told.flatMap((issue) => findingsOf(issue, tree)),
  );
  throw new TypeError('the schema refuses the file without an issue');
}

/** Throws the first in reading order, if there is any. */
export function throwFindings(tree: YamlNode, findings: readonly Finding[]): void {
  throwFirst(
    findings.map(({ code, message, hint, path, at }) => {
      const place = at === 'key' ? keyPlaceAt(tree, path) : placeAt(tree, path);
      return { code, message, hint, place };
    }),
  );
}

type Issue = z.core.$ZodIssue;

const plain = (path: Issue['path']): YamlPath => path.filter((part) => typeof part !== 'symbol');

function findingsOf(issue: Issue, tree: YamlNode): readonly Finding[] {
  const path = plain(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    return issue.keys.map((key) => ({
      code: 'INPUT_UNKNOWN_KEY' as const,
      message: `the key ${quoted(key)} is not known in ${renderPath(path)}`,
      hint: didYouMean(key, known),
      path: [...path, key],
      at: 'key' as const,
    }));
  }
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    const message = `the name ${quoted(String(path.at(-1)))} in ${renderPath(path.slice(0, -1))} must be ${inner?.message}`;
    return [{ code: 'INPUT_VALUE', message, hint: inner === undefined ? '' : hintOf(inner), path, at: 'key' }];
  }
  return [valueFinding(issue, path, nodeAt(tree, path))];
}

function valueFinding(issue: Issue, path: YamlPath, node: YamlNode | undefined): Finding {
  const [name, at] = [renderPath(path), 'value' as const];
  const must = mustBe(issue);
  if (node === undefined) {
    const parent = renderPath(path.slice(0, -1));
    const message = `${parent}: the key ${String(path.at(-1))} is missing`;
    return { code: 'INPUT_VALUE', message, hint: `Give it ${must}.`, path, at };
  }
  const isEmpty = node.kind === 'scalar' && node.value === null;
  if (isEmpty) {
    const hint = path.length === 0 ? 'See docs/inventory.md and docs/playbooks.md.' : 'Give it a value or remove it.';
    return { code: 'INPUT_VALUE', message: `${name} is empty and must be ${must}`, hint, path, at };
  }
  return { code: 'INPUT_VALUE', message: `${name} must be ${must}`, hint: hintOf(issue), path, at };
}

function mustBe(issue: Issue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_type') return issue.expected === 'array' ? 'a list' : 'a map of keys and values';
  if (issue.code === 'too_small') return 'a list with at least one entry';
  return issue.message;
}

function hintOf(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.expected !== 'array')
    return 'Write indented lines of the form key: value.';
  if (issue.code !== 'custom') return 'Write [first, second], or one entry a line after a hyphen.';
  const hint: unknown = issue.params?.['hint'];
  return typeof hint === 'string' ? hint : '';
}
