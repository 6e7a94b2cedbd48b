// strictstep check: lint of the inputs, then the trust pre-flight. Reads hosts as plan does, writes nothing.
import { checkTrust, readFacts } from '../../check/index.ts';
import { EXIT } from '../../core/errors.ts';
import { openWorld } from '../../run/context.ts';
import { renderCheck } from '../check-text.ts';
import { loadDeployment, loadInputs, type Deployment } from '../inputs.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { parseDate, parseDays } from './cert.ts';
import { planFrom } from './plan.ts';

export type CheckFlags = GlobalFlags & {
  readonly inventory: string;
  readonly playbook?: string;
  readonly at?: string;
  readonly soon: string;
  readonly detailedExitcode: boolean;
};

export async function check(flags: CheckFlags): Promise<void> {
  const when = { at: parseDate(flags.at), soonDays: parseDays(flags.soon) };
  const { deployment, facts, plan } = await read(flags);
  const result = checkTrust({ inventory: deployment.inventory, facts, steps: plan?.steps ?? [], ...when });
  const end = plan === undefined ? 'as they are now' : `at the end of playbook ${plan.playbook.name}`;
  if (flags.json) writeJson({ schema: 1, end, safe: plan?.proof.safe ?? null, ...result });
  else writeResult(renderCheck(result, end));
  const isSafe = plan?.proof.safe ?? true;
  if (!isSafe) writeNote('a state on the way breaks a required link; strictstep plan names it');
  if (result.failing > 0 || !isSafe) process.exitCode = EXIT.gate;
  else if (flags.detailedExitcode && result.warnings > 0) process.exitCode = EXIT.findings;
}

async function read({ inventory: file, playbook }: CheckFlags) {
  if (playbook !== undefined) {
    const inputs = await loadInputs(file, playbook, new Date());
    return { deployment: inputs, ...(await planFrom(inputs)) };
  }
  const deployment = await loadDeployment(file, new Date());
  return { deployment, facts: await factsOf(deployment), plan: undefined };
}

async function factsOf({ inventory, certificates, logins }: Deployment) {
  writeNote(`reading ${inventory.hosts.map(({ name, address, port }) => `${name} (${address}:${port})`).join(', ')}`);
  const { signal } = new AbortController();
  await using world = openWorld({ inventory, certificates, logins, signal });
  return await readFacts(
    inventory,
    world.reader,
    [...certificates.values()].map((file) => file.facts),
  );
}
