// The private key with which we log in. It stays in memory and goes nowhere but into the signature.
import { readFile, stat } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { OperatorError } from '../core/errors.ts';

/** @throws OperatorError INPUT_UNREADABLE, SECRET_EXPOSED */
export async function loadIdentity(host: string, file: string): Promise<Buffer> {
  const bytes = await readPrivate(host, file);
  const key = ssh2.utils.parseKey(bytes);
  if (!(key instanceof Error) && key.isPrivateKey()) return bytes;
  // The parser's own message is not shown: it could quote the file.
  const isLocked = key instanceof Error && /encrypted/i.test(key.message);
  const message = isLocked
    ? `host ${host}: the identity file ${file} is protected by a passphrase`
    : `host ${host}: the identity file ${file} holds no private key that can be used`;
  const hint = 'Name a key without a passphrase that is made for this use, in OpenSSH or PEM form.';
  throw new OperatorError('INPUT_UNREADABLE', message, { hint });
}

async function readPrivate(host: string, file: string): Promise<Buffer> {
  let mode: number;
  let bytes: Buffer;
  try {
    ({ mode } = await stat(file));
    bytes = await readFile(file);
  } catch (cause) {
    throw new OperatorError('INPUT_UNREADABLE', `host ${host}: the identity file ${file} cannot be read`, { cause });
  }
  // Windows has no such bits; the mode it reports says nothing.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const message = `host ${host}: the identity file ${file} can be read by group or others`;
    throw new OperatorError('SECRET_EXPOSED', message, { hint: `Restrict it to its owner with chmod 600 ${file}.` });
  }
  return bytes;
}
