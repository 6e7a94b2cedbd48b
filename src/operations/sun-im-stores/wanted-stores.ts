// What the stores of a certificate should hold. Pure.
import { OperatorError } from '../../core/errors.ts';
import { authoritiesOf, shortOf, unknownCertificate } from '../community-stores/wanted-stores.ts';
import { authoritiesIn, ownPaths, type OwnPaths, type SunImMember } from '../sun-im-server.ts';
import {
  authorityOf,
  type KnownDatabase,
  type KnownJavaStore,
  type SunImChain,
  type SunImState,
} from '../sun-im-state.ts';

export const STORE_PARTS = ['server', 'multiplexor'] as const;
export type Params = SunImMember & {
  readonly certificate: string;
  /** server: a JKS; multiplexor: the databases for its legacy SSL */
  readonly parts: readonly (typeof STORE_PARTS)[number][];
};

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function certificateOf({ certificates }: Pick<SunImState, 'certificates'>, { certificate }: Params): SunImChain {
  return certificates[certificate] ?? unknownCertificate(certificate, Object.keys(certificates));
}

export const pathsFor = (state: Pick<SunImState, 'certificates'>, params: Params): OwnPaths =>
  ownPaths(params, certificateOf(state, params));

/** The key with its chain, and as signers every authority of the chain and those of servers of others. */
export function wantedJavaStore(state: SunImState, params: Params): KnownJavaStore {
  const own = certificateOf(state, params);
  return {
    form: 'jks',
    mode: '0600',
    keys: [{ alias: own.alias.toLowerCase(), chain: own.chain }],
    trust: [
      ...authoritiesOf(own).map(({ alias, certificate }) => ({ alias, certificate: { ...certificate, pem: '' } })),
      ...foreignAuthorities(own, params).map(({ alias, certificate }) => ({
        alias,
        certificate: authorityOf(certificate),
      })),
    ].toSorted((a, b) => (a.certificate.sha256 < b.certificate.sha256 ? -1 : 1)),
    keyOpens: true,
  };
}

/** Those that the own chain does not have. */
export const foreignAuthorities = (
  { chain }: { readonly chain: readonly { readonly sha256: string }[] },
  params: Pick<Params, 'peerAuthorities'>,
) =>
  authoritiesIn(params).filter(
    ({ certificate: { sha256 } }, index, all) =>
      !chain.some((one) => one.sha256 === sha256) &&
      all.findIndex(({ certificate }) => certificate.sha256 === sha256) === index,
  );

export const isGoodStore = (found: SunImState['stores'][string] | undefined, wanted: KnownJavaStore): boolean =>
  typeof found === 'object' && describeJavaStore(found) === describeJavaStore(wanted);

/** Everything that counts. */
export function describeJavaStore({ form, mode, keys, trust, keyOpens }: KnownJavaStore): string {
  const key = keys.map(
    ({ alias, chain }) => `key ${alias} with ${chain.map(({ sha256 }) => shortOf(sha256)).join(' ')}`,
  );
  const signers = trust.map(({ certificate }) => shortOf(certificate.sha256)).toSorted();
  return [
    form,
    ...key,
    `signers ${signers.join(' ')}`,
    `mode ${mode}`,
    keyOpens ? 'one password' : 'two passwords',
  ].join('; ');
}

/** Nicknames of authorities are NSS's own choice, so they are not compared. */
export function isGoodDatabase(
  found: SunImState['databases'][string] | undefined,
  state: SunImState,
  params: Params,
): found is KnownDatabase {
  const { alias, chain } = certificateOf(state, params);
  if (found === undefined || 'fault' in found) return false;
  const isKeyed = found.keys.some((key) => key.includes(alias));
  return found.leaf?.sha256 === chain[0]?.sha256 && isKeyed && found.isValid && !found.isOpen;
}

export const describeDatabase = (alias: string): string => `"${alias}" with key and trusted chain`;

/** What is there under a name of ours and is something else was made by somebody else, or is damaged.
 * @throws OperatorError STEP_FAILED */
export function refuseOther(path: string, { host }: SunImMember): never {
  throw new OperatorError('STEP_FAILED', `host ${host}: ${path} is there and is not what strictstep makes`, {
    hint: 'Look at it (keytool -list, certutil -L) and move it away when nothing uses it.',
  });
}
