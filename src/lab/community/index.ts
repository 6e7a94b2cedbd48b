// The embedded community lab: hosts with real SSH, community servers with real TLS, and everything that calls them, in one
// daemon. Every program decides by its own files as they are when it starts.
import { appendFileSync } from 'node:fs';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import type { Server } from 'node:net';
import path from 'node:path';
import { openComponentDaemon } from '../component-daemon.ts';
import type { ComponentDaemon, Workshop } from '../component-daemon.ts';
import { openFolder } from '../open-folder.ts';
import { communityScenario } from '../scenario/community.ts';
import type { LabState } from '../state.ts';
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

export type CommunityLabOptions = {
  readonly dir: string;
  /** startMs: from the launch of a program until its ports are open; retryMs: between two tries to log in */
  readonly delays?: { readonly startMs?: number; readonly retryMs?: number };
};

export interface CommunityLab extends ComponentDaemon {
  readonly dir: string;
  readonly inventoryFile: string;
  readonly site: CommunitySite;
}

/** @throws OperatorError LAB_STATE */
export async function openCommunityLab({ dir, delays = {} }: CommunityLabOptions): Promise<CommunityLab> {
  await mkdir(dir, { recursive: true });
  const folder = await realpath(dir);
  const scenario = communityScenario;
  const siteAt = (basePort: number): CommunitySite => ({ dir: folder, scenario, basePort });
  const { members, applications, ldap, rich } = scenario;
  const { state, control } = await openFolder(folder, {
    scenario: scenario.name,
    ports: scenario.ports,
    running: [ldap.name, ...[...members, ...applications, rich].map(({ name }) => name)],
    lay: (basePort) => layCommunity(siteAt(basePort), new Date()),
    move: (basePort, before) => moveCommunity(siteAt(basePort), before),
  });
  try {
    return await openDaemon(siteAt(state.basePort), state, control, { startMs: 50, retryMs: 300, ...delays });
  } catch (error) {
    control.close();
    throw error;
  }
}

type Delays = { readonly startMs: number; readonly retryMs: number };

async function openDaemon(
  site: CommunitySite,
  before: LabState,
  control: Server,
  { startMs, retryMs }: Delays,
): Promise<CommunityLab> {
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
