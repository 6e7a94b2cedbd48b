// Whether one key store still has a certificate, and what still names it there.
import { z } from 'zod';
import type { Json } from '../../core/json.ts';
import type { ReadContext } from '../../core/operation.ts';
import { isSameAlias } from '../../products/websphere/certificate-replies.ts';
import type { SecurityModel } from '../../products/websphere/security-model.ts';
import { parseInput } from '../parse-input.ts';
import { isFingerprintOf, readStore, scopeOf, type Store } from '../store.ts';
import { ConfigurationTarget } from '../targets.ts';

export const Wish = z.strictObject({ certificate: z.string().min(1) });

export type Params = {
  readonly certificate: string;
  readonly cell: string;
  readonly node: string | null;
  readonly keyStore: string;
  readonly dmgrHost: string;
  readonly dmgrProfile: string;
};

export type State = {
  /** alias under which the store has it; null: it has not */
  readonly present: string | null;
  readonly aliasInFile: string;
  /** SHA-1 fingerprints, leaf first */
  readonly chain: readonly string[];
};

export const storeOf = ({ cell, node, keyStore }: Params): Store => ({ cell, node, name: keyStore });

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, ConfigurationTarget, Wish);
  const { cell, dmgrHost, dmgrProfile } = target;
  const keyStore = target.kind === 'cell' ? 'CellDefaultKeyStore' : 'NodeDefaultKeyStore';
  return { ...wish, cell, node: target.kind === 'node' ? target.node : null, keyStore, dmgrHost, dmgrProfile };
}

export async function readState(context: ReadContext, params: Params): Promise<State> {
  const { chain, aliasInFile } = context.certificate(params.certificate);
  const [leaf] = chain;
  if (leaf === undefined) throw new Error(`certificate ${params.certificate} has no chain`);
  const { personal } = await readStore(await context.wsadmin(params.cell), storeOf(params));
  const present = personal.find(({ fingerprint }) => isFingerprintOf(fingerprint, leaf))?.alias ?? null;
  return { present, aliasInFile, chain: chain.map(({ sha1 }) => sha1) };
}

/** Groups without an alias take the only certificate there is: which one is not certain, so they count. */
export function namersOf({ configurations, groups }: SecurityModel, params: Params, alias: string): readonly string[] {
  const own = configurations.filter(
    ({ keyStore }) => keyStore.name === params.keyStore && keyStore.scope === scopeOf(params),
  );
  const isNamed = (text: string): boolean => text === '' || isSameAlias(text, alias);
  return [
    ...groups
      .filter(
        ({ configuration, certificateAlias }) =>
          isNamed(certificateAlias) &&
          own.some((one) => one.alias === configuration.alias && one.scope === configuration.scope),
      )
      .map(({ direction, scope }) => `${direction} endpoint security ${scope}`),
    ...own
      .filter(({ keyAliases = [] }) => keyAliases.some((one) => isSameAlias(one, alias)))
      .map((one) => `SSL configuration ${one.alias} ${one.scope}`),
  ];
}
