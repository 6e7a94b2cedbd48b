// The embedded community lab: hosts with real SSH, community servers with real TLS, and everything that calls them, in one
// daemon. Every program decides by its own files as they are when it starts.
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openComponentDaemon } from '../component-daemon.ts';
import type { ComponentDaemon, Workshop } from '../component-daemon.ts';
import { openComponentLab } from '../open-component-lab.ts';
import type { Begun, ComponentLabOptions } from '../open-component-lab.ts';
import { communityScenario } from '../scenario/community.ts';
import { openApplication } from './application.ts';
import { makeComponent } from '../component.ts';
import type { Component, ComponentParts } from '../component.ts';
import { hand } from './hands.ts';
import { dressCommunity, inventoryFile, layCommunity, ldapCertificate, moveCommunity } from './lay.ts';
import { openLdapServer } from './ldap-server.ts';
import { openMember } from './member.ts';
import { openPopulation } from './population.ts';
import { makeLabClock, openServerLog } from './server-log.ts';
import type { LabClock } from './server-log.ts';
import type { CommunitySite } from './site.ts';
import { logFile, pidFile, programFolder } from './site.ts';
import { runCommunityTool } from './tools.ts';

export interface CommunityLab extends ComponentDaemon {
  readonly dir: string;
  readonly inventoryFile: string;
  readonly site: CommunitySite;
}

/** @throws OperatorError LAB_STATE */
export function openCommunityLab(options: ComponentLabOptions): Promise<CommunityLab> {
  const { members, applications, ldap, rich } = communityScenario;
  return openComponentLab(options, {
    scenario: communityScenario,
    running: [ldap.name, ...[...members, ...applications, rich].map(({ name }) => name)],
    lay: (site) => layCommunity(site, new Date()),
    move: moveCommunity,
    open: openDaemon,
  });
}

async function openDaemon({ site, before, control, startMs, retryMs }: Begun<CommunitySite>): Promise<CommunityLab> {
  const clock = makeLabClock();
  const daemon = await openComponentDaemon({
    site,
    before,
    control,
    keys: await dressCommunity(site),
    noun: 'community',
    startMs,
    components: (workshop) => makeComponents(site, { ...workshop, clock, retryMs }),
    tool: (shop, run) => runCommunityTool({ site, ...shop }, run),
    hand: ({ component, sockets }, words) => hand({ site, component, clock, clientSockets: sockets('clients') }, words),
  });
  return { ...daemon, dir: site.dir, inventoryFile: inventoryFile(site.dir), site };
}

type CommunityWorkshop = Workshop & { readonly clock: LabClock; readonly retryMs: number };

function makeComponents(
  site: CommunitySite,
  { sockets, clock, retryMs, startMs, onChange }: CommunityWorkshop,
): readonly Component[] {
  const { members, applications, ldap, rich } = site.scenario;
  const make = (name: string, more: Omit<ComponentParts, 'name' | 'startMs' | 'onChange'>): Component =>
    makeComponent({ name, startMs: () => startMs(name), onChange, ...more });
  const trouble = (text: string): void => appendFileSync(path.join(site.dir, 'lab.log'), `${text}\n`);
  return [
    make(ldap.name, {
      tell: trouble,
      open: async () =>
        openLdapServer(ldap.address, site.basePort + ldap.offset, await readFile(ldapCertificate(site), 'utf8')),
    }),
    ...members.map((member) => {
      const log = openServerLog(logFile(site, member), clock);
      return make(member.name, {
        pidFile: pidFile(site, member),
        tell: (text) => log('E', 'Server', text),
        open: () => openMember({ site, member, sockets: sockets(member.host), log, retryMs }),
      });
    }),
    ...applications.map((application) => {
      const log = openServerLog(path.join(programFolder(site, application), 'logs/trace.log'), clock);
      return make(application.name, {
        tell: (text) => log('E', 'Server', text),
        open: () => openApplication({ site, application, sockets: sockets(application.host), log, retryMs }),
      });
    }),
    make(rich.name, {
      tell: trouble,
      open: () => Promise.resolve(openPopulation({ site, population: rich, sockets: sockets('clients'), retryMs })),
    }),
  ];
}
