// Reads a secret from a file that only its owner can read, and makes such a file.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import { exposeSecret, Secret } from '../core/secret.ts';

const GROUP_OR_OTHERS = 0o077;

/** One trailing line end does not belong to the secret.
 * @param label for messages: "password of wild.p12"
 * @throws OperatorError INPUT_UNREADABLE, SECRET_EXPOSED */
export async function readSecretFile(path: string, label: string): Promise<Secret> {
  const text = await readOwn(path, label);
  return new Secret(text.replace(/\r?\n$/, ''), label);
}

/** A new file; one that is there is only replaced when it is known to be our own.
 * @throws OperatorError INPUT_UNREADABLE */
export async function writeSecretFile(path: string, secret: Secret, isOwn = false): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, `${exposeSecret(secret)}\n`, { mode: 0o600, flag: isOwn ? 'w' : 'wx' });
  } catch (cause) {
    const hint = 'Check that the folder can be written and that the file is not there yet.';
    throw new OperatorError('INPUT_UNREADABLE', `${secret.label}: file ${path} cannot be written`, { hint, cause });
  }
}

async function readOwn(path: string, label: string): Promise<string> {
  try {
    const { mode } = await stat(path);
    // Windows has no such bits; Node shows 0o666 there for every file.
    if (process.platform !== 'win32' && (mode & GROUP_OR_OTHERS) !== 0) throw exposed(path, label, mode);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    const hint = 'Check the path and that the user who runs strictstep may read the file.';
    throw new OperatorError('INPUT_UNREADABLE', `${label}: file ${path} cannot be read`, { hint, cause });
  }
}

function exposed(path: string, label: string, mode: number): OperatorError {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const hint = `Run chmod 600 ${path}, and change the secret if others could have read it.`;
  return new OperatorError('SECRET_EXPOSED', `${label}: file ${path} has mode ${octal}, others can read or change it`, {
    hint,
  });
}
