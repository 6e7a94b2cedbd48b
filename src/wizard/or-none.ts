// Questions that may be answered with - for none, which is also what is suggested.
import type { Check, TextQuestion } from './types.ts';

export const orNone = (check: Check): Pick<TextQuestion, 'suggestion' | 'check'> => ({
  suggestion: '-',
  check: (text) => (text === '-' ? undefined : check(text)),
});
