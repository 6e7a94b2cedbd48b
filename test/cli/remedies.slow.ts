// The codes of remedies.test.ts that need a lab.
import { expect, test } from 'vitest';
import { LAB_TROUBLES } from './remedies/lab.ts';
import { raiseAndClear } from './remedies/remedy.ts';

test.each(Object.entries(LAB_TROUBLES))('%s is raised, and the remedy clears it', async (code, make) => {
  expect(await raiseAndClear(make)).toMatchObject({ name: 'OperatorError', code });
});
