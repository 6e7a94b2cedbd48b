// The registry of codes: each has a page (explain.test.ts), something that raises it through real code, and the remedy of
// the page, after which the very same passes.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/core/errors.ts';
import { FILE_TROUBLES } from './remedies/files.ts';
import { GATE_TROUBLES } from './remedies/gates.ts';
import { HOST_TROUBLES } from './remedies/hosts.ts';
import { LAB_TROUBLES } from './remedies/lab.ts';
import { raiseAndClear, type Troubles } from './remedies/remedy.ts';
import { RUN_TROUBLES } from './remedies/runs.ts';

const TROUBLES: Troubles = { ...FILE_TROUBLES, ...GATE_TROUBLES, ...HOST_TROUBLES, ...RUN_TROUBLES };

/** Raised and cleared by whole runs that take minutes: the file, and the text in it that shows it. */
const ELSEWHERE: Partial<Record<ErrorCode, readonly [file: string, text: string]>> = {
  ROLLED_BACK: ['e2e/community-revert.long.ts', 'toMatchObject({ exitCode: 7 })'],
};

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

test('every code is raised and cleared here, in remedies.slow.ts or in a test that is named', () => {
  const times = (code: ErrorCode): number =>
    [TROUBLES, LAB_TROUBLES, ELSEWHERE].filter((table) => code in table).length;
  expect(CODES.filter((code) => times(code) !== 1)).toEqual([]);
});

test.each(Object.entries(ELSEWHERE))('the test that raises %s is there', (_, [file, text]) => {
  expect(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')).toContain(text);
});

test.each(Object.entries(TROUBLES))('%s is raised, and the remedy clears it', async (code, make) => {
  expect(await raiseAndClear(make)).toMatchObject({ name: 'OperatorError', code });
});
