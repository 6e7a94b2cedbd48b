// The registry of codes: each has a page (explain.test.ts), something that raises it through real code, and the remedy of
// the page, after which the very same passes.
import { expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/core/errors.ts';
import { FILE_TROUBLES } from './remedies/files.ts';
import { GATE_TROUBLES } from './remedies/gates.ts';
import { HOST_TROUBLES } from './remedies/hosts.ts';
import { LAB_TROUBLES } from './remedies/lab.ts';
import { raiseAndClear, type Troubles } from './remedies/remedy.ts';
import { RUN_TROUBLES } from './remedies/runs.ts';
import { TOOL_TROUBLES } from './remedies/tools.ts';

const TABLES = [FILE_TROUBLES, GATE_TROUBLES, HOST_TROUBLES, RUN_TROUBLES, TOOL_TROUBLES];
const TROUBLES: Troubles = Object.assign({}, ...TABLES);

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

test('every code is raised and cleared in exactly one place, here or in remedies.slow.ts', () => {
  const times = (code: ErrorCode): number => [...TABLES, LAB_TROUBLES].filter((table) => code in table).length;
  expect(CODES.filter((code) => times(code) !== 1)).toEqual([]);
});

test.each(Object.entries(TROUBLES))('%s is raised, and the remedy clears it', async (code, make) => {
  expect(await raiseAndClear(make)).toMatchObject({ name: 'OperatorError', code });
});
