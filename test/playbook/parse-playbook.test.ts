import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import { OperatorError } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/json.ts';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import { pathKey, renderInRandomStyle } from '../core/yaml/random-style.ts';
import { marked, refusalOf, thrownBy } from '../core/yaml/refusal.ts';

const text = `apiVersion: strictstep/v1
playbook: sample
title: A sample
phases:
  - phase: first
    title: All of it
    tasks:
      - task: Signers
        operation: signer-certificates
        on: { target: cell, cells: [c1, c2] }
        with: { certificate: messaging }
      - task: Groups
        operation: endpoint-security
        on:
          target: server
          roles: meeting
          exceptRoles: [sip]
          nodes: n1
          servers:
            - s1
            - s2
          types: PROXY_SERVER
        with:
          deep: { list: [1, true, null, text] }
  - phase: second
    title: One row
    tasks:
      - task: Row
        operation: recording-row
        on: { target: database, databases: meetings }
`;

const known = { operations: ['signer-certificates', 'endpoint-security', 'recording-row'] };
const parse = (from: string) => parsePlaybook(from, 'playbook.yaml', 'd1', known);

const at = (line: number, column: number) => ({ file: 'playbook.yaml', line, column });

describe('a complete playbook', () => {
  const playbook = parse(text);
  const [first, second] = playbook.phases;

  test('phases and tasks keep their order, titles and parameters', () => {
    expect(playbook).toMatchObject({ file: 'playbook.yaml', sha256: 'd1', name: 'sample', title: 'A sample' });
    expect(playbook.phases.map(({ name, title, tasks }) => [name, title, tasks.length])).toEqual([
      ['first', 'All of it', 2],
      ['second', 'One row', 1],
    ]);
    expect(first?.tasks[1]?.with).toEqual({ deep: { list: [1, true, null, 'text'] } });
    expect(second?.tasks[0]?.with).toEqual({});
  });

  test('a filter is a list of names with their places, one name being a list of one', () => {
    const on = first?.tasks[1]?.on;
    expect(on?.servers).toEqual([
      { name: 's1', place: at(20, 15) },
      { name: 's2', place: at(21, 15) },
    ]);
    expect(on?.roles).toEqual([{ name: 'meeting', place: at(16, 18) }]);
    expect(on?.exceptRoles).toEqual([{ name: 'sip', place: at(17, 25) }]);
    expect(on?.types).toEqual([{ name: 'PROXY_SERVER', place: at(22, 18) }]);
    expect(on?.cells).toBeUndefined();
    expect(first?.tasks[0]?.place).toEqual(at(8, 9));
  });

  test('without a list of operations any name is taken', () => {
    const changed = text.replace('recording-row', 'own-operation');
    expect(parsePlaybook(changed, 'p', '').phases[1]?.tasks[0]?.operation).toBe('own-operation');
    expect(refusalOf(() => parse(changed)).code).toBe('INPUT_UNKNOWN_NAME');
  });
});

