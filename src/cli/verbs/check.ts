// strictstep check: lint of the inputs, then the trust pre-flight. Reads hosts as plan does, writes nothing.
import { checkTrust, readFacts } from '../../check/index.ts';
import { EXIT } from '../../core/errors.ts';
import { renderCheck } from '../check-text.ts';
import { openAnnounced } from '../announced-world.ts';
import { firstKeys, type FirstKeyFlags } from '../first-keys.ts';
import { awaiting } from '../heartbeat.ts';
import { loadDeployment, loadInputs, type Deployment } from '../inputs.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { parseDate, parseDays } from './cert.ts';
import { planFrom } from '../make-plan.ts';

export type CheckFlags = GlobalFlags &
  FirstKeyFlags & {
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

async function read(flags: CheckFlags) {
  const { inventory: file, playbook, input } = flags;
  if (playbook !== undefined) {
    const inputs = await loadInputs(file, playbook, new Date(), input);
    return { deployment: inputs, ...(await planFrom(inputs, undefined, undefined, flags)) };
  }
  const deployment = await loadDeployment(file, new Date(), input);
  return { deployment, facts: await factsOf(deployment, flags), plan: undefined };
}

async function factsOf({ inventory, certificates, logins }: Deployment, flags: FirstKeyFlags) {
  using _reading = awaiting(`the answers of ${inventory.hosts.length} hosts`);
  const { signal } = new AbortController();
  await using world = await openAnnounced('reading', { inventory, certificates, logins, signal, ...firstKeys(flags) });
  return await readFacts(
    inventory,
    world.reader,
    [...certificates.values()].map((file) => file.facts),
  );
}
