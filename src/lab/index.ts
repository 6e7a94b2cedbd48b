// The embedded lab: one daemon that simulates a deployment with real SSH, real TLS and real files. Nothing in it decides
// that a step fails: processes read their disk when they start, and clients shake hands with what is there.
import { mkdir, readFile, realpath } from 'node:fs/promises';
import type { Server } from 'node:net';
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { callAs } from './client-population.ts';
import { serveControl } from './control.ts';
import { editFile, parseFault } from './fault.ts';
import { textOf } from './json-lines.ts';
import { dressLab, inventoryFile, layLab, moveLab } from './lay.ts';
import { makeDeployment } from './process/deployment.ts';
import type { Deployment } from './process/deployment.ts';
import { sametimeCell } from './scenario/sametime-cell.ts';
import { adminPasswordFile, places, processName } from './site.ts';
import type { Site } from './site.ts';
import { openSshHost } from './ssh-host.ts';
import { openFolder } from './open-folder.ts';
import { keepState } from './state.ts';
import type { LabState } from './state.ts';
import { runTool } from './tool/run-tool.ts';
import type { ClientCall, Delays, Fault, ProcessState, Scenario } from './types.ts';

export { labControl } from './lab-control.ts';

export type LabOptions = {
  /** made when there is none; a folder in which a lab was laid before goes on from there */
  readonly dir: string;
  /** a scenario of one cell; default: sametime-cell */
  readonly scenario?: 'sametime-cell' | Scenario;
  readonly delays?: Partial<Delays>;
  /** a command outlives its SSH session, as with OpenSSH; not given: it is ended */
  readonly doCommandsGoOn?: boolean;
};

export interface Lab extends AsyncDisposable {
  readonly dir: string;
  /** usable by every verb once openLab() has resolved */
  readonly inventoryFile: string;
  readonly site: Site;
  readonly processes: () => readonly ProcessState[];
  readonly callAs: (client: string) => Promise<readonly ClientCall[]>;
  readonly fault: (fault: Fault) => Promise<void>;
  /** resolves when the lab was closed, also by `lab down` */
  readonly closed: Promise<void>;
  /** ends everything; what ran is started again by the next openLab() on the folder */
  readonly close: () => Promise<void>;
}

const DEFAULT_DELAYS: Delays = { startMs: 50, overlayMs: 150 };

/** @throws OperatorError LAB_STATE when the folder is something else, a lab already runs on it, or a port is taken */
export async function openLab(options: LabOptions): Promise<Lab> {
  const { dir, scenario = sametimeCell, delays = {}, doCommandsGoOn = false } = options;
  await mkdir(dir, { recursive: true });
  const { site, state, control } = await openSite(
    await realpath(dir),
    typeof scenario === 'string' ? sametimeCell : scenario,
  );
  try {
    return await openDaemon(site, state, control, { ...DEFAULT_DELAYS, ...delays }, doCommandsGoOn);
  } catch (error) {
    control.close();
    throw error;
  }
}

type Opened = { readonly site: Site; readonly state: LabState; readonly control: Server };

async function openSite(dir: string, scenario: Scenario): Promise<Opened> {
  const siteAt = (basePort: number): Site => ({ dir, scenario, basePort });
  const { state, control } = await openFolder(dir, {
    scenario: scenario.name,
    ports: scenario.ports,
    running: places(scenario).map(processName),
    lay: (basePort) => layLab(siteAt(basePort), new Date()),
    move: (basePort, before) => moveLab(siteAt(basePort), before),
  });
  return { site: siteAt(state.basePort), state, control };
}

async function openDaemon(
  site: Site,
  before: LabState,
  control: Server,
  delays: Delays,
  doCommandsGoOn: boolean,
): Promise<Lab> {
  const keys = await dressLab(site);
  const password = (await readFile(adminPasswordFile(site), 'utf8')).trimEnd();
  const state = keepState({ ...before, pid: process.pid });
  await state.saved();
  const deployment = makeDeployment({
    site,
    delays,
    isLogin: (user, given) => user === site.scenario.user && given === password,
    onRunning: (running) => state.save({ running: [...running] }),
  });
  const fault = (input: Fault): Promise<void> => injectFault(site, deployment, parseFault(input));
  const closed = Promise.withResolvers<void>();
  let closing: Promise<void> | undefined;
  const closeControl = serveControl(control, before.token, {
    tool: (run) => runTool(site, deployment, run),
    request: async (op, message): Promise<Json> => {
      if (op === 'processes') return deployment.processes();
      if (op === 'call-as') return await callAs(site, textOf(message, 'client'));
      if (op === 'fault') await fault(parseFault(message['fault']));
      else if (op === 'stop') setImmediate(() => void close());
      else throw new Error(`the lab has no request ${op}`);
      return null;
    },
  });
  const hosts = await Promise.all(
    site.scenario.hosts.map((host) =>
      openSshHost({ ...site, doCommandsGoOn }, host, keys.hosts.get(host.name) ?? '', keys.client),
    ),
  );
  await deployment.start(before.running);
  const end = async (): Promise<void> => {
    await Promise.all(hosts.map((host) => host.close()));
    await deployment.close();
    state.save({ pid: null });
    await state.saved();
    await closeControl();
    closed.resolve();
  };
  const close = (): Promise<void> => (closing ??= end());
  return {
    dir: site.dir,
    inventoryFile: inventoryFile(site.dir),
    site,
    processes: () => deployment.processes(),
    callAs: (client) => callAs(site, client),
    fault,
    closed: closed.promise,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function injectFault(site: Site, deployment: Deployment, fault: Fault): Promise<void> {
  if (fault.kind === 'edit-file') await editFile(site.dir, fault);
  else if (fault.kind === 'delay') deployment.delayStart(fault.process, fault.startMs);
  else if (fault.kind === 'break-command')
    throw new OperatorError('LAB_STATE', 'lab: this scenario has no such command');
  else deployment.process(fault.process).kill();
}
