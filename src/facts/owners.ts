// The deployment manager and the nodes of a cell: configuration on disk, servers, processes, client properties.
import { OperatorError } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import type { ReadContext } from '../core/operation.ts';
import type { Place } from '../core/place.ts';
import type { ReadShell } from '../core/shell.ts';
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import { readLiveProcessId } from '../health/process.ts';
import type { CellEntry, Inventory } from '../inventory/types.ts';
import { readClientTrust } from '../operations/client-signers/read-client-trust.ts';
import { clientPropertiesFile, configRoot, pidFile } from '../products/websphere/profile-paths.ts';
import { parseSecurityXml } from '../products/websphere/security-xml.ts';
import { parseServerIndex } from '../products/websphere/serverindex.ts';
import { readReplicaStores } from './replica-stores.ts';
import { readClientSide } from './client-side.ts';
import { readJavaArguments, readJavaDisabled } from './java.ts';
import type { OwnerFacts, ProcessFacts } from './types.ts';

type Source = {
  readonly owner: string;
  readonly node: string;
  readonly host: string;
  readonly profile: string;
  readonly java?: string | undefined;
  readonly place: Place;
};

export type CellOwners = { readonly deploymentManager: OwnerFacts; readonly nodes: readonly OwnerFacts[] };

export async function gatherOwners(cell: CellEntry, inventory: Inventory, context: ReadContext): Promise<CellOwners> {
  const { host, profile, node, java } = cell.deploymentManager;
  const manager: Source = { owner: 'dmgr', node, host, profile, java, place: cell.place };
  const sources = cell.nodes.map(({ name, ...rest }): Source => ({ owner: name, node: name, ...rest }));
  const shell = await context.shell(host);
  await expectFolder(shell, `${configRoot(profile)}/cells`, cell.name, { word: 'cell', place: cell.place });
  for (const { node: name, place } of [manager, ...sources]) {
    await expectFolder(shell, `${configRoot(profile)}/cells/${cell.name}/nodes`, name, { word: 'node', place });
  }
  const gather = (source: Source): Promise<OwnerFacts> =>
    gatherOwner(cell.name, source, profile, shell, inventory, context);
  const [deploymentManager, ...nodes] = await Promise.all([gather(manager), ...sources.map(gather)]);
  return { deploymentManager, nodes };
}

/** A name in the inventory must be one the master configuration has, or nothing that follows means anything. */
async function expectFolder(
  shell: ReadShell,
  parent: string,
  name: string,
  named: { readonly word: string; readonly place: Place },
): Promise<void> {
  const { stdout } = await shell.query({ argv: ['ls', parent], timeoutMs: 30_000 });
  const known = stdout.split('\n').filter((line) => line !== '');
  if (known.includes(name)) return;
  const message = `host ${shell.host} has no ${named.word} ${name} below ${parent}`;
  throw new OperatorError('INPUT_UNKNOWN_NAME', message, { place: named.place, hint: didYouMean(name, known) });
}

async function gatherOwner(
  cell: string,
  source: Source,
  masterProfile: string,
  masterShell: ReadShell,
  inventory: Inventory,
  context: ReadContext,
): Promise<OwnerFacts> {
  const { owner, node, host, profile } = source;
  const shell = await context.shell(host);
  const root = configRoot(profile);
  const security = await readWhole(shell, `${root}/cells/${cell}/security.xml`);
  const index = await readWhole(
    masterShell,
    `${configRoot(masterProfile)}/cells/${cell}/nodes/${node}/serverindex.xml`,
  );
  const properties = await readWhole(shell, clientPropertiesFile(profile));
  const servers = parseServerIndex(decode(index), { host, path: `serverindex.xml of ${node}` });
  const processes = await Promise.all(
    servers.map(async ({ name }): Promise<readonly [string, ProcessFacts]> => {
      const path = pidFile(profile, name);
      return [name, { pid: await readLiveProcessId(shell, path), pidFile: path }];
    }),
  );
  const signers = await readClientTrust(shell, profile);
  const names = servers.map(({ name }) => name);
  const javaArguments = await readJavaArguments({ shell, root }, cell, node, names);
  const model = parseSecurityXml(decode(security), { host, path: `${root}/cells/${cell}/security.xml` });
  const master = { shell: masterShell, root: configRoot(masterProfile) };
  return {
    owner,
    host,
    address: inventory.hosts.find(({ name }) => name === host)?.address ?? host,
    profile,
    security: model,
    securitySha256: sha256Hex(security),
    servers,
    processes: Object.fromEntries(processes),
    ...(await readClientSide(shell, properties, profile)),
    clientPropertiesSha256: sha256Hex(properties),
    clientSigners: signers.map(({ sha1 }) => sha1).toSorted(),
    ...(await readJavaDisabled(shell, source)),
    javaArguments,
    ...(owner === 'dmgr' ? {} : { masterJavaArguments: await readJavaArguments(master, cell, node, names) }),
    replicaStores: owner === 'dmgr' ? [] : await readReplicaStores({ shell, root }, master, model, decode(security)),
  };
}

async function readWhole(shell: ReadShell, path: string): Promise<Uint8Array> {
  const bytes = await shell.readFile(path);
  if (bytes !== undefined) return bytes;
  const hint = 'Compare the profile path in the inventory with the host.';
  throw new OperatorError('FACT_UNREADABLE', `host ${shell.host} has no ${path}`, { hint });
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
