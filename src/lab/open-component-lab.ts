// How a lab of components begins, whatever they are: a folder that is laid or goes on, then its daemon.
import { mkdir, realpath } from 'node:fs/promises';
import type { Server } from 'node:net';
import { openFolder } from './open-folder.ts';
import type { FolderParts } from './open-folder.ts';
import type { LabState } from './state.ts';

export type ComponentLabOptions = {
  readonly dir: string;
  /** startMs: from the launch of a program until its ports are open; retryMs: between two tries to log in */
  readonly delays?: { readonly startMs?: number; readonly retryMs?: number };
};

export type Begun<Site> = {
  readonly site: Site;
  readonly before: LabState;
  readonly control: Server;
  readonly startMs: number;
  readonly retryMs: number;
};

type Parts<Scenario, Site, Lab> = {
  readonly scenario: Scenario;
  readonly running: FolderParts['running'];
  readonly lay: (site: Site) => Promise<void>;
  readonly move: (site: Site, before: LabState) => Promise<void>;
  readonly open: (begun: Begun<Site>) => Promise<Lab>;
};

type SiteOf<Scenario> = { readonly dir: string; readonly scenario: Scenario; readonly basePort: number };

/** @throws OperatorError LAB_STATE */
export async function openComponentLab<Scenario extends { readonly name: string; readonly ports: number }, Lab>(
  { dir, delays = {} }: ComponentLabOptions,
  { scenario, running, lay, move, open }: Parts<Scenario, SiteOf<Scenario>, Lab>,
): Promise<Lab> {
  await mkdir(dir, { recursive: true });
  const folder = await realpath(dir);
  const siteAt = (basePort: number): SiteOf<Scenario> => ({ dir: folder, scenario, basePort });
  const { state, control } = await openFolder(folder, {
    scenario: scenario.name,
    ports: scenario.ports,
    running,
    lay: (basePort) => lay(siteAt(basePort)),
    move: (basePort, before) => move(siteAt(basePort), before),
  });
  try {
    return await open({ site: siteAt(state.basePort), before: state, control, startMs: 50, retryMs: 300, ...delays });
  } catch (error) {
    control.close();
    throw error;
  }
}
