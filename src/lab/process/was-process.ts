// One WebSphere process: reads its disk when it starts, opens a TLS listener per endpoint with exactly that, and keeps
// them until it ends. It starts wholly or not at all: one port that cannot be opened ends it.
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { logFolder, pidFile, portOf, processName, profileRoot } from '../site.ts';
import type { Place, Site } from '../site.ts';
import type { EndpointSpec, ProcessState } from '../types.ts';
import type { Anchor } from './anchor.ts';
import type { Listener, ListenerParts } from './listener.ts';
import { openSystemOut } from './system-out.ts';
import type { SystemOut } from './system-out.ts';
import { readForStart, servedKey, settingsFor, trustedSigners } from './tls-settings.ts';
import type { Security } from './tls-settings.ts';

/** What a started process serves, and what it does on its own while it runs. */
export type Life = {
  readonly serve: (endpoint: EndpointSpec, socket: Socket) => void;
  readonly end: () => void;
};

export type ProcessParts = {
  readonly site: Site;
  readonly place: Place;
  readonly startMs: () => number;
  readonly openAnchor: (name: string) => Promise<Anchor>;
  readonly openListener: (parts: ListenerParts) => Promise<Listener>;
  readonly live: (self: WasProcess, security: Security) => Life;
  readonly onStart: () => void;
  /** stopped, or crashed: ended by something else than stop() */
  readonly onEnd: () => void;
};

export interface WasProcess {
  readonly place: Place;
  readonly log: SystemOut;
  readonly facts: () => ProcessState;
  /** the configuration that the running process was started with */
  readonly security: () => Security | undefined;
  /** Gives the pid; undefined when the process ended because a port could not be opened: SystemOut.log says why. */
  start(): Promise<number | undefined>;
  stop(): Promise<void>;
  /** ends the operating system process from outside */
  kill(): void;
}

type Running = {
  readonly anchor: Anchor;
  listeners: readonly Listener[];
  life: Life | undefined;
  security: Security | undefined;
};

export function makeWasProcess(parts: ProcessParts): WasProcess {
  const { site, place, startMs, openAnchor, openListener, live, onStart, onEnd } = parts;
  const log = openSystemOut(logFolder(site, place));
  const { server, profile } = place;
  const file = pidFile(site, place);
  let state: ProcessState['state'] = 'stopped';
  let running: Running | undefined;

  /** Ports first: nobody may find a port open whose process is gone. */
  const release = async (ended: Running): Promise<void> => {
    const isCurrent = running === ended;
    if (isCurrent) {
      running = undefined;
      state = 'stopping';
    }
    ended.life?.end();
    await Promise.all(ended.listeners.map((listener) => listener.close()));
    if (isCurrent) state = 'stopped';
  };

  const watch = async (current: Running): Promise<void> => {
    await current.anchor.ended;
    if (running !== current) return;
    await release(current);
    onEnd();
  };

  const openListeners = async (self: WasProcess, current: Running): Promise<void> => {
    const configRoot = path.join(profileRoot(site, profile), 'config');
    const { cell } = site.scenario;
    const security = await readForStart(configRoot, { cell, node: profile.node, server: server.name });
    current.security = security;
    current.life = live(self, security);
    const { serve } = current.life;
    for (const endpoint of server.endpoints) {
      const scope = { cell, node: profile.node, server: server.name, endpoint: endpoint.name };
      const settings = settingsFor(security, scope, 'inbound');
      const listener = await openListener({
        port: portOf(site, endpoint),
        settings,
        served: await servedKey(security, settings, settings.certificateAlias),
        signers: settings.clients === 'none' ? [] : await trustedSigners(security, settings),
        onConnection: (socket) => serve(endpoint, socket),
        onHandshakeFailure: (text) => log('E', 'SSLHandshakeE', text),
      });
      current.listeners = [...current.listeners, listener];
    }
  };

  const self: WasProcess = {
    place,
    log,
    facts: () => ({ process: processName(place), state, pid: running?.anchor.pid ?? null }),
    security: () => running?.security,
    async start() {
      if (running !== undefined || state !== 'stopped') return running?.anchor.pid;
      state = 'starting';
      await mkdir(path.dirname(file), { recursive: true });
      const anchor = await openAnchor(server.name);
      const current: Running = { anchor, listeners: [], life: undefined, security: undefined };
      running = current;
      writeFileSync(file, `${anchor.pid}\n`);
      void watch(current);
      await delay(startMs());
      try {
        await openListeners(self, current);
      } catch (error) {
        log('E', 'WsServerImpl', error instanceof Error ? error.message : String(error));
        await end(current);
        return undefined;
      }
      // It may have been killed while its ports were being opened.
      if (running !== current) {
        await release(current);
        return undefined;
      }
      state = 'running';
      log('A', 'WsServerImpl', `WSVR0001I: Server ${server.name} open for e-business`);
      onStart();
      return anchor.pid;
    },
    async stop() {
      const current = running;
      if (current === undefined) return;
      log('A', 'WsServerImpl', `WSVR0024I: Server ${server.name} stopped`);
      await end(current);
      onEnd();
    },
    kill: () => running?.anchor.kill(),
  };

  // A stopped process leaves no pid file; a crashed one does.
  const end = async (current: Running): Promise<void> => {
    state = 'stopping';
    running = undefined;
    await release(current);
    current.anchor.end();
    await current.anchor.ended;
    rmSync(file, { force: true });
    state = 'stopped';
  };

  return self;
}
