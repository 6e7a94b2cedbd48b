// Loads what the verbs work on: inventory, playbook, certificates and log-ins. All of it is checked before the first
// connection.
import { existsSync } from 'node:fs';
import type { CertificateFile } from '../core/certificate.ts';
import type { Login } from '../core/operation.ts';
import { shippedFile } from '../core/program-files.ts';
import { loadInventory } from '../inventory/index.ts';
import type { Inventory } from '../inventory/types.ts';
import { operations } from '../operations/index.ts';
import { loadPlaybook } from '../playbook/index.ts';
import type { Playbook } from '../playbook/types.ts';
import { loadCertificateFile } from '../tls/load-certificate.ts';
import { readSecret } from './secret-input.ts';

export type Deployment = {
  readonly inventory: Inventory;
  readonly certificates: ReadonlyMap<string, CertificateFile>;
  readonly logins: ReadonlyMap<string, Login>;
};

export type Inputs = Deployment & { readonly playbook: Playbook };

/** @param mayAsk false: no person is asked for a secret */
export const loadInputs = async (
  inventoryFile: string,
  playbookFile: string,
  now: Date,
  mayAsk = true,
): Promise<Inputs> => loadInputsFor(await loadInventory(inventoryFile), playbookFile, now, mayAsk);

export async function loadInputsFor(
  inventory: Inventory,
  playbookFile: string,
  now: Date,
  mayAsk = true,
): Promise<Inputs> {
  const playbook = await loadPlaybook(playbookPath(playbookFile), { operations: [...operations.keys()] });
  return { ...(await withSecrets(inventory, now, mayAsk)), playbook };
}

/** The same without a playbook. */
export const loadDeployment = async (inventoryFile: string, now: Date, mayAsk = true): Promise<Deployment> =>
  withSecrets(await loadInventory(inventoryFile), now, mayAsk);

async function withSecrets(inventory: Inventory, now: Date, mayAsk: boolean): Promise<Deployment> {
  const certificates = new Map<string, CertificateFile>();
  for (const entry of inventory.certificates) {
    const { name, password: source } = entry;
    const password = await readSecret({ source, name, label: `password of ${entry.file}`, mayAsk });
    certificates.set(entry.name, await loadCertificateFile(entry, password, now));
  }
  return { inventory, certificates, logins: await loadLogins(inventory, mayAsk) };
}

export async function loadLogins(inventory: Inventory, mayAsk = true): Promise<ReadonlyMap<string, Login>> {
  const logins = new Map<string, Login>();
  for (const { name, user, password: source } of inventory.credentials) {
    logins.set(name, { user, password: await readSecret({ source, name, label: `password of ${name}`, mayAsk }) });
  }
  return logins;
}

/** `--playbook` takes a file, or the name of a shipped playbook. */
function playbookPath(given: string): string {
  const shipped = shippedFile(`playbooks/${given}.yaml`);
  return !existsSync(given) && /^[a-z0-9-]+$/.test(given) && existsSync(shipped) ? shipped : given;
}
