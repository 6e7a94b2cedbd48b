// What the populations of callers trust: PEM bundles beside the inventory, on this machine.
import { readFile } from 'node:fs/promises';
import { OperatorError } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import type { Inventory } from '../inventory/types.ts';
import { readPemCertificates } from '../tls/open-pem.ts';
import type { ClientTrustFacts } from './types.ts';

/** @throws OperatorError INPUT_UNREADABLE, KEYSTORE_FORMAT; both name the file */
export async function gatherClientTrust({ clients }: Inventory): Promise<readonly ClientTrustFacts[]> {
  const found: ClientTrustFacts[] = [];
  for (const { name, trustFile: file } of clients) {
    if (file === undefined) continue;
    const bytes = await readTrustFile(name, file);
    const roots = readPemCertificates(bytes.toString('latin1'), { file });
    found.push({ name, file, fileSha256: sha256Hex(bytes), roots });
  }
  return found;
}

async function readTrustFile(name: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const hint = 'Check the path under trusts in the inventory, or leave trusts out: then trust is not checked.';
    throw new OperatorError('INPUT_UNREADABLE', `client ${name}: file ${file} cannot be read`, { hint, cause });
  }
}
