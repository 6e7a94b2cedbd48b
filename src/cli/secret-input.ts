// Gets a secret from where the inventory says: a file, a helper's output, a descriptor, standard input, or a person at a
// terminal. Never from a flag or from an environment variable: both can be seen by others.
import { fstatSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { OperatorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import type { SecretSource } from '../inventory/types.ts';
import { readSecretFile } from '../tls/secret-file.ts';
import { TYPED_SECRET } from './typed-secret.ts';

export type SecretWish = {
  readonly source: SecretSource;
  /** of the credential or certificate: the key of its line in standard input */
  readonly name: string;
  /** for messages: "password of was-admin" */
  readonly label: string;
  /** false: nobody may be asked (--no-input) */
  readonly mayAsk: boolean;
};

/** @throws OperatorError INPUT_UNREADABLE, SECRET_EXPOSED, USAGE (nobody can be asked), COMMAND_TIMEOUT, HELD (Ctrl-C) */
export async function readSecret(wish: SecretWish): Promise<Secret> {
  const { source, label, name } = wish;
  if (source.kind === 'file') return await readSecretFile(source.file, label);
  if (source.kind === 'prompt') return await askSecret(wish);
  if (source.kind === 'stdin') return secretOf(await lineFor(name, label), label);
  return secretOf(
    source.kind === 'command' ? await outputOf(source, label) : readDescriptor(source.descriptor, label),
    label,
  );
}

/** One line end at its end does not belong to the secret. */
function secretOf(given: string, label: string): Secret {
  const value = given.replace(/\r?\n$/, '');
  if (value !== '' && !/[\r\n]/.test(value)) return new Secret(value, label);
  throw new OperatorError(
    'INPUT_UNREADABLE',
    `${label}: ${value === '' ? 'nothing was given' : 'more than one line was given'}`,
    {
      hint: 'Give the secret alone, on one line.',
    },
  );
}

async function outputOf(source: Extract<SecretSource, { kind: 'command' }>, label: string): Promise<string> {
  const { argv, timeoutMs } = source;
  const { runLocal } = await import('../transport/index.ts');
  const { exitCode, stdout } = await runLocal({ argv, timeoutMs });
  if (exitCode === 0) return stdout;
  // Neither of its outputs is shown: both may hold the secret.
  throw new OperatorError('INPUT_UNREADABLE', `${label}: ${argv[0]} ended with status ${exitCode}`, {
    hint: 'Run the command of passwordCommand by hand; it must print the secret and nothing else.',
  });
}

function readDescriptor(descriptor: number, label: string): string {
  try {
    const stats = fstatSync(descriptor);
    if (process.platform !== 'win32' && stats.isFile() && (stats.mode & 0o077) !== 0)
      throw new OperatorError(
        'SECRET_EXPOSED',
        `${label}: the file at descriptor ${descriptor} can be read or changed by others`,
        {
          hint: 'Restrict it to its owner with chmod 600, and change the secret if others could have read it.',
        },
      );
    return readFileSync(descriptor, 'utf8');
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError('INPUT_UNREADABLE', `${label}: descriptor ${descriptor} cannot be read`, {
      hint: `Open it in the shell that starts strictstep: strictstep ... ${descriptor}< FILE.`,
      cause,
    });
  }
}

/** Standard input can be read once only, and holds the secrets of several names. */
let standardInput: Promise<string> | undefined;

async function lineFor(name: string, label: string): Promise<string> {
  const hint = `Give a line ${name}=SECRET in standard input.`;
  if (process.stdin.isTTY) throw new OperatorError('USAGE', `${label}: standard input is a terminal`, { hint });
  standardInput ??= text(process.stdin);
  const lines = (await standardInput).split(/\r?\n/).filter((line) => line.startsWith(`${name}=`));
  const [line] = lines;
  if (line !== undefined && lines.length === 1) return line.slice(name.length + 1);
  const fact = line === undefined ? 'has no line' : 'has more than one line';
  throw new OperatorError('INPUT_UNREADABLE', `${label}: standard input ${fact} that begins with ${name}=`, { hint });
}

async function askSecret({ label, mayAsk }: SecretWish): Promise<Secret> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY && (process.env['CI'] ?? '') === '';
  if (!mayAsk || !isTerminal)
    throw new OperatorError('USAGE', `missing answer: ${label}`, {
      hint: 'Without a terminal nobody is asked: give passwordFile, passwordCommand or passwordDescriptor in the inventory.',
    });
  const { createPromptModule } = await import('inquirer');
  const prompt = createPromptModule({ output: process.stderr });
  try {
    const { answer } = await prompt([{ type: 'password', name: 'answer', message: label, ...TYPED_SECRET }]);
    return secretOf(String(answer), label);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw new OperatorError('HELD', 'nothing was answered', { hint: 'Nothing was changed.' });
  }
}
