// Loads what the verbs work on: inventory, playbook, certificates and log-ins. All of it is checked before the first
// connection.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CertificateFile } from '../core/certificate.ts';
import type { Login } from '../core/operation.ts';
import { loadInventory } from '../inventory/index.ts';
import type { Inventory } from '../inventory/types.ts';
import { operations } from '../operations/index.ts';
import { loadPlaybook } from '../playbook/index.ts';
import type { Playbook } from '../playbook/types.ts';
import { loadCertificateFile } from '../tls/load-certificate.ts';
import { readSecretFile } from '../tls/secret-file.ts';

export type Deployment = {
  readonly inventory: Inventory;
  readonly certificates: ReadonlyMap<string, CertificateFile>;
  readonly logins: ReadonlyMap<string, Login>;
};

export type Inputs = Deployment & { readonly playbook: Playbook };

/** The playbooks that come with strictstep. */
const SHIPPED = fileURLToPath(new URL('../../playbooks/', import.meta.url));

export async function loadInputs(inventoryFile: string, playbookFile: string, now: Date): Promise<Inputs> {
  const inventory = await loadInventory(inventoryFile);
  const playbook = await loadPlaybook(playbookPath(playbookFile), { operations: [...operations.keys()] });
  return { ...(await withSecrets(inventory, now)), playbook };
}

/** The same without a playbook. */
export const loadDeployment = async (inventoryFile: string, now: Date): Promise<Deployment> =>
  withSecrets(await loadInventory(inventoryFile), now);

async function withSecrets(inventory: Inventory, now: Date): Promise<Deployment> {
  const certificates = new Map<string, CertificateFile>();
  for (const entry of inventory.certificates) {
    const password = await readSecretFile(entry.passwordFile, `password of ${entry.file}`);
    certificates.set(entry.name, await loadCertificateFile(entry, password, now));
  }
  return { inventory, certificates, logins: await loadLogins(inventory) };
}

export async function loadLogins(inventory: Inventory): Promise<ReadonlyMap<string, Login>> {
  const logins = new Map<string, Login>();
  for (const { name, user, passwordFile } of inventory.credentials) {
    logins.set(name, { user, password: await readSecretFile(passwordFile, `password of ${name}`) });
  }
  return logins;
}

/** `--playbook` takes a file, or the name of a shipped playbook. */
function playbookPath(given: string): string {
  const shipped = `${SHIPPED}${given}.yaml`;
  return !existsSync(given) && /^[a-z0-9-]+$/.test(given) && existsSync(shipped) ? shipped : given;
}
