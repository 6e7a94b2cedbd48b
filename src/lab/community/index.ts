// The embedded community lab: hosts with real SSH, community servers with real TLS, and everything that calls them, in one
// daemon. Every program decides by its own files as they are when it starts.
import { appendFileSync } from 'node:fs';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import type { Server } from 'node:net';
import path from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { serveControl } from '../control.ts';
import { editFile, parseFault } from '../fault.ts';
import { textsOf } from '../json-lines.ts';
import { openFolder } from '../open-folder.ts';
import { communityScenario } from '../scenario/community.ts';
import { openSshHost } from '../ssh-host.ts';
import { keepState } from '../state.ts';
import type { LabState } from '../state.ts';
import type { Fault, ProcessState } from '../types.ts';
import { openApplication } from './application.ts';
import { makeComponent } from './component.ts';
import type { Component, ComponentParts } from './component.ts';
import { hand } from './hands.ts';
import { dressCommunity, inventoryFile, layCommunity, ldapCertificate, moveCommunity } from './lay.ts';
import { openLdapServer } from './ldap-server.ts';
import { openMember } from './member.ts';
import { openPopulation } from './population.ts';
import { makeLabClock, openServerLog } from './server-log.ts';
import type { CommunitySite } from './site.ts';
import { logFile, pidFile, programFolder } from './site.ts';
import { makeSocketTable } from './sockets.ts';
import type { SocketTable } from './sockets.ts';
import { runCommunityTool } from './tools.ts';

export type CommunityLabOptions = {
  readonly dir: string;
  /** startMs: from the launch of a program until its ports are open; retryMs: between two tries to log in */
  readonly delays?: { readonly startMs?: number; readonly retryMs?: number };
};

export interface CommunityLab extends AsyncDisposable {
  readonly dir: string;
  readonly inventoryFile: string;
  readonly site: CommunitySite;
  readonly processes: () => readonly ProcessState[];
  readonly fault: (fault: Fault) => Promise<void>;
  /** what a person does, see hands.ts */
  readonly hand: (...words: readonly string[]) => Promise<string>;
  readonly closed: Promise<void>;
  readonly close: () => Promise<void>;
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
  delays: Delays,
): Promise<CommunityLab> {
  const keys = await dressCommunity(site);
  const state = keepState({ ...before, pid: process.pid });
  await state.saved();
  const clock = makeLabClock();
  const tables = new Map<string, SocketTable>();
  const sockets = (host: string): SocketTable => {
    const table = tables.get(host) ?? makeSocketTable();
    tables.set(host, table);
    return table;
  };
  const slow = new Map<string, number>();
  const broken = new Set<string>();
  let isClosing = false;
  const changed = (): void => {
    if (!isClosing)
      state.save({ running: components.filter((one) => one.facts().pid !== null).map(({ name }) => name) });
  };
  const components = makeComponents(site, {
    sockets,
    clock,
    retryMs: delays.retryMs,
    startMs: (name) => slow.get(name) ?? delays.startMs,
    onChange: changed,
  });
  const component = (name: string): Component => {
    const found = components.find((one) => one.name === name);
    if (found !== undefined) return found;
    const hint = `It has ${components.map((one) => one.name).join(', ')}.`;
    throw new OperatorError('LAB_STATE', `lab: the community has no program ${name}`, { hint });
  };
  const fault = async (input: Fault): Promise<void> => {
    const parsed = parseFault(input);
    if (parsed.kind === 'edit-file') await editFile(site.dir, parsed);
    else if (parsed.kind === 'kill') component(parsed.process).kill();
    else if (parsed.kind === 'delay' && parsed.startMs === 0) slow.delete(component(parsed.process).name);
    else if (parsed.kind === 'delay') slow.set(component(parsed.process).name, parsed.startMs);
    else if (parsed.isBroken) broken.add(`${parsed.host} ${parsed.command}`);
    else broken.delete(`${parsed.host} ${parsed.command}`);
  };
  const hands = (words: readonly string[]): Promise<string> =>
    hand({ site, component, clock, clientSockets: sockets('clients') }, words);
  const closed = Promise.withResolvers<void>();
  const dropControl = serveControl(control, before.token, {
    tool: (run) => runCommunityTool({ site, component, sockets, broken }, run),
    request: async (op, message): Promise<Json> => {
      if (op === 'processes') return components.map((one) => one.facts());
      if (op === 'hand') return await hands(textsOf(message, 'words'));
      if (op === 'fault') await fault(parseFault(message['fault']));
      else if (op === 'stop') setImmediate(() => void close());
      else throw new Error(`the lab has no request ${op}`);
      return null;
    },
  });
  const hosts = await Promise.all(
    site.scenario.hosts.map((host) => openSshHost(site, host, keys.hosts.get(host.name) ?? '', keys.client)),
  );
  const launched = await Promise.all(before.running.map((name) => component(name).launch()));
  await Promise.all(launched.map(({ ready }) => ready));
  const end = async (): Promise<void> => {
    isClosing = true;
    await Promise.all(hosts.map((host) => host.close()));
    await Promise.all(components.map((one) => one.stop()));
    state.save({ pid: null });
    await state.saved();
    dropControl();
    const done = Promise.withResolvers<void>();
    control.close(() => done.resolve());
    await done.promise;
    closed.resolve();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= end());
  return {
    dir: site.dir,
    inventoryFile: inventoryFile(site.dir),
    site,
    fault,
    closed: closed.promise,
    close,
    processes: () => components.map((one) => one.facts()),
    hand: (...words) => hands(words),
    [Symbol.asyncDispose]: close,
  };
}

type Workshop = {
  readonly sockets: (host: string) => SocketTable;
  readonly clock: ReturnType<typeof makeLabClock>;
  readonly retryMs: number;
  readonly startMs: (name: string) => number;
  readonly onChange: () => void;
};

function makeComponents(
  site: CommunitySite,
  { sockets, clock, retryMs, startMs, onChange }: Workshop,
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
