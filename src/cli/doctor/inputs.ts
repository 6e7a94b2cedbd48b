// What an inventory needs of this machine: its files, keys, known hosts, secrets and certificates. Reads files here, contacts no host,
// and asks nobody for a secret.
import { OperatorError } from '../../core/errors.ts';
import { renderPlace } from '../../core/place.ts';
import { loadInventory } from '../../inventory/index.ts';
import type { HostEntry, Inventory, LogInEntry, SecretSource } from '../../inventory/types.ts';
import { loadCertificateFile } from '../../tls/load-certificate.ts';
import { readSecretFile } from '../../tls/secret-file.ts';
import { runLocal } from '../../transport/index.ts';
import { type Examined, fails, ok, warning } from './types.ts';

export async function examineInputs(file: string): Promise<readonly Examined[]> {
  const found: { inventory?: Inventory } = {};
  const read = await examined('inventory', async () => {
    const inventory = await loadInventory(file);
    found.inventory = inventory;
    return `${file}: ${inventory.hosts.length} hosts`;
  });
  const { inventory } = found;
  if (inventory === undefined) return [read];
  const logIns = inventory.hosts.flatMap((host): readonly LogInEntry[] => [...(host.jump ?? []), host]);
  const keys = new Set(logIns.flatMap(({ identityFiles }) => identityFiles));
  return [
    read,
    ...(await each([...keys], (key) => examined(`key ${key}`, async () => readable(key)))),
    ...(await each(once(logIns), knownHost)),
    ...(await each(inventory.credentials, ({ name, password }) => secret(`credential ${name}`, password))),
    ...(await each(inventory.certificates, (entry) => certificate(entry))),
  ];
}

async function readable(key: string): Promise<string> {
  await readSecretFile(key, 'identity file');
  return 'only its owner can read it';
}

const each = async <Item>(
  items: readonly Item[],
  examine: (item: Item) => Promise<Examined>,
): Promise<readonly Examined[]> => Promise.all(items.map(examine));

/** A jump host is on the way to many. */
const once = (entries: readonly LogInEntry[]): readonly LogInEntry[] => [
  ...new Map(entries.map((entry) => [`${entry.address} ${entry.port} ${entry.knownHostsFile}`, entry])).values(),
];

/** What ends a command is a finding here. */
async function examined(name: string, look: () => Promise<string>): Promise<Examined> {
  try {
    return ok(name, await look());
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const place = error.place === undefined ? '' : `${renderPlace(error.place)}: `;
    return fails(
      name,
      `${error.code} ${place}${error.message}`,
      error.hint ?? `Read strictstep explain ${error.code}.`,
    );
  }
}

/** ssh-keygen knows every form of the file, hashed names among them. */
async function knownHost({
  name,
  address,
  port,
  knownHostsFile: file,
}: Pick<HostEntry, 'name' | 'address' | 'port' | 'knownHostsFile'>): Promise<Examined> {
  const title = `host ${name}`;
  const entry = port === 22 ? address : `[${address}]:${port}`;
  try {
    const { exitCode } = await runLocal({ argv: ['ssh-keygen', '-F', entry, '-f', file], timeoutMs: 5000 });
    if (exitCode === 0) return ok(title, `${entry} is in ${file}`);
  } catch {
    return warning(title, 'ssh-keygen is not there to look into its known hosts', 'Install the OpenSSH client.');
  }
  const hint = `Compare the fingerprint on the host's console with that of ssh-keyscan, then add the key to ${file}.`;
  return fails(title, `${entry} is not in ${file}`, hint);
}

const secret = (name: string, source: SecretSource): Promise<Examined> =>
  examined(name, async () => {
    if (source.kind !== 'file') return `comes from ${source.kind}; not asked for now`;
    await readSecretFile(source.file, 'password');
    return `only its owner can read ${source.file}`;
  });

async function certificate(entry: Inventory['certificates'][number]): Promise<Examined> {
  const { name, password } = entry;
  if (password.kind !== 'file')
    return ok(`certificate ${name}`, `its password comes from ${password.kind}; not opened now`);
  return examined(`certificate ${name}`, async () => {
    const opened = await loadCertificateFile(
      entry,
      await readSecretFile(password.file, `password of ${entry.file}`),
      new Date(),
    );
    const [leaf] = opened.facts.chain;
    return `${leaf?.subject ?? entry.file} until ${leaf?.notAfter.slice(0, 10) ?? 'unknown'}`;
  });
}
