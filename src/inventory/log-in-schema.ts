// The YAML form of a log-in over SSH, and of where a secret comes from. A secret itself has no key.
import { z } from 'zod';
import { duration, leaf, mapping, oneLine, oneOf, textThat, wholeNumber, wordName } from '../core/yaml/leaf.ts';
import { absolutePath, localPath } from './leaves.ts';
import { BECOME_METHODS, HOST_OSES, LEGACY_ALGORITHMS } from './host-types.ts';

const isPath = (value: unknown): value is string => localPath.safeParse(value).success;

const identityFile = leaf(
  'a path, or a list of paths',
  (value): readonly string[] | undefined => {
    const files: readonly unknown[] = Array.isArray(value) ? value : [value];
    return files.length > 0 && files.every(isPath) ? files : undefined;
  },
  'Write the path in full or relative to the folder of the inventory; ~ is not expanded.',
);

const agent = leaf(
  'true, false or the path of a socket',
  (value) => (typeof value === 'boolean' || isPath(value) ? value : undefined),
  'Write true for the ssh-agent of SSH_AUTH_SOCK.',
);

/** true: ~/.ssh/config */
export const sshConfig = leaf(
  'true, false or a path',
  (value) => (typeof value === 'boolean' || isPath(value) ? value : undefined),
  'Write true for ~/.ssh/config, or the path of another file of that form.',
);

export const jumps = z.array(wordName);

/** It becomes a word of a command line. */
const account = textThat(
  'an account name',
  (text) => /^[A-Za-z_][\w.@\\-]*\$?$/.test(text),
  'Begin with a letter; blanks and other signs than . _ @ - and \\ are not possible.',
);

export const logIn = {
  user: oneLine.optional(),
  identityFile: identityFile.optional(),
  knownHosts: localPath.optional(),
  agent: agent.optional(),
  passphrase: wordName.optional(),
  legacyAlgorithms: z.array(oneOf(LEGACY_ALGORITHMS)).optional(),
  become: mapping({
    user: account.optional(),
    method: oneOf([...BECOME_METHODS, 'none']).default('sudo'),
    login: wordName.optional(),
    program: absolutePath.optional(),
  }).optional(),
  os: oneOf(HOST_OSES).optional(),
};

/** One of them, which password-findings.ts sees to. */
export const password = {
  passwordFile: localPath.optional(),
  passwordCommand: z.array(oneLine).min(1).optional(),
  passwordTimeout: duration.optional(),
  passwordDescriptor: wholeNumber(3, 255).optional(),
  passwordFrom: oneOf(['stdin', 'prompt']).optional(),
};
