// The command line tools of profiles outside the cells.
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import type { ReadContext } from '../core/operation.ts';
import type { Inventory, ToolProfileEntry } from '../inventory/types.ts';
import { readClientTrust } from '../operations/client-signers/read-client-trust.ts';
import { clientPropertiesFile } from '../products/websphere/profile-paths.ts';
import { readClientSide } from './client-side.ts';
import type { ToolFacts } from './types.ts';

export const gatherTools = async (
  { toolProfiles = [] }: Inventory,
  context: ReadContext,
): Promise<readonly ToolFacts[]> => await mapBounded(toolProfiles, (entry) => gatherOne(entry, context));

async function gatherOne(entry: ToolProfileEntry, context: ReadContext): Promise<ToolFacts> {
  const { name, host, profile, calls, place } = entry;
  const shell = await context.shell(host);
  const path = clientPropertiesFile(profile);
  const properties = await shell.readFile(path);
  if (properties === undefined) {
    const hint = 'Compare the profile path in the inventory with the host.';
    throw new OperatorError('FACT_UNREADABLE', `host ${host} has no ${path}`, { hint, place });
  }
  // Tools that call nothing known have no link that their stores could decide.
  const signers = calls.length === 0 ? [] : await readClientTrust(shell, profile);
  return {
    name,
    host,
    profile,
    calls,
    ...(await readClientSide(shell, properties, profile, calls.length > 0)),
    clientPropertiesSha256: sha256Hex(properties),
    clientSigners: signers.map(({ sha1 }) => sha1).toSorted(),
  };
}
