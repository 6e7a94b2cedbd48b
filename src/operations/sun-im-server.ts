// A Sun Instant Messaging server as a target, and where strictstep puts what it makes for it. Stores are new files named after
// the certificate: a file that a running server may read again is never replaced, iim.conf alone says which one counts.
import { X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { sha256Hex } from '../core/json.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import type { KnownChain } from './community-state.ts';
import type { SunImServerTarget } from './targets.ts';

/** without `kind`, which every target has */
export type SunImMember = Omit<z.infer<typeof SunImServerTarget>, 'kind'>;

export function sunImMemberOf({ kind: _kind, ...member }: z.infer<typeof SunImServerTarget>): SunImMember {
  return member;
}

type Named = Pick<SunImMember, 'community' | 'server'>;
export const componentOf = ({ community, server }: Named): string => `${community}/${server}`;

/** Of its dead man's revert; also the name of a folder on the host. */
export const deadManId = ({ community, server }: Named): string => `${community}-${server}`;

/** Settings and stores of one server are one object: a step on one must see what a step on the other leaves. */
export const subjectOf = (member: Named): string => `iim.conf ${componentOf(member)}`;

export const folderOf = ({ config }: Pick<SunImMember, 'config'>): string => config.slice(0, config.lastIndexOf('/'));

/** A name in iim.conf as a path; relative ones begin at the folder of the file (table 12-1: im-cfg-base). */
export const besideConfig = (member: Pick<SunImMember, 'config'>, name: string): string =>
  name.startsWith('/') ? name : `${folderOf(member)}/${name}`;

/** What strictstep makes for a certificate. */
export type OwnPaths = {
  readonly javaStore: string;
  readonly database: string;
  readonly passwordFile: string;
  /** while it works: the .p12, and the beginning of the names of authorities */
  readonly p12: string;
  readonly authority: string;
};

/** Another certificate, or another set of trusted servers, gets another file. */
export function ownPaths(
  member: Pick<SunImMember, 'config' | 'peerAuthorities'>,
  { chain }: Pick<KnownChain, 'chain'>,
): OwnPaths {
  const leaf = (chain[0]?.sha256 ?? '').replaceAll(':', '').toLowerCase();
  const others = authoritiesIn(member).map(({ certificate }) => certificate.sha256);
  const digest = others.length === 0 ? leaf : sha256Hex(Buffer.from([leaf, ...others.toSorted()].join()));
  const base = `${folderOf(member)}/strictstep-${digest.slice(0, 8)}`;
  return {
    javaStore: `${base}.jks`,
    database: `${base}-nss`,
    passwordFile: `${base}.password`,
    p12: `${base}.p12`,
    authority: `${base}-authority`,
  };
}

export const authoritiesIn = ({ peerAuthorities }: Pick<SunImMember, 'peerAuthorities'>) =>
  peerAuthorities.map(({ alias, pem }) => ({
    alias,
    certificate: summarizeCertificate(new X509Certificate(pem).raw),
  }));
