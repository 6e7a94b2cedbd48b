// The server's own edit at its first start with a stash file is expected; anything else is drift, told without secrets.
import { describe, expect, test } from 'vitest';
import { expectServerRewrite, judgeRewrite, pendingStashes } from '../../../src/products/sametime/server-rewrite.ts';
import { parse, textOf } from './sample.ts';

const BEFORE = [
  '; kept\r\n',
  '[Config]\r\n',
  'ST_COMMUNITY_ID=sametime\r\n',
  'ST_TLS_TRUST_STORE_PASSWORD=mysecret\r\n',
  'ST_TLS_TRUST_STORE_PASSWORD_STASH_FILE=trust.sth\r\n',
  'STMUX_TLS_KEY_STORE_PASSWORD=other\n',
  'STMUX_TLS_KEY_STORE_PASSWORD_STASH_FILE=mux.sth\r\n',
  'STSAML_KEY_STORE_PASSWORD=saml\r\n',
  'STSAML_KEY_STORE_PASSWORD_STASH_FILE=saml.sth\r\n',
  'STLDAP_TLS_TRUST_STORE_PASSWORD=no stash\r\n',
  '[Debug]\r\n',
];
const without = (...rows: readonly number[]): string => BEFORE.filter((_, row) => !rows.includes(row)).join('');
const judge = (after: string) => judgeRewrite(parse(BEFORE.join('')), parse(after));

describe('the expected rewrite', () => {
  test('takes out the passwords that have a stash file, in every scope, and nothing else', () => {
    const ini = parse(BEFORE.join(''));
    expect(pendingStashes(ini).map(({ passwordKey, stashFile }) => [passwordKey, stashFile])).toEqual([
      ['ST_TLS_TRUST_STORE_PASSWORD', 'trust.sth'],
      ['STMUX_TLS_KEY_STORE_PASSWORD', 'mux.sth'],
      ['STSAML_KEY_STORE_PASSWORD', 'saml.sth'],
    ]);
    expect(textOf(expectServerRewrite(ini))).toBe(without(3, 5, 7));
  });

  test('is told from no change, from a start that is not over, and from drift', () => {
    expect(judge(BEFORE.join(''))).toEqual({ kind: 'unchanged' });
    expect(judge(without(3, 5, 7))).toEqual({ kind: 'expected' });
    expect(judge(without(3, 7))).toEqual({ kind: 'incomplete', left: ['STMUX_TLS_KEY_STORE_PASSWORD'] });
    expect(judge(without(3, 4, 5, 7)).kind).toBe('drift');
  });
});

describe('drift', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'another key',
      without(3, 5, 7).replace('sametime', 'other'),
      ['line 3 is gone: ST_COMMUNITY_ID=sametime in [Config]', 'line 3 is new: ST_COMMUNITY_ID=other in [Config]'],
    ],
    [
      'another password',
      BEFORE.join('').replace('=other', '=hidden'),
      [
        'line 6 is gone: STMUX_TLS_KEY_STORE_PASSWORD=[secret] in [Config]',
        'line 6 is new: STMUX_TLS_KEY_STORE_PASSWORD=[secret] in [Config]',
      ],
    ],
    [
      'a password without a stash file is gone',
      without(3, 5, 7, 9),
      ['line 10 is gone: STLDAP_TLS_TRUST_STORE_PASSWORD=[secret] in [Config]'],
    ],
    [
      'a comment with a password',
      `${without(3, 5, 7)};ST_X_PASSWORD=hidden\n`,
      ['line 9 is new: a comment or a line without an equals sign'],
    ],
    [
      'a section and an empty line',
      `${without(3, 5, 7)}\r\n[New]\r\n`,
      ['line 9 is new: an empty line', 'line 10 is new: section [New]'],
    ],
    [
      'a line end',
      without(3, 5, 7).replace('[Debug]\r\n', '[Debug]\n'),
      ['line 11 is gone: section [Debug]', 'line 8 is new: section [Debug]'],
    ],
  ])('%s is named line by line', (_title, after, differences) => {
    expect(judge(after)).toEqual({ kind: 'drift', differences });
    expect(JSON.stringify(judge(after))).not.toMatch(/mysecret|hidden|saml"|no stash/u);
  });

  test('in a file of 3,000 lines is found quickly', () => {
    const rows = Array.from({ length: 3000 }, (_, row) => `KEY${row}=${row}\n`);
    const [before, after] = [`[A]\n${rows.join('')}`, `[A]\n${rows.slice(1).toReversed().join('')}`];
    const verdict = judgeRewrite(parse(before), parse(after));
    expect(verdict.kind === 'drift' && verdict.differences.length).toBeGreaterThan(2998);
  });
});
