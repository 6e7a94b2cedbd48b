// Codes for which a world has to move: in a lab. Seconds each, so they are raised by remedies.slow.ts.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadInputs } from '../../../src/cli/inputs.ts';
import { startLabDetached } from '../../../src/cli/lab-process.ts';
import { planFrom } from '../../../src/cli/make-plan.ts';
import { plan as planVerb } from '../../../src/cli/verbs/plan.ts';
import { labControl } from '../../../src/lab/lab-control.ts';
import type { Plan } from '../../../src/plan/types.ts';
import { applyPlan } from '../../../src/run/apply.ts';
import { openWorld } from '../../../src/run/context.ts';
import { clientProperties } from '../../helpers/e2e.ts';
import { adminLogin, binOf, openTestLab, sshTo, temporaryFolder } from '../../helpers/lab.ts';
import type { Troubles } from './remedy.ts';

const playbook = (protocol: string): string => `apiVersion: strictstep/v1
playbook: remedy
title: One client
phases:
  - phase: one
    title: One
    tasks:
      - task: Client protocol
        operation: client-properties
        on: { target: profile, nodes: stpNode }
        with: { protocol: ${protocol} }
`;

/** A lab, and one small wish for it. */
async function site(protocol: string) {
  const lab = await openTestLab();
  const file = join(lab.dir, 'playbook.yaml');
  const wish = (text: string): void => writeFileSync(file, playbook(text));
  wish(protocol);
  const inputs = () => loadInputs(lab.inventoryFile, file, new Date());
  const plan = async (): Promise<Plan> => (await planFrom(await inputs())).plan;
  const apply = async (made: Plan): Promise<void> => {
    const { inventory, playbook: wished, certificates, logins } = await inputs();
    await using world = openWorld({ inventory, certificates, logins, signal: new AbortController().signal });
    await applyPlan({
      plan: made,
      inventory,
      playbook: wished,
      certificates: [...certificates.values()].map(({ facts }) => facts),
      world,
      state: join(lab.dir, 'runs'),
      now: () => new Date(),
      emit: () => undefined,
      isHoldRequested: () => false,
    });
  };
  const folders = { census: join(lab.dir, 'census'), state: join(lab.dir, 'runs') };
  const files = { inventory: lab.inventoryFile, playbook: file };
  const flags = { ...files, ...folders, json: false, input: false, detailedExitcode: false };
  return { lab, flags, wish, plan, apply, end: () => lab.close() };
}

export const LAB_TROUBLES: Troubles = {
  PROOF_REFUSED: async () => {
    const { flags, wish, end } = await site('TLSv1.2');
    return {
      act: () => planVerb(flags),
      remedy: () => wish('SSL_TLSv2'),
      end,
    };
  },
  PLAN_STALE: async () => {
    const { lab, plan, apply, end } = await site('SSL_TLSv2');
    const state = { plan: await plan() };
    appendFileSync(clientProperties(lab, 'stpNode'), '\n# by hand\n');
    return {
      act: () => apply(state.plan),
      remedy: async () => {
        state.plan = await plan();
      },
      end,
    };
  },
  HEALTH_FAILED: async () => {
    const { lab, plan, end } = await site('SSL_TLSv2');
    await lab.fault({ kind: 'kill', process: 'stpNode/STProxyServer' });
    return {
      act: plan,
      remedy: async () => {
        await using stp = await sshTo(lab, 'stp');
        const { code, stdout } = await stp.run(
          `${binOf(lab, 'stpNode')}/startServer.sh STProxyServer`,
          await adminLogin(lab),
        );
        if (code !== 0) throw new Error(stdout);
      },
      end,
    };
  },
  LAB_ANSWER: async () => {
    const dir = join(await temporaryFolder(), 'lab');
    mkdirSync(dir);
    writeFileSync(join(dir, 'mine.txt'), 'mine');
    return {
      act: () => startLabDetached(dir, 'sametime-cell'),
      remedy: () => rmSync(join(dir, 'mine.txt')),
      end: () => labControl(dir).stop(),
    };
  },
};
