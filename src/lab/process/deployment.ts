// All WebSphere processes of a lab: what each of them serves, who watches whom, and which shall run at the next start.
import path from 'node:path';
import { openRepository } from '../repository/repository.ts';
import { endpointOf, managerOf, placeNamed, places, portOf, processName, profileRoot } from '../site.ts';
import type { Place, Site } from '../site.ts';
import type { Delays, ProcessState } from '../types.ts';
import { openAnchor } from './anchor.ts';
import type { Anchor } from './anchor.ts';
import { openListener } from './listener.ts';
import type { Listener, ListenerParts } from './listener.ts';
import { keepOverlay } from './node-agent.ts';
import type { OverlayPeer } from './node-agent.ts';
import { serveSoap } from './soap-service.ts';
import { soapTarget } from './soap-target.ts';
import type { Security } from './tls-settings.ts';
import { makeWasProcess } from './was-process.ts';
import type { Life, WasProcess } from './was-process.ts';
import { respond, serveHttp, serveOverlay, serveSip } from './web-services.ts';

export type DeploymentParts = {
  readonly site: Site;
  readonly delays: Delays;
  readonly isLogin: (user: string, password: string) => boolean;
  /** after every change of what runs */
  readonly onRunning: (names: readonly string[]) => void;
  /** else an operating system process for each WebSphere process */
  readonly openAnchor?: (name: string) => Promise<Anchor>;
  /** else a TLS port of this process */
  readonly openListener?: (parts: ListenerParts) => Promise<Listener>;
  /** whom a node agent calls; else all that run in this deployment */
  readonly overlayPeers?: (place: Place) => readonly OverlayPeer[];
};

export interface Deployment {
  /** @throws OperatorError LAB_STATE for an unknown name */
  process(name: string): WasProcess;
  processes(): readonly ProcessState[];
  /** the next starts of the process take this long; 0: as all others */
  delayStart(name: string, startMs: number): void;
  start(names: readonly string[]): Promise<void>;
  /** ends all processes without forgetting that they shall run */
  close(): Promise<void>;
}

export function makeDeployment(parts: DeploymentParts): Deployment {
  const { site, delays, isLogin, onRunning } = parts;
  const { scenario } = site;
  const manager = managerOf(scenario);
  const repository = openRepository({
    root: path.join(profileRoot(site, manager.profile), 'config'),
    cell: scenario.cell,
    nodes: scenario.profiles.map(({ node }) => node),
  });
  const slow = new Map<string, number>();
  let isClosing = false;
  const all = new Map<string, WasProcess>();
  const named = (name: string): WasProcess => {
    placeNamed(scenario, name);
    const found = all.get(name);
    if (found === undefined) throw new Error(`process ${name} was not made`);
    return found;
  };
  const isRunning = (place: Place): boolean => named(processName(place)).facts().state === 'running';
  const changed = (): void => {
    if (isClosing) return;
    onRunning([...all].filter(([, one]) => ['starting', 'running'].includes(one.facts().state)).map(([name]) => name));
  };
  /** The deployment manager notices the node agents' coming and going. Text from memory, not verified. */
  const tellManager = (place: Place, text: string): void => {
    if (place.server.type === 'NODE_AGENT' && isRunning(manager)) {
      named(processName(manager)).log(
        'I',
        'NodeDiscovery',
        `${text} (name: nodeagent, type: NodeAgent, node: ${place.profile.node})`,
      );
    }
  };
  const overlayPeers = (place: Place): readonly OverlayPeer[] =>
    places(scenario)
      .filter((other) => other.server !== place.server)
      .filter((other) => other.server === manager.server || other.profile === place.profile)
      .filter(isRunning)
      .map((other) => ({
        name: processName(other),
        port: portOf(site, endpointOf(other.server, { service: 'overlay' })),
      }));

  const live = (self: WasProcess, security: Security): Life => {
    const { place } = self;
    const scope = { cell: scenario.cell, node: place.profile.node, server: place.server.name };
    const giveUp = async (): Promise<void> => {
      await self.stop();
      if (!isClosing) await self.start();
    };
    const endOverlay =
      place.server.type === 'NODE_AGENT'
        ? keepOverlay({
            started: security,
            path: scope,
            peers: () => (parts.overlayPeers ?? overlayPeers)(place),
            everyMs: delays.overlayMs,
            log: self.log,
            giveUp: () => void giveUp(),
          })
        : undefined;
    return {
      serve: (endpoint, socket) => {
        if (endpoint.service === 'soap') serveSoap(socket, soapTarget({ site, self, repository, isLogin }));
        else if (endpoint.service === 'overlay') serveOverlay(socket, place.server.name);
        else if (endpoint.service === 'sip') serveSip(socket, place.server.name);
        else serveHttp(socket, () => respond(site, place, security));
      },
      end: () => endOverlay?.(),
    };
  };

  for (const place of places(scenario)) {
    const name = processName(place);
    all.set(
      name,
      makeWasProcess({
        site,
        place,
        startMs: () => slow.get(name) ?? delays.startMs,
        openAnchor: parts.openAnchor ?? openAnchor,
        openListener: parts.openListener ?? openListener,
        live,
        onStart: () => {
          tellManager(place, 'ADMD0023I: The system discovered process');
          changed();
        },
        onEnd: () => {
          tellManager(place, 'ADMD0024I: The system no longer detects process');
          changed();
        },
      }),
    );
  }

  return {
    process: named,
    processes: () => [...all.values()].map((one) => one.facts()),
    delayStart: (name, startMs) => {
      placeNamed(scenario, name);
      if (startMs === 0) slow.delete(name);
      else slow.set(name, startMs);
    },
    start: async (names) => {
      await Promise.all(names.map((name) => named(name).start()));
      changed();
    },
    close: async () => {
      isClosing = true;
      await Promise.all([...all.values()].map((one) => one.stop()));
    },
  };
}
