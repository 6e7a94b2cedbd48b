// strictstep lab up, lab down: the simulated deployment as a process.
import { once } from 'node:events';
import { resolve } from 'node:path';
import { openLab } from '../../lab/index.ts';
import { labControl } from '../../lab/lab-control.ts';
import { startLabDetached } from '../lab-process.ts';
import { writeJson, writeNote } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

type UpFlags = GlobalFlags & { readonly dir: string; readonly scenario: 'sametime-cell'; readonly detach: boolean };

export async function labUp({ dir, scenario, detach, json }: UpFlags): Promise<void> {
  const folder = resolve(dir);
  if (detach) {
    await startLabDetached(folder);
    writeNote('ready');
    if (json) writeJson({ schema: 1, dir: folder, inventory: `${folder}/inventory.yaml` });
    return;
  }
  await using lab = await openLab({ dir: folder, scenario });
  writeNote('ready');
  if (json) writeJson({ schema: 1, dir: folder, inventory: lab.inventoryFile });
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), lab.closed]);
}

export async function labDown({ dir, json }: GlobalFlags & { readonly dir: string }): Promise<void> {
  await labControl(resolve(dir)).stop();
  writeNote(`lab ${dir}: stopped; lab up --dir ${dir} goes on from there`);
  if (json) writeJson({ schema: 1, dir: resolve(dir), stopped: true });
}
