// Which signers of a certificate one trust store has and which it lacks.
import { z } from 'zod';
import type { Json } from '../../core/json.ts';
import type { ReadContext } from '../../core/operation.ts';
import { parseInput } from '../parse-input.ts';
import { aliasesIn, defaultStoreAt, isFingerprintOf, readStore, type Store } from '../store.ts';
import { ConfigurationTarget } from '../targets.ts';
import { freeAlias, wantedSigners } from './wanted-signers.ts';

export const Wish = z.strictObject({
  certificate: z.string().min(1),
  trustStore: z.enum(['CellDefaultTrustStore', 'NodeDefaultTrustStore']).optional(),
});

export type Params = {
  readonly certificate: string;
  readonly cell: string;
  readonly node: string | null;
  readonly trustStore: string;
  readonly dmgrHost: string;
};

export type Missing = { readonly alias: string; readonly sha1: string; readonly subject: string };
/** present: SHA-1 fingerprints of the wanted signers that the store has under any alias */
export type State = { readonly present: readonly string[]; readonly missing: readonly Missing[] };

export const storeOf = ({ cell, node, trustStore }: Params): Store => ({ cell, node, name: trustStore });

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, ConfigurationTarget, Wish);
  const { cell, node, name: trustStore } = defaultStoreAt(target, 'TrustStore', wish.trustStore);
  return { certificate: wish.certificate, cell, node, trustStore, dmgrHost: target.dmgrHost };
}

export async function readState(context: ReadContext, params: Params): Promise<State> {
  const content = await readStore(await context.wsadmin(params.cell), storeOf(params));
  const taken = new Set(aliasesIn(content));
  const present: string[] = [];
  const missing: Missing[] = [];
  for (const { alias: wanted, certificate } of wantedSigners(context.certificate(params.certificate))) {
    const { sha1, subject } = certificate;
    if (content.signers.some(({ fingerprint }) => isFingerprintOf(fingerprint, certificate))) {
      present.push(sha1);
      continue;
    }
    const alias = freeAlias(wanted, taken);
    taken.add(alias);
    missing.push({ alias, sha1, subject });
  }
  return { present: present.toSorted(), missing };
}
