// What the populations of callers trust and show: PEM files beside the inventory, on this machine.
import { readFile } from 'node:fs/promises';
import { OperatorError } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import type { ClientEntry, Inventory } from '../inventory/types.ts';
import { readPemCertificates } from '../tls/open-pem.ts';
import type { ClientCertificateFacts, ClientTrustFacts } from './types.ts';

/** @throws OperatorError INPUT_UNREADABLE, KEYSTORE_FORMAT; both name the file */
export async function gatherClientTrust(inventory: Inventory): Promise<readonly ClientTrustFacts[]> {
  const found: ClientTrustFacts[] = [];
  for (const { name, trustFile: file } of callersOf(inventory)) {
    if (file === undefined) continue;
    const bytes = await readPem(name, file, 'trusts', 'trust is not checked');
    const roots = readPemCertificates(bytes.toString('latin1'), { file });
    found.push({ name, file, fileSha256: sha256Hex(bytes), roots });
  }
  return found;
}

/** @throws OperatorError INPUT_UNREADABLE, KEYSTORE_FORMAT; both name the file */
export async function gatherClientCertificates(inventory: Inventory): Promise<readonly ClientCertificateFacts[]> {
  const found: ClientCertificateFacts[] = [];
  for (const { name, certificateFile: file } of callersOf(inventory)) {
    if (file === undefined) continue;
    const bytes = await readPem(name, file, 'presents', 'the client shows no certificate');
    const chain = readPemCertificates(bytes.toString('latin1'), { file });
    found.push({ name, file, fileSha256: sha256Hex(bytes), chain });
  }
  return found;
}

type Declared = Pick<ClientEntry, 'name' | 'certificateFile' | 'trustFile'>;

/** Clients, neighbours of communities by `<community>/<name>`, and servers of others by `<federation>/<name>`. */
const callersOf = ({ clients, communities, federations = [] }: Inventory): readonly Declared[] => [
  ...clients,
  ...communities.flatMap((community) =>
    community.neighbours.map(({ name, trustFile, certificateFile }) => ({
      name: `${community.name}/${name}`,
      trustFile,
      certificateFile,
    })),
  ),
  ...federations.flatMap(({ peers }) =>
    peers.map(({ federation, name, trustFile, certificateFile }) => ({
      name: `${federation}/${name}`,
      trustFile,
      certificateFile,
    })),
  ),
];

async function readPem(name: string, file: string, key: string, without: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const hint = `Check the path under ${key} in the inventory, or leave ${key} out: then ${without}.`;
    throw new OperatorError('INPUT_UNREADABLE', `client ${name}: file ${file} cannot be read`, { hint, cause });
  }
}
