// The server's Java key store, made by the host's own keytool. The one password of Sun IM opens
// the store and the key, so the .p12 has to have it as well: keytool protects an imported key with the password it had there.
// Passwords go in by standard input, in the order of keytool's questions. Measured with OpenJDK 17; -importkeystore needs
// Java 6. Newer keytools write PKCS12 unless told otherwise, which old Java cannot read, so the type is always forced.
import type { Secret } from '../../core/secret.ts';
import type { Command } from '../../core/shell.ts';
import { runAs } from './look.ts';

export type Keytool = {
  /** path of the program */
  readonly keytool: string;
  readonly store: string;
  /** of store and key */
  readonly password: Secret;
  /** account that will own a new store, by sudo; absent: the one of the log-in */
  readonly user?: string;
};

const call = ({ keytool, store, user }: Keytool, verb: string, options: readonly string[]): readonly string[] => [
  ...runAs(user),
  keytool,
  // The answers are parsed in English.
  '-J-Duser.language=en',
  verb,
  ...options,
  ...(verb === '-importkeystore'
    ? ['-destkeystore', store, '-deststoretype', 'JKS']
    : ['-keystore', store, '-storetype', 'JKS']),
];
const timeoutMs = 60_000;

/** The store must not be there yet. The questions: new password, the same again, password of the .p12. */
export const importKeyCommand = (
  tool: Keytool,
  { p12, aliasInFile, alias }: { readonly p12: string; readonly aliasInFile: string; readonly alias: string },
): Command => ({
  argv: call(tool, '-importkeystore', [
    '-noprompt',
    '-srckeystore',
    p12,
    '-srcstoretype',
    'PKCS12',
    '-srcalias',
    aliasInFile,
    '-destalias',
    alias,
  ]),
  stdin: [tool.password, '\n', tool.password, '\n', tool.password, '\n'],
  timeoutMs,
});

/** @param file PEM or DER of an authority */
export const importSignerCommand = (tool: Keytool, alias: string, file: string): Command => ({
  argv: call(tool, '-importcert', ['-noprompt', '-trustcacerts', '-alias', alias, '-file', file]),
  stdin: [tool.password, '\n'],
  timeoutMs,
});

export const listCommand = (tool: Keytool): Command => ({
  argv: call(tool, '-list', ['-v']),
  stdin: [tool.password, '\n'],
  timeoutMs,
});

/** A certificate request needs the key: it is asked for with no second password, so it proves that one opens both. */
export const keyProofCommand = (tool: Keytool, alias: string): Command => ({
  argv: call(tool, '-certreq', ['-alias', alias]),
  stdin: [tool.password, '\n'],
  timeoutMs,
});
