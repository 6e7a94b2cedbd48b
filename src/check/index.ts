// The trust pre-flight. Every link of the connectivity model is judged in the state that a plan ends in: the caller with
// its own trust store, the listener with the certificate that it will show then. Reads only what the facts hold.
import type { CertificateFacts } from '../core/certificate.ts';
import type { AnyOperation, ReadContext } from '../core/operation.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import { operationNamed } from '../operations/index.ts';
import type { Step } from '../plan/types.ts';
import { warning } from '../tls/judge-certificate.ts';
import type { When } from '../tls/judge-certificate.ts';
import { applyChange } from '../topology/apply-change.ts';
import { knownIssuers } from '../topology/issuers.ts';
import { makeTopology } from '../topology/make-topology.ts';
import { isComponentLink } from '../topology/link.ts';
import type { TopologyState } from '../topology/state.ts';
import { findUses } from './find-uses.ts';
import { judgeComponentPair } from './judge-component.ts';
import { judgePair } from './judge-pair.ts';
import { knownCertificates } from './known-certificates.ts';
import { oldAlgorithmFindings } from './old-algorithms.ts';
import type { FileFinding, TrustCheck } from './types.ts';

export type CheckInput = When & {
  readonly inventory: Inventory;
  readonly facts: Facts;
  /** of the plan whose end is judged; none: as it is now */
  readonly steps: readonly Step[];
};

/** For a check without a playbook: the same reading as before a plan. */
export const readFacts = (
  inventory: Inventory,
  context: ReadContext,
  certificates: readonly CertificateFacts[],
): Promise<Facts> => gatherFacts(inventory, context, certificates);

export function checkTrust({ inventory, facts, steps, at, soonDays }: CheckInput): TrustCheck {
  const trust = judgeTopology(stateAfter(makeTopology(inventory, facts), steps), { facts, at, soonDays });
  const old = oldAlgorithmFindings(inventory);
  return { ...trust, files: [...trust.files, ...old], warnings: trust.warnings + old.length };
}

/** The pairs of one state. */
export function judgeTopology(
  topology: TopologyState,
  { facts, at, soonDays }: Omit<CheckInput, 'steps' | 'inventory'>,
): TrustCheck {
  const known = knownCertificates(facts);
  const issuers = knownIssuers(facts);
  const pairs = topology.links.map((link, position) =>
    isComponentLink(link)
      ? judgeComponentPair(link, position, topology)
      : judgePair(link, { topology, known, issuers, at, soonDays }),
  );
  const files = facts.certificates.flatMap(({ file, format }): readonly FileFinding[] =>
    format === 'legacy'
      ? []
      : [
          {
            file,
            ...warning('OLD_JAVA_CANNOT_READ', 'its encryption (PBES2) or check (SHA-2) is unreadable to old Java'),
          },
        ],
  );
  return {
    at: at.toISOString(),
    pairs,
    uses: findUses(facts, topology, known, at),
    files,
    failing: pairs.filter(({ verdict, required }) => required && verdict === 'fails').length,
    warnings:
      files.length +
      pairs.filter(({ verdict, required }) => verdict === 'warning' || (verdict === 'fails' && !required)).length,
  };
}

/** The same folding as the proof's, over the steps it was made for. */
function stateAfter(start: TopologyState, steps: readonly Step[]): TopologyState {
  return steps.reduce((state, { operation, params, before }) => {
    const known: AnyOperation = operationNamed(operation);
    return known.effect(params, before).reduce(applyChange, state);
  }, start);
}
