// Every link of an inventory as it is now, without a plan: read the hosts, then evaluate the connectivity model.
import type { CertificateFacts } from '../core/certificate.ts';
import type { ReadContext } from '../core/operation.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Inventory } from '../inventory/types.ts';
import { evaluateLinks } from '../topology/evaluate.ts';
import { makeTopology } from '../topology/make-topology.ts';
import type { LinkOutcome } from '../topology/types.ts';

/** @throws OperatorError what reading the hosts throws */
export async function readLinks(
  inventory: Inventory,
  context: ReadContext,
  certificates: readonly CertificateFacts[],
): Promise<readonly LinkOutcome[]> {
  return evaluateLinks(makeTopology(inventory, await gatherFacts(inventory, context, certificates)));
}
