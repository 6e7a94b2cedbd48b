// The certificates with a key in the stores of the cells, with their names: AdminTask prints fingerprints, but not the
// names that callers compare. Read from the files of the master configuration.
import type { CertificateSummary } from '../core/certificate.ts';
import type { ReadContext } from '../core/operation.ts';
import type { ReadShell } from '../core/shell.ts';
import { configRoot, documentOfLocation, securityDocument } from '../products/websphere/profile-paths.ts';
import { openConfigured } from './replica-stores.ts';
import { usedStores } from './stores.ts';
import type { CellFacts } from './types.ts';

/** Each once; a store that cannot be opened adds nothing, and then no names are compared. */
export async function gatherHeld(
  cells: readonly CellFacts[],
  context: ReadContext,
): Promise<readonly CertificateSummary[]> {
  const found = await Promise.all(
    cells.map(async (cell) => await ofCell(cell, await context.shell(cell.deploymentManager.host))),
  );
  const byDigest = new Map(found.flat().map((certificate) => [certificate.sha256, certificate]));
  return [...byDigest.values()].toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

async function ofCell(
  { cell, deploymentManager, stores }: CellFacts,
  shell: ReadShell,
): Promise<readonly CertificateSummary[]> {
  const root = configRoot(deploymentManager.profile);
  const security = await shell.readFile(`${root}/${securityDocument(cell)}`);
  if (security === undefined) return [];
  const text = new TextDecoder().decode(security);
  const withKeys = new Set(
    stores.filter(({ personal }) => personal.length > 0).map(({ name, scope }) => `${name} ${scope}`),
  );
  const entries = usedStores(deploymentManager.security).filter(({ name, scope }) => withKeys.has(`${name} ${scope}`));
  const found = await Promise.all(
    entries.map(async ({ name, scope, location }) => {
      const document = documentOfLocation(location);
      const bytes = document === undefined ? undefined : await shell.readFile(`${root}/${document}`);
      const source = { host: shell.host, path: `${root}/${document}` };
      const opened = bytes && openConfigured(bytes, { name, scope }, text, source);
      return opened?.entries.filter(({ hasKey }) => hasKey).flatMap(({ chain }) => chain.slice(0, 1)) ?? [];
    }),
  );
  return found.flat();
}
