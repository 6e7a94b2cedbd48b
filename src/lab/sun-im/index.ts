// The embedded Sun IM lab: hosts with real SSH, servers that speak XMPP, multiplexors, a gateway, a partner, and people who stay
// logged in, in one daemon. Every program decides by its own files as they are when it starts.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { openComponentDaemon } from '../component-daemon.ts';
import type { ComponentDaemon, Shop, Workshop } from '../component-daemon.ts';
import { makeComponent } from '../component.ts';
import type { Component, ComponentParts } from '../component.ts';
import type { ToolRun } from '../control.ts';
import { openComponentLab } from '../open-component-lab.ts';
import type { Begun, ComponentLabOptions } from '../open-component-lab.ts';
import { sunImScenario } from '../scenario/sun-im.ts';
import { ADDRESS, hostRoot } from '../site.ts';
import { runSocketTool } from '../socket-tool.ts';
import { openDesk } from './desk.ts';
import type { ServerLog } from './engine.ts';
import { openGateway } from './gateway.ts';
import { hand } from './hands.ts';
import { runImadmin } from './imadmin.ts';
import { runKeytool } from './keytool.ts';
import { dressSunIm, inventoryFile, laySunIm, moveSunIm } from './lay.ts';
import { openMultiplexor } from './multiplexor.ts';
import { runNssTool } from './nss-tools.ts';
import { openServer } from './server.ts';
import type { SunImSite } from './site.ts';
import { accountsFile, confFile, gatewayFile, partnerFolder, pidFile, portOf, runtimeFolder } from './site.ts';

export interface SunImLab extends ComponentDaemon {
  readonly dir: string;
  readonly inventoryFile: string;
  readonly site: SunImSite;
}

/** @throws OperatorError LAB_STATE */
export function openSunImLab(options: ComponentLabOptions): Promise<SunImLab> {
  const { partner, servers } = sunImScenario;
  const programs = servers.flatMap(({ name }) => [`${name}/server`, `${name}/multiplexor`]);
  return openComponentLab(options, {
    scenario: sunImScenario,
    running: [partner.name, ...programs, 'gateway', 'desk'],
    lay: (site) => laySunIm(site, new Date()),
    move: moveSunIm,
    open: openDaemon,
  });
}

async function openDaemon({ site, before, control, startMs, retryMs }: Begun<SunImSite>): Promise<SunImLab> {
  const daemon = await openComponentDaemon({
    site,
    before,
    control,
    keys: await dressSunIm(site),
    noun: 'federation',
    startMs,
    components: (workshop) => makeComponents(site, workshop, retryMs),
    tool: (shop, run) => runTool(site, shop, run),
    hand: ({ component }, words) => hand({ site, component }, words),
  });
  return { ...daemon, dir: site.dir, inventoryFile: inventoryFile(site.dir), site };
}

/** Layout of the guide's log4j example: `[date] LEVEL category [thread] text`. */
const openLog =
  (file: string, category: string): ServerLog =>
  (level, text) =>
    appendFileSync(file, `[${new Date().toISOString()}] ${level.padEnd(5)} ${category} [main] ${text}\n`);

function makeComponents(site: SunImSite, workshop: Workshop, retryMs: number): readonly Component[] {
  const { sockets, startMs, onChange } = workshop;
  const { servers, partner, gateway } = site.scenario;
  const make = (
    name: string,
    log: ServerLog,
    more: Omit<ComponentParts, 'name' | 'startMs' | 'onChange' | 'tell'>,
  ): Component =>
    makeComponent({ name, startMs: () => startMs(name), onChange, tell: (text) => log('ERROR', text), ...more });
  const gatewayRuntime = runtimeFolder(site, gateway.host);
  const gatewayLog = openLog(path.join(gatewayRuntime, 'log/httpbind.log'), 'httpbind');
  const partnerLog = openLog(path.join(partnerFolder(site), 'xmppd.log'), 'xmppd');
  return [
    make(partner.name, partnerLog, {
      open: () =>
        openServer({
          confFile: path.join(partnerFolder(site), 'iim.conf'),
          sockets: sockets(partner.name),
          log: partnerLog,
        }),
    }),
    ...servers.flatMap(({ name, host }) => {
      const runtime = runtimeFolder(site, host);
      const parts = { confFile: confFile(site, host), sockets: sockets(host) };
      const log = openLog(path.join(runtime, 'log/xmppd.log'), 'xmppd');
      const muxLog = openLog(path.join(runtime, 'log/mux.log'), 'mux');
      return [
        make(`${name}/server`, log, {
          pidFile: pidFile(runtime, 'server'),
          open: () => openServer({ ...parts, accountsFile: accountsFile(site, host), log }),
        }),
        make(`${name}/multiplexor`, muxLog, {
          pidFile: pidFile(runtime, 'multiplexor'),
          open: () => openMultiplexor({ ...parts, log: muxLog }),
        }),
      ];
    }),
    make('gateway', gatewayLog, {
      pidFile: pidFile(gatewayRuntime, 'gateway'),
      open: () =>
        openGateway({
          confFile: gatewayFile(site),
          web: { address: ADDRESS, port: portOf(site, gateway.web) },
          sockets: sockets(gateway.host),
          log: gatewayLog,
        }),
    }),
    make('desk', openLog(path.join(site.dir, 'lab.log'), 'desk'), {
      open: () => Promise.resolve(openDesk(site, retryMs)),
    }),
  ];
}

/** @returns the exit status */
async function runTool(site: SunImSite, { component, sockets, broken }: Shop, run: ToolRun): Promise<number> {
  const { tool, profile: host } = run;
  const record = JSON.stringify([tool, ...run.argv]);
  appendFileSync(path.join(hostRoot(site, host), 'tool-argv.log'), `${record}\n`, { mode: 0o600 });
  if (broken.has(`${host} ${tool}`)) {
    run.err(`${tool}: Permission denied\n`);
    return 255;
  }
  if (tool === 'keytool') return await runKeytool(run);
  if (tool === 'certutil' || tool === 'pk12util') return await runNssTool(run);
  if (tool === 'imadmin') {
    const server = site.scenario.servers.find((one) => one.host === host);
    const which = (name: string): Component => component(`${server?.name}/${name}`);
    return await runImadmin({ confFile: confFile(site, host), component: which }, run);
  }
  if (tool === 'restart-gateway') {
    await component('gateway').stop();
    await component('gateway').launch();
    return 0;
  }
  return runSocketTool(sockets(host), run);
}
