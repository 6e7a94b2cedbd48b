// Whether one key store has a certificate, and under which alias.
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { ReadContext } from '../../core/operation.ts';
import { parseInput } from '../parse-input.ts';
import { aliasesIn, defaultStoreAt, isFingerprintOf, readStore, renderStore, type Store } from '../store.ts';
import { ConfigurationTarget } from '../targets.ts';

export const Wish = z.strictObject({
  certificate: z.string().min(1),
  keyStore: z.enum(['CellDefaultKeyStore', 'NodeDefaultKeyStore']).optional(),
  besides: z.string().min(1).optional(),
});

export type Params = {
  readonly certificate: string;
  readonly cell: string;
  readonly node: string | null;
  readonly keyStore: string;
  readonly dmgrHost: string;
  /** only where the store has this certificate of the inventory */
  readonly besides?: string;
};

export type State = {
  /** alias under which the store has the certificate; null: it has not */
  readonly present: string | null;
  /** alias that an import gives */
  readonly alias: string;
  readonly aliasInFile: string;
  /** SHA-1 fingerprints, leaf first */
  readonly chain: readonly string[];
  /** false: the store has nothing that the certificate is to stand beside; only with `besides` */
  readonly isWanted?: boolean;
};

export const storeOf = ({ cell, node, keyStore }: Params): Store => ({ cell, node, name: keyStore });

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, ConfigurationTarget, Wish);
  const { cell, node, name: keyStore } = defaultStoreAt(target, 'KeyStore', wish.keyStore);
  return {
    certificate: wish.certificate,
    cell,
    node,
    keyStore,
    dmgrHost: target.dmgrHost,
    ...(wish.besides !== undefined && { besides: wish.besides }),
  };
}

export async function readState(context: ReadContext, params: Params): Promise<State> {
  const { chain, alias: wanted, aliasInFile } = context.certificate(params.certificate);
  const [leaf] = chain;
  if (leaf === undefined) throw new Error(`certificate ${params.certificate} has no chain`);
  const content = await readStore(await context.wsadmin(params.cell), storeOf(params));
  const present = content.personal.find(({ fingerprint }) => isFingerprintOf(fingerprint, leaf))?.alias ?? null;
  const alias = wanted.toLowerCase();
  const [old] = params.besides === undefined ? [] : context.certificate(params.besides).chain;
  const isWanted =
    present !== null || (old !== undefined && content.personal.some((one) => isFingerprintOf(one.fingerprint, old)));
  const wish = params.besides === undefined ? {} : { isWanted };
  const state = { present, alias, aliasInFile, chain: chain.map(({ sha1 }) => sha1), ...wish };
  if (!isMissing(state)) return state;
  if (aliasesIn(content).has(alias)) {
    const hint = 'Give the certificate another alias in the inventory; an alias in use is never replaced.';
    const message = `cell ${params.cell}: alias ${alias} in ${renderStore(storeOf(params))} belongs to another certificate`;
    throw new OperatorError('CERTIFICATE_ALIAS', message, { hint });
  }
  return state;
}

export const isMissing = ({ present, isWanted = true }: State): boolean => present === null && isWanted;
