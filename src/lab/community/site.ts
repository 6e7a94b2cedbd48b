// One community lab as it lies on the disk: every path, address and port is derived here.
import path from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import type { ApplicationSpec, CommunityScenario, MemberSpec } from '../scenario/community.ts';
import { clientRootsFile } from '../material/wild-certificate.ts';
import { hostRoot } from '../site.ts';

export type CommunitySite = { readonly dir: string; readonly scenario: CommunityScenario; readonly basePort: number };

export const dataFolder = (site: CommunitySite, member: MemberSpec): string =>
  path.join(hostRoot(site, member.host), 'local/notesdata');

export const iniFile = (site: CommunitySite, member: MemberSpec): string =>
  path.join(dataFolder(site, member), 'sametime.ini');

export const logFile = (site: CommunitySite, member: MemberSpec): string =>
  path.join(dataFolder(site, member), 'trace/sametime.log');

/** The lab's: no stored page names a pid file of a real server. */
export const pidFile = (site: CommunitySite, member: MemberSpec): string =>
  path.join(dataFolder(site, member), 'ststart.pid');

/** Folder of a program that is no community server: its settings, its logs. */
export const programFolder = (site: CommunitySite, { host, name }: ApplicationSpec): string =>
  path.join(hostRoot(site, host), 'opt', name);

export const settingsFile = (site: CommunitySite, application: ApplicationSpec): string =>
  path.join(programFolder(site, application), 'connection.properties');

/** What clients fetch their managed communities from. */
export const updateSite = (site: CommunitySite): string => path.join(hostRoot(site, 'web'), 'srv/update-site');

export const rootsFile = (site: CommunitySite): string => clientRootsFile(site.dir);

/** @throws OperatorError LAB_STATE for a name that no member has */
export function memberNamed(site: CommunitySite, name: string): MemberSpec {
  const { members } = site.scenario;
  const found = members.find((member) => member.name === name);
  if (found !== undefined) return found;
  const hint = `It has ${members.map((member) => member.name).join(', ')}.`;
  throw new OperatorError('LAB_STATE', `lab: the community has no member ${name}`, { hint });
}

export const clientPort = (site: CommunitySite, member: MemberSpec): number => site.basePort + member.client;

export const serverPort = (site: CommunitySite, member: MemberSpec): number => {
  if (member.server === null) throw new Error(`${member.name} has no server port`);
  return site.basePort + member.server;
};
