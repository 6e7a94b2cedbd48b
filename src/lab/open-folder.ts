// The folder of a lab: a new one is laid, one that was laid before goes on with its ports, and a copy gets ports of its own.
import { readdir } from 'node:fs/promises';
import type { Server } from 'node:net';
import { OperatorError } from '../core/errors.ts';
import { claimBlock, loadState, newToken, reclaimBlock } from './state.ts';
import type { LabState } from './state.ts';

export type FolderParts = {
  readonly scenario: string;
  /** how many ports from the base port on */
  readonly ports: number;
  /** what a new lab runs */
  readonly running: readonly string[];
  readonly lay: (basePort: number) => Promise<void>;
  readonly move: (basePort: number, before: LabState) => Promise<void>;
};

/** @throws OperatorError LAB_STATE when the folder is something else, a lab already runs on it, or a port is taken */
export async function openFolder(
  dir: string,
  { scenario, ports, running, lay, move }: FolderParts,
): Promise<{ readonly state: LabState; readonly control: Server }> {
  const before = await loadState(dir);
  if (before === undefined) {
    if ((await readdir(dir)).length > 0) {
      const hint = 'Give an empty folder, or one in which a lab was laid before.';
      throw new OperatorError('LAB_STATE', `lab ${dir}: the folder is not empty and has no lab.json`, { hint });
    }
    const { basePort, control } = await claimBlock(ports);
    await lay(basePort);
    const state: LabState = { schema: 1, scenario, dir, basePort, token: newToken(), pid: null, running: [...running] };
    return { state, control };
  }
  if (before.scenario !== scenario) {
    throw new OperatorError('LAB_STATE', `lab ${dir}: holds the scenario ${before.scenario}, not ${scenario}`);
  }
  // A copy of a lab's folder is another lab: it gets ports of its own.
  const isCopy = before.dir !== dir;
  const { basePort, control } = isCopy
    ? await claimBlock(ports)
    : { basePort: before.basePort, control: await reclaimBlock(dir, before.basePort, ports) };
  if (isCopy) await move(basePort, before);
  return { state: { ...before, dir, basePort, token: newToken() }, control };
}
