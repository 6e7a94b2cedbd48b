// Policies and expectations from files; the shipped policies are data in templates/policies/.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import { shippedFile } from '../core/program-files.ts';
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import { loadText } from '../core/yaml/load-text.ts';
import { parseExpectation, parsePolicy } from './parse.ts';
import type { Expectation } from './schema.ts';
import type { Policy } from './types.ts';

const SHIPPED = shippedFile('templates/policies');

/** Names of the shipped policies, sorted. */
export const shippedPolicies = (): readonly string[] =>
  readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();

/** @param given name of a shipped policy, or a file: what has a full stop or a slash is a file
 * @throws OperatorError INPUT_UNKNOWN_NAME, INPUT_UNREADABLE and all that parsePolicy throws */
export async function loadPolicy(given: string): Promise<Policy> {
  if (/[./\\]/.test(given)) return parsePolicy((await loadText(given)).text, given);
  const known = shippedPolicies();
  if (!known.includes(given)) {
    const hint = `${didYouMean(given, known)} A file is meant when the name has a full stop or a slash.`;
    throw new OperatorError('INPUT_UNKNOWN_NAME', `no policy ${given} comes with strictstep`, { hint });
  }
  const file = join(SHIPPED, `${given}.yaml`);
  return parsePolicy((await loadText(file)).text, file);
}

/** @throws OperatorError INPUT_UNREADABLE and all that parseExpectation throws */
export const loadExpectation = async (file: string): Promise<Expectation> =>
  parseExpectation((await loadText(file)).text, file);
