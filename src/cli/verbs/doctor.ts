// strictstep doctor: is this machine fit to run strictstep, and has it what an inventory needs? Writes nothing, contacts no
// host.
import { EXIT } from '../../core/errors.ts';
import { examineInputs } from '../doctor/inputs.ts';
import { examineMachine } from '../doctor/machine.ts';
import type { Examined } from '../doctor/types.ts';
import { writeJson, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export type DoctorFlags = GlobalFlags & {
  readonly inventory?: string;
  readonly state: string;
  readonly detailedExitcode: boolean;
};

export async function doctor({ inventory, state, json, detailedExitcode }: DoctorFlags): Promise<void> {
  const all = [...(await examineMachine(state)), ...(inventory === undefined ? [] : await examineInputs(inventory))];
  const count = (verdict: Examined['verdict']): number => all.filter((one) => one.verdict === verdict).length;
  const [failing, warnings] = [count('fails'), count('warning')];
  if (json) writeJson({ schema: 1, fit: failing === 0, failing, warnings, examined: all.map((one) => ({ ...one })) });
  else writeResult([...all.flatMap(linesOf), '', summary(failing, warnings)].join('\n'));
  if (failing > 0) process.exitCode = EXIT.badInput;
  else if (detailedExitcode && warnings > 0) process.exitCode = EXIT.findings;
}

const linesOf = ({ name, verdict, text, hint }: Examined): readonly string[] => [
  `${verdict.padEnd(7)}  ${name}: ${text}`,
  ...(hint === undefined ? [] : [`         ${hint}`]),
];

const summary = (failing: number, warnings: number): string =>
  failing === 0 ? `fit (${warnings} warnings)` : `${failing} things have to be put right first (${warnings} warnings)`;
