// YAML text -> a tree with places. Only the plain part of YAML 1.2 is read: no anchors, aliases, tags or directives, so
// that what a person sees in the file is what is meant. Source: yaml 2.9 (parseDocument, LineCounter), yaml.org/spec/1.2.2.
import { LineCounter, isAlias, isCollection, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, ParsedNode } from 'yaml';
import { OperatorError } from '../errors.ts';
import type { Place } from '../place.ts';
import { throwFirst } from './problem.ts';
import { syntaxProblem } from './syntax-problem.ts';
import type { YamlEntry, YamlNode } from './yaml-tree.ts';

const DEEPEST = 32;

type Reader = { readonly placeOf: (offset: number) => Place };

type Read = { readonly text: string; readonly file: string; readonly tree: YamlNode };
/** Several parts of a command read the same file, and of many hosts it is long. */
let last: Read | undefined;

/** @throws OperatorError INPUT_SYNTAX, INPUT_VALUE (a number that is not finite), INPUT_UNKNOWN_KEY (`__proto__`) */
export function readYaml(text: string, file: string): YamlNode {
  if (last?.text !== text || last.file !== file) last = { text, file, tree: readTree(text, file) };
  return last.tree;
}

function readTree(text: string, file: string): YamlNode {
  const lineCounter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parse(text, lineCounter, placeOf(0));
  throwFirst([...document.errors, ...document.warnings].map((error) => syntaxProblem(error, text, placeOf)));
  if (document.directives?.yaml.explicit === true) throw notPlain('a %YAML directive', placeOf(0));
  return toTree(document.contents, { placeOf }, 0, 0);
}

function parse(text: string, lineCounter: LineCounter, start: Place): Document.Parsed {
  try {
    // logLevel error: with `silent` a second document would be passed over without an error.
    return parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true, logLevel: 'error' });
  } catch (cause) {
    const hint = 'Look for a part that is nested very deep or is not YAML at all.';
    throw new OperatorError('INPUT_SYNTAX', 'the text cannot be read as YAML', { hint, place: start, cause });
  }
}

function toTree(node: ParsedNode | null, reader: Reader, offset: number, depth: number): YamlNode {
  const place = reader.placeOf(node?.range[0] ?? offset);
  if (node === null) return { kind: 'scalar', value: null, place };
  if (isAlias(node)) throw notPlain('an alias (*name)', place);
  if (node.anchor !== undefined) throw notPlain('an anchor (&name)', place);
  if (node.tag !== undefined) throw notPlain('a tag (!name)', place);
  if (depth > DEEPEST) {
    const hint = 'No key of this file needs to be that deep.';
    throw new OperatorError('INPUT_SYNTAX', `the value is nested deeper than ${DEEPEST} levels`, { hint, place });
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => toTree(parsed(item), reader, node.range[0], depth + 1));
    return { kind: 'list', items, place };
  }
  if (isMap(node)) return { kind: 'map', entries: node.items.map((pair) => entryOf(pair, reader, depth)), place };
  return { kind: 'scalar', value: scalarOf(node, place), place };
}

function entryOf(pair: { key: unknown; value: unknown }, reader: Reader, depth: number): YamlEntry {
  const keyNode = parsed(pair.key);
  const offset = keyNode?.range[0] ?? 0;
  const keyPlace = reader.placeOf(offset);
  const key =
    isScalar(keyNode) && keyNode.anchor === undefined && keyNode.tag === undefined ? keyNode.value : undefined;
  if (typeof key !== 'string') throw notPlain('a key that is not plain text', keyPlace);
  if (key === '__proto__') {
    const hint = 'Choose another name.';
    throw new OperatorError('INPUT_UNKNOWN_KEY', 'the key __proto__ is not allowed', { hint, place: keyPlace });
  }
  return { key, keyPlace, value: toTree(parsed(pair.value), reader, offset, depth + 1) };
}

// parseDocument gives nodes with a range; the library's types lose that inside pairs and lists.
const parsed = (node: unknown): ParsedNode | null =>
  isCollection(node) || isScalar(node) || isAlias(node) ? (node as ParsedNode) : null;

function scalarOf(node: ParsedNode, place: Place): string | number | boolean | null {
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const hint = 'Put the value in quotes if it is a text.';
  throw new OperatorError('INPUT_VALUE', 'the value is neither text, true, false nor a finite number', { hint, place });
}

function notPlain(what: string, place: Place): OperatorError {
  const hint = 'Write the value out in full where it is needed.';
  return new OperatorError('INPUT_SYNTAX', `${what} is not read by strictstep`, { hint, place });
}
