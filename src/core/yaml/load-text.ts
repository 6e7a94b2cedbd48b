// Reads an input file whole, as UTF-8 text with the digest of its bytes.
import { readFile, stat } from 'node:fs/promises';
import { OperatorError } from '../errors.ts';
import { sha256Hex } from '../json.ts';

// Far above any inventory, far below a disk image that was named by mistake.
const LARGEST_BYTES = 1024 * 1024;

/** @throws OperatorError INPUT_UNREADABLE, INPUT_SYNTAX (not UTF-8) */
export async function loadText(file: string): Promise<{ readonly text: string; readonly sha256: string }> {
  const bytes = await read(file);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), sha256: sha256Hex(bytes) };
  } catch (cause) {
    const hint = 'Save the file as UTF-8.';
    throw new OperatorError('INPUT_SYNTAX', `${file} is not UTF-8 text`, {
      hint,
      place: { file, line: 1, column: 1 },
      cause,
    });
  }
}

async function read(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= LARGEST_BYTES) return await readFile(file);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    const hint = 'Check the path and the rights of the file.';
    throw new OperatorError('INPUT_UNREADABLE', `${file} cannot be read (${reason})`, { hint, cause });
  }
  const hint = 'Check the path: this is no inventory or playbook.';
  throw new OperatorError('INPUT_UNREADABLE', `${file} is larger than 1 MiB`, { hint });
}
