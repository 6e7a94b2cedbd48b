// What the two store files should hold. A trust store keeps what it has: it may trust an LDAP server's authority, too.
import { OperatorError } from '../../core/errors.ts';
import { keyStorePath, trustStorePath, type CommunityMember } from '../community-member.ts';
import type { CommunityState, KnownCertificate, KnownChain, KnownStore } from '../community-state.ts';

export type Params = CommunityMember & { readonly certificate: string; readonly trust: readonly string[] };

type Store = KnownStore | 'closed';

export function wantedStores(state: CommunityState, params: Params): Readonly<Record<string, KnownStore>> {
  const own = chainOf(state, params.certificate);
  const found = state.stores[trustStorePath(params)];
  const kept = found === undefined || found === 'closed' ? [] : found.trust;
  const added = [own, ...params.trust.map((name) => chainOf(state, name))].flatMap(authoritiesOf);
  const trust = [...kept];
  for (const signer of added) {
    if (!trust.some(({ certificate }) => certificate.sha256 === signer.certificate.sha256)) trust.push(signer);
  }
  const form = 'pkcs12-legacy';
  return {
    [keyStorePath(params)]: { form, mode: '0600', keys: [own], trust: [] },
    [trustStorePath(params)]: {
      form,
      mode: '0600',
      keys: [],
      trust: trust.toSorted((a, b) => (a.certificate.sha256 < b.certificate.sha256 ? -1 : 1)),
    },
  };
}

function chainOf({ certificates }: CommunityState, name: string): KnownChain {
  return certificates[name] ?? unknownCertificate(name, Object.keys(certificates));
}

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function unknownCertificate(name: string, declared: readonly string[]): never {
  const hint = `Declared certificates: ${declared.join(', ') || 'none'}.`;
  throw new OperatorError('INPUT_UNKNOWN_NAME', `certificate ${name} is not declared in the inventory`, { hint });
}

/** Root last; one that signed itself is its own. */
export function authoritiesOf<Certificate extends Pick<KnownCertificate, 'sha256'>>({
  alias,
  chain,
}: {
  readonly alias: string;
  readonly chain: readonly Certificate[];
}): readonly { readonly alias: string; readonly certificate: Certificate }[] {
  const authorities = chain.length === 1 ? chain : chain.slice(1);
  return authorities.map((certificate, index) => ({
    alias: `${alias}-${index === authorities.length - 1 ? 'root' : `intermediate-${index + 1}`}`.toLowerCase(),
    certificate,
  }));
}

export const isSameStore = (a: Store | undefined, b: Store | undefined): boolean =>
  (a === undefined ? 'none' : describeStore(a)) === (b === undefined ? 'none' : describeStore(b));

/** Everything that counts: aliases of signers do not. */
export function describeStore(store: Store): string {
  if (store === 'closed') return 'cannot be opened';
  const keys = store.keys.map(
    ({ alias, chain }) => `key ${alias} with ${chain.map(({ sha256 }) => shortOf(sha256)).join(' ')}`,
  );
  const signers = store.trust.map(({ certificate }) => shortOf(certificate.sha256)).toSorted();
  const trust = signers.length === 0 ? [] : [`signers ${signers.join(' ')}`];
  return [...keys, ...trust, store.form, `mode ${store.mode}`].join('; ');
}

/** Sixteen digits: enough to tell certificates of one deployment apart, in a line that people read. */
export const shortOf = (sha256: string): string => sha256.replaceAll(':', '').slice(0, 16).toLowerCase();
