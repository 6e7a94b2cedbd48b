// A freshly laid cell of the default scenario in a temporary folder, with its repository; removed when disposed.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { layMaterial } from '../../src/lab/material/lay-material.ts';
import type { Material, MaterialOptions } from '../../src/lab/material/lay-material.ts';
import { openRepository } from '../../src/lab/repository/repository.ts';
import type { Repository, Workspace } from '../../src/lab/repository/repository.ts';
import { sametimeCell } from '../../src/lab/scenario/sametime-cell.ts';
import { managerOf, profileRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';

export interface LabCell extends AsyncDisposable {
  readonly site: Site;
  readonly material: Material;
  readonly repository: Repository;
  /** `<deployment manager's profile>` */
  readonly managerProfile: string;
  /** bytes of a document of the master, below the cell's folder */
  readonly master: (name: string) => Buffer;
  readonly certificatePassword: string;
}

export const NOW = new Date('2026-03-01T12:00:00Z');

export async function layLabCell(options: Partial<MaterialOptions> = {}, basePort = 15_000): Promise<LabCell> {
  const dir = await mkdtemp(path.join(tmpdir(), 'strictstep-lab-'));
  const site: Site = { dir, scenario: sametimeCell, basePort };
  const material = await layMaterial(site, { now: NOW, ...options });
  const managerProfile = profileRoot(site, managerOf(sametimeCell).profile);
  const root = path.join(managerProfile, 'config');
  const nodes = sametimeCell.profiles.map(({ node }) => node);
  return {
    site,
    material,
    managerProfile,
    repository: openRepository({ root, cell: sametimeCell.cell, nodes }),
    master: (name) => readFileSync(path.join(root, 'cells', sametimeCell.cell, name)),
    certificatePassword: readFileSync(material.certificatePasswordFile, 'utf8').trim(),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** AdminTask with the list form of arguments. */
export const adminTask =
  (workspace: Workspace) =>
  (method: string, options: Readonly<Record<string, string>> = {}): string =>
    workspace.call('AdminTask', method, [Object.entries(options).flatMap(([name, value]) => [`-${name}`, value])]);

export const CELL = '(cell):stCell';
export const STP = `${CELL}:(node):stpNode`;
export const PROXY = `${STP}:(server):was_stpProxy`;
