// Where a password of the inventory comes from: the one key of several that is given.
import { resolve } from 'node:path';
import type { z } from 'zod';
import type { password } from './log-in-schema.ts';
import type { SecretSource } from './types.ts';

export type PasswordKeys = { readonly [Key in keyof typeof password]?: z.infer<(typeof password)[Key]> };

const COMMAND_LIMIT_MS = 30_000;

/** @param keys checked by password-findings.ts: one of them is there */
export function secretSource(keys: PasswordKeys, folder: string): SecretSource {
  const { passwordFile, passwordCommand, passwordTimeout: timeoutMs = COMMAND_LIMIT_MS, passwordDescriptor } = keys;
  if (passwordFile !== undefined) return { kind: 'file', file: resolve(folder, passwordFile) };
  if (passwordDescriptor !== undefined) return { kind: 'descriptor', descriptor: passwordDescriptor };
  if (passwordCommand === undefined) return { kind: keys.passwordFrom ?? 'prompt' };
  const [program = '', ...args] = passwordCommand;
  // A bare name is looked for in PATH.
  return { kind: 'command', argv: [program.includes('/') ? resolve(folder, program) : program, ...args], timeoutMs };
}
