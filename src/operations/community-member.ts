// A community server or multiplexer as a target: what every operation on one needs of it.
import type { z } from 'zod';
import type { CommunityServerTarget } from './targets.ts';

/** without `kind`, which every target has */
export type CommunityMember = Omit<z.infer<typeof CommunityServerTarget>, 'kind'>;

export function memberOf({ kind: _kind, ...member }: z.infer<typeof CommunityServerTarget>): CommunityMember {
  return member;
}

export const componentOf = ({ community, server }: CommunityMember): string => `${community}/${server}`;

/** Of its dead man's revert; also the name of a folder on the host. */
export const deadManId = ({ community, server }: CommunityMember): string => `${community}-${server}`;

/** Settings and store files of one member are one object: a step on one must see what a step on the other leaves. */
export const subjectOf = (member: CommunityMember): string => `sametime.ini ${componentOf(member)}`;

/** Of either kind of host. */
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));

/** A name in sametime.ini as a path. Where relative ones begin is not documented: we take the folder of the file. */
export function besideIni({ ini }: CommunityMember, name: string): string {
  const isWhole = name.startsWith('/') || /^[A-Za-z]:[\\/]/u.test(name);
  return isWhole ? name : `${folderOf(ini)}${ini.includes('\\') ? '\\' : '/'}${name}`;
}

export const keyStorePath = (member: CommunityMember): string => besideIni(member, 'key.p12');
export const trustStorePath = (member: CommunityMember): string => besideIni(member, 'trust.p12');