const [KEY, VALUE, NAME] = ['INPUT_UNKNOWN_KEY', 'INPUT_VALUE', 'INPUT_UNKNOWN_NAME'] as const;
const refused: readonly (readonly [find: string, put: string, code: ErrorCode, message: string, hint: string])[] = [
  ['apiVersion: strictstep/v1', 'apiVersion: §1', VALUE, 'apiVersion must be one of strictstep/v1', 'strictstep/v1'],
  ['playbook: sample', 'playbook: §a sample', VALUE, 'playbook must be a name of letters', 'no blanks'],
  ['title: A sample', '§tittle: A sample', KEY, '"tittle" is not known in the file', 'Did you mean title?'],
  ['title: One row', 'title: §2026', VALUE, 'phases[1].title must be one line of text', 'quotes'],
  ['phase: second', 'phase: §first', VALUE, 'the phase first is there twice', 'name of its own'],
  ['phase: second', '§phases: second', KEY, '"phases" is not known in phases[1]', 'Did you mean phase?'],
  [
    'operation: recording-row',
    'operation: §recording-raw',
    NAME,
    '"recording-raw" does not exist',
    'Did you mean recording-row?',
  ],
  [
    'operation: recording-row',
    '§operations: recording-row',
    KEY,
    '"operations" is not known',
    'Did you mean operation?',
  ],
  [
    'operation: endpoint-security',
    'operation: §[endpoint-security]',
    VALUE,
    'phases[0].tasks[1].operation must be a name',
    '',
  ],
  [
    'task: Groups\n        operation: endpoint-security',
    '§task: Groups',
    VALUE,
    'the key operation is missing',
    'a name of letters',
  ],
  ['target: server', 'target: §servers', VALUE, 'tasks[1].on.target must be one of cell, node', 'Did you mean server?'],
  ['roles: meeting', '§role: meeting', KEY, '"role" is not known in phases[0].tasks[1].on', 'Did you mean roles?'],
  ['roles: meeting', 'roles: §[]', VALUE, 'on.roles must be a list with at least one entry', '[first, second]'],
  ['roles: meeting', 'roles: §7', VALUE, 'on.roles[0] must be one line of text', 'quotes'],
  ['roles: meeting', '§roles:', VALUE, 'on.roles[0] is empty', 'Give it a value'],
  ['exceptRoles: [sip]', 'exceptRoles: [sip, §{a: b}]', VALUE, 'on.exceptRoles[1] must be one line', ''],
  [
    'types: PROXY_SERVER',
    'types: §PROXY',
    VALUE,
    'on.types[0] must be one of APPLICATION_SERVER',
    'Did you mean PROXY_SERVER?',
  ],
  [
    'databases: meetings',
    '§types: PROXY_SERVER',
    VALUE,
    'on.types selects nothing for the target database',
    'Filters for the target database: databases.',
  ],
  ['cells: [c1, c2]', '§nodes: n1', VALUE, 'on.nodes selects nothing for the target cell', 'cells'],
  [
    'with: { certificate: messaging }',
    'with: §[messaging]',
    VALUE,
    'tasks[0].with must be a map of parameters',
    'with: {',
  ],
  ['with: { certificate: messaging }', '§with:', VALUE, 'tasks[0].with is empty', 'Give it a value'],
  [
    'on: { target: database, databases: meetings }',
    'on: §database',
    VALUE,
    'on must be a map of keys and values',
    'key: value',
  ],
];

test.each(refused)('%j -> %j is refused with %s', (find, put, code, message, hint) => {
  expect(text).toContain(find);
  const { text: changed, line, column } = marked(text.replace(find, put));
  const error = refusalOf(() => parse(changed));
  expect(error).toMatchObject({ code, place: { file: 'playbook.yaml', line, column } });
  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
  expect(error.hint).toMatch(/^[A-Z].*[.?]$/);
  expect(error.hint).not.toMatch(/more problem/);
});

test.each(['phases: §[]', '§phases:', '§phases: {}'])('a playbook without phases is refused (%s)', (phases) => {
  const { text: changed, line } = marked(text.replace(/phases:[^]*$/, phases));
  expect(refusalOf(() => parse(changed))).toMatchObject({ code: 'INPUT_VALUE', place: { line } });
});

test('a phase without tasks is refused', () => {
  const { text: changed, line, column } = marked(`${text.slice(0, text.indexOf('      - task: Row'))}      §[]\n`);
  const error = refusalOf(() => parse(changed));
  expect(error).toMatchObject({ code: 'INPUT_VALUE', place: { line, column } });
  expect(error.message).toBe('phases[1].tasks must be a list with at least one entry');
});

const style = fc.array(fc.boolean(), { maxLength: 200 });
const value = (on: Json, extra: Json): Json => ({
  apiVersion: 'strictstep/v1',
  playbook: 'p',
  title: 't',
  phases: [{ phase: 'a', title: 'b', tasks: [{ task: 'c', operation: 'recording-row', on, with: extra }] }],
});

test('an unknown key in a selector is reported at its place; in `with` any key may stand', () => {
  fc.assert(
    fc.property(style, fc.stringMatching(/^zz[a-z]{1,8}$/), (flips, key) => {
      const bad = renderInRandomStyle(value({ target: 'node', [key]: 1 }, {}), flips);
      const place = bad.places.get(pathKey(['phases', 0, 'tasks', 0, 'on', key]));
      expect(refusalOf(() => parse(bad.text))).toMatchObject({ code: 'INPUT_UNKNOWN_KEY', place });
      const good = renderInRandomStyle(value({ target: 'node' }, { [key]: 1 }), flips);
      expect(parse(good.text).phases[0]?.tasks[0]?.with).toEqual({ [key]: 1 });
    }),
  );
});

test('a damaged playbook is read or refused with an OperatorError, never anything else', () => {
  const damage = fc.record({ at: fc.nat(text.length), cut: fc.nat(12), put: fc.string({ maxLength: 4 }) });
  fc.assert(
    fc.property(damage, ({ at, cut, put }) => {
      const error = thrownBy(() => parse(text.slice(0, at) + put + text.slice(at + cut)));
      expect(error === undefined || error instanceof OperatorError).toBe(true);
    }),
    { numRuns: 300 },
  );
});
