// strictstep lab up, lab down: the simulated deployment as a process.
import { once } from 'node:events';
import { resolve } from 'node:path';
import { openCommunityLab, type CommunityLab } from '../../lab/community/index.ts';
import { openLab, type Lab } from '../../lab/index.ts';
import { openSunImLab, type SunImLab } from '../../lab/sun-im/index.ts';
import { openThreeCellsLab, type ThreeCellsLab } from '../../lab/three-cells.ts';
import { OperatorError } from '../../core/errors.ts';
import { parseFault } from '../../lab/fault.ts';
import { labControl } from '../../lab/lab-control.ts';
import { loadState } from '../../lab/state.ts';
import { startLabDetached } from '../lab-process.ts';
import { writeJson, writeNote } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

const SCENARIOS = ['sametime-cell', 'community', 'sun-im', 'three-cells'] as const;
type Scenario = (typeof SCENARIOS)[number];

type UpFlags = GlobalFlags & {
  readonly dir: string;
  readonly scenario?: Scenario;
  readonly detach: boolean;
};

export async function labUp({ dir, scenario: asked, detach, json }: UpFlags): Promise<void> {
  const folder = resolve(dir);
  // A folder goes on as what it is; a name that differs from that is refused by the lab.
  const held = asked === undefined ? (await loadState(folder))?.scenario : asked;
  const scenario = SCENARIOS.find((name) => name === held) ?? 'sametime-cell';
  if (detach) {
    await startLabDetached(folder, scenario);
    writeNote('ready');
    if (json) writeJson({ schema: 1, dir: folder, inventory: `${folder}/inventory.yaml` });
    return;
  }
  await using lab = await open(scenario, folder);
  writeNote('ready');
  if (json) writeJson({ schema: 1, dir: folder, inventory: lab.inventoryFile });
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), lab.closed]);
}

function open(scenario: Scenario, dir: string): Promise<Lab | CommunityLab | SunImLab | ThreeCellsLab> {
  if (scenario === 'community') return openCommunityLab({ dir });
  if (scenario === 'sun-im') return openSunImLab({ dir });
  return scenario === 'three-cells' ? openThreeCellsLab({ dir }) : openLab({ dir });
}

export async function labDown({ dir, json }: GlobalFlags & { readonly dir: string }): Promise<void> {
  await labControl(resolve(dir)).stop();
  writeNote(`lab ${dir}: stopped; lab up --dir ${dir} goes on from there`);
  if (json) writeJson({ schema: 1, dir: resolve(dir), stopped: true });
}

/** Plays the human of a manual step. */
export async function labHand(
  words: readonly string[],
  { dir, json }: GlobalFlags & { readonly dir: string },
): Promise<void> {
  const done = await labControl(resolve(dir)).hand(words);
  writeNote(`lab ${dir}: ${done}`);
  if (json) writeJson({ schema: 1, dir: resolve(dir), done });
}

/** @throws OperatorError INPUT_VALUE when the text is no fault */
export async function labFault(text: string, { dir, json }: GlobalFlags & { readonly dir: string }): Promise<void> {
  const fault = parseFault(parseJson(text));
  await labControl(resolve(dir)).fault(fault);
  writeNote(`lab ${dir}: ${fault.kind} done`);
  if (json) writeJson({ schema: 1, dir: resolve(dir), fault: fault.kind });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OperatorError('INPUT_VALUE', 'lab fault: the argument is no JSON', { cause });
  }
}
