// The agent must be valid in Jython 2.1, Jython 2.7 and Skulpt. No interpreter of Jython 2.1 can be had from a package
// registry, so what it lacks is a table here. Source of the table: constructs tried once in a real Jython 2.1.
import { describe, expect, test } from 'vitest';
import { agentSource } from '../../../src/products/websphere/agent-source.ts';

const code = agentSource()
  .split('\n')
  .filter((line) => !/^\s*#/u.test(line))
  .join('\n');

const FORBIDDEN: readonly (readonly [string, RegExp, string])[] = [
  ['True and False', /\b(?:True|False)\b/u, 'x = True'],
  [
    'bool, sum, sorted, enumerate, reversed, any, all, set',
    /\b(?:bool|sum|sorted|enumerate|reversed|any|all|set)\(/u,
    'sorted(x)',
  ],
  ['in as a test', /\b(?:if|while|and|or|not)\b[^:\n]*\bin\b|return (?!.*\bfor\b).*\bin\b/u, "if 'ab' in text:"],
  ['a loop over a dictionary or a file', /\bfor \w+ in (?:open|\w+\.keys)\b/u, 'for line in open(name):'],
  ['conditional expressions', /\S+ if .+ else /u, 'a if b else c'],
  ['finally', /\bfinally\b/u, 'finally:'],
  ['except ... as', /\bexcept\b.*\bas\b/u, 'except Exception as e:'],
  ['with and yield', /^\s*(?:with|yield)\b/mu, 'with open(x):'],
  ['decorators', /^\s*@/mu, '@property'],
  ['str.format and f-strings', /\.format\(|\bf['"]/u, "'{}'.format(1)"],
  ['integer division //', /\/\//u, 'a // b'],
  ['dict() and object', /\bdict\(|\(object\)/u, 'dict(a)'],
  ['strip with characters and rsplit', /\.[lr]?strip\([^)]|\.rsplit\(/u, "x.strip('a')"],
  ['dict.pop', /\.pop\(['"]/u, "d.pop('a')"],
  ['isinstance with a tuple', /isinstance\([^,]+, *\(/u, 'isinstance(x, (A, B))'],
  ['new literals', /\b0o\d|\bb['"]|\bu['"]/u, "b'x'"],
  ['modules other than sys', /^\s*(?:from\b|import (?!sys$))/mu, 'import json'],
  ['nested functions and lambda', /^[ \t]+def |\blambda\b/mu, '    def inner():'],
  ['classes', /^\s*class\b/mu, 'class A:'],
  ['print with several values', /\bprint\b(?!\('@@strictstep ' \+ text\))/u, 'print a, b'],
  ['backticks and string functions that Skulpt lacks', /`|\bstring\.|\bapply\(/u, '`x`'],
  ['a name for a Java exception', /\bexcept java/u, 'except java.lang.Exception, e:'],
];

describe('the wsadmin agent', () => {
  test.each(FORBIDDEN)('does not use %s', (_name, pattern, example) => {
    expect(example).toMatch(pattern);
    expect(code).not.toMatch(pattern);
  });

  test('is plain ASCII without tabs and without carriage returns', () => {
    expect(agentSource()).toMatch(/^[\x20-\x7e\n]+$/u);
  });

  test('asks for exc_info only after a bare except, where Skulpt never gets', () => {
    expect(code.match(/exc_info/gu)).toHaveLength(1);
    expect(code).toMatch(/except:\n[^\n]*exc_info/u);
  });

  test('stays small enough to be read in one go', () => {
    expect(agentSource().split('\n').length).toBeLessThan(120);
  });
});
