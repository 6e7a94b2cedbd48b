// answers.yaml: what was answered, so that the same files can be made again without a person. A key with a dot, such as
// role.stCell/stpNode, is an entry of a map: role: { stCell/stpNode: meeting }.
import { stringify } from 'yaml';
import { z } from 'zod';
import { checkYaml } from '../core/yaml/check-yaml.ts';
import { apiVersion, leaf, mapping } from '../core/yaml/leaf.ts';
import { readYaml } from '../core/yaml/read-yaml.ts';
import type { Answer, Answers } from './types.ts';

/** Answers of their own, and answers for each of several things. */
export const KEYS = [
  'hosts',
  'behind',
  'jump',
  'user',
  'identity-file',
  'known-hosts',
  'goal',
  'certificate-file',
  'certificate-password-file',
  'certificate-alias-in-file',
  'certificate-alias',
  'current-certificate-file',
  'current-certificate-password-file',
  'current-certificate-alias-in-file',
  'current-certificate-alias',
  'clients',
  'neighbours',
  'update-site',
  'strategy',
  'window',
  'approvals',
  'allowed-signers',
] as const;
export const KEYS_FOR = [
  'trust-host',
  'become',
  'become-password-file',
  'search',
  'role',
  'address',
  'peer',
  'admin-user',
  'admin-password-file',
  'database-user',
  'database-password-file',
  'server-id',
] as const;

const text = leaf(
  'a text or a list of texts',
  (value) => answerOf(value),
  'Put the value in quotes to make it a text.',
  { type: ['string', 'array'] },
);

const answerOf = (value: unknown): Answer | undefined => {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
};

/** The form of the file; the schema for editors is made of it. */
export const AnswersForm = mapping({
  apiVersion,
  answers: mapping(
    Object.fromEntries([
      ...KEYS.map((key) => [key, text.optional()]),
      ...KEYS_FOR.map((key) => [key, z.record(z.string(), text).optional()]),
    ]),
  ),
});

/** @throws OperatorError INPUT_SYNTAX, INPUT_VALUE, INPUT_UNKNOWN_KEY, with place */
export function parseAnswers(source: string, file: string): Answers {
  const { answers } = checkYaml(readYaml(source, file), AnswersForm);
  const found = Object.entries(answers).flatMap(([key, value]): readonly (readonly [string, Answer])[] => {
    const own = answerOf(value);
    if (own !== undefined) return [[key, own]];
    const named = Object.entries(value ?? {});
    return named.flatMap(([name, one]) =>
      [answerOf(one)].flatMap((answer) => (answer === undefined ? [] : [[`${key}.${name}`, answer] as const])),
    );
  });
  return new Map(found);
}

const HEAD = `# Answers of strictstep init. The same files again, without questions:
#   strictstep init --answers answers.yaml --no-input --out FOLDER
`;

export function renderAnswers(answers: Answers): string {
  const nested: Record<string, Answer | Record<string, Answer>> = {};
  for (const [key, answer] of answers) {
    const at = key.indexOf('.');
    if (at === -1) nested[key] = answer;
    else nested[key.slice(0, at)] = { ...asMap(nested[key.slice(0, at)]), [key.slice(at + 1)]: answer };
  }
  return `${HEAD}${stringify({ apiVersion: 'strictstep/v1', answers: nested }, { lineWidth: 0 })}`;
}

const asMap = (value: Answer | Record<string, Answer> | undefined): Record<string, Answer> =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, Answer>) : {};
