// What keytool says, told apart: one text of its has several causes, and an exit status of 0 alone proves nothing. Measured with
// OpenJDK 17; the form of Java 5 lists ("keyEntry") is from its documentation.
import { OperatorError } from '../../core/errors.ts';
import type { CommandResult } from '../../core/shell.ts';
import { renderSource, type TextSource } from '../websphere/text-source.ts';
import type { FolderLook } from './look.ts';

export type KeytoolFailure =
  | 'store-password'
  | 'p12-password'
  | 'key-password'
  | 'alias-missing'
  | 'alias-taken'
  | 'password-too-short'
  /** missing, or not readable for this account: keytool says the same of both */
  | 'no-file'
  | 'file-missing'
  | 'file-unreadable'
  | 'not-a-key-store'
  | 'not-verified'
  | 'keytool-too-old'
  | 'other';
export type KeytoolOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly why: KeytoolFailure; readonly line: string };

const REASONS: readonly (readonly [KeytoolFailure, RegExp])[] = [
  ['store-password', /Keystore was tampered with, or password was incorrect/u],
  ['p12-password', /keystore password was incorrect/u],
  ['key-password', /Too many failures|Cannot recover key/u],
  ['alias-missing', /Alias <.*> does not exist/u],
  ['alias-taken', /alias <.*> already exists/u],
  ['no-file', /Keystore file does not exist|FileNotFoundException|Source keystore file .*does not exist/iu],
  ['not-a-key-store', /Invalid keystore format|EOFException|Unrecognized keystore format|toDerInputStream/u],
  ['keytool-too-old', /is not a legal command|Illegal option|Unrecognized -/u],
];

/** Said with exit status 0: nothing was made, or nothing was checked. */
const EMPTY_SUCCESS: readonly (readonly [KeytoolFailure, RegExp])[] = [
  ['password-too-short', /.*password (?:is too short|must be at least).*/iu],
  ['not-verified', /.*integrity of the information.*/iu],
];

/** @param look as the same account sees the folder; tells apart what keytool does not */
export function judgeKeytool(
  { exitCode, stdout, stderr }: CommandResult,
  store: string,
  look?: FolderLook,
): KeytoolOutcome {
  const text = `${stdout}\n${stderr}`;
  const broken = EMPTY_SUCCESS.find(([, form]) => form.test(text));
  if (broken !== undefined) return { kind: 'failed', why: broken[0], line: broken[1].exec(text)?.[0].trim() ?? '' };
  if (exitCode === 0) return { kind: 'done' };
  const line = /.*keytool error:.*/u.exec(text)?.[0].trim() ?? `exit status ${exitCode}`;
  const why = REASONS.find(([, form]) => form.test(line))?.[0] ?? 'other';
  return { kind: 'failed', why: why === 'no-file' && look !== undefined ? whyNoFile(store, look) : why, line };
}

function whyNoFile(store: string, { folder, files }: FolderLook): KeytoolFailure {
  if (folder === 'closed') return 'file-unreadable';
  const state = files.get(store.slice(store.lastIndexOf('/') + 1));
  if (state === 'unreadable') return 'file-unreadable';
  return state === undefined ? 'file-missing' : 'no-file';
}

export type ListedEntry = { readonly alias: string; readonly kind: 'key' | 'trusted'; readonly chainLength: number };

/** @param text of `keytool -list -v`
 * @throws OperatorError REMOTE_REPLY when not every entry that it counts was understood */
export function parseKeytoolList(text: string, source: TextSource): readonly ListedEntry[] {
  const count = Number(/Your keystore contains (\d+) entr/u.exec(text)?.[1] ?? Number.NaN);
  const entries = text
    .split(/^Alias name: /mu)
    .slice(1)
    .flatMap((block): readonly ListedEntry[] => {
      const alias = /^.*/u.exec(block)?.[0].trim() ?? '';
      const type = /^Entry type: (PrivateKeyEntry|keyEntry|trustedCertEntry)\s*$/mu.exec(block)?.[1];
      if (type === undefined) return [];
      if (type === 'trustedCertEntry') return [{ alias, kind: 'trusted', chainLength: 1 }];
      const length = Number(/^Certificate chain length: (\d+)/mu.exec(block)?.[1] ?? 0);
      return [{ alias, kind: 'key', chainLength: length }];
    });
  if (entries.length === count) return entries;
  throw new OperatorError(
    'REMOTE_REPLY',
    `${renderSource(source)}: keytool lists ${count} entries, ${entries.length} were understood`,
    {
      hint: 'Run keytool -list -v by hand on the host and compare.',
    },
  );
}

/** What is wrong with a store that was just made; empty: nothing. @param chainLength leaf to root, as the .p12 has it */
export function objectionsToJks(
  entries: readonly ListedEntry[],
  {
    alias,
    chainLength,
    signers,
  }: { readonly alias: string; readonly chainLength: number; readonly signers: readonly string[] },
): readonly string[] {
  // A JKS keeps aliases in lower case.
  const find = (name: string) => entries.find((one) => one.alias.toLowerCase() === name.toLowerCase());
  const key = find(alias);
  const lost = signers.filter((name) => find(name)?.kind !== 'trusted').map((name) => `signer ${name} is missing`);
  const others = entries
    .filter((one) => one.kind === 'key' && one !== key)
    .map((one) => `there is another key, ${one.alias}`);
  if (key?.kind !== 'key') return [`there is no key ${alias}`, ...others, ...lost];
  const short = `the chain of ${alias} has ${key.chainLength} certificates, not ${chainLength}`;
  return [...(key.chainLength === chainLength ? [] : [short]), ...others, ...lost];
}
