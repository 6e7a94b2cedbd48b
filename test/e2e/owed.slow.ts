// A restart that nobody can see from outside stays owed: the row of meeting recording was written, the run ended before the
// meeting server was restarted, and a new plan is made.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadInputs } from '../../src/cli/inputs.ts';
import type { Plan } from '../../src/plan/types.ts';
import { applyPlan } from '../../src/run/apply.ts';
import { openWorld } from '../../src/run/context.ts';
import { strictstep } from '../helpers/cli.ts';
import { openTestLab, pidOf } from '../helpers/lab.ts';

const MEETING = 'stmNode/STMeetingServer';

test(
  'a restart that a run still owed is in the next plan, until somebody has made it',
  { timeout: 300_000 },
  async () => {
    await using lab = await openTestLab();
    const out = mkdtempSync(join(tmpdir(), 'strictstep-owed-'));
    const [playbookFile, planFile, state] = [join(out, 'playbook.yaml'), join(out, 'plan.json'), join(out, 'runs')];
    writeFileSync(
      playbookFile,
      `apiVersion: strictstep/v1
playbook: row
title: The row alone
phases:
  - phase: row
    title: Recording
    tasks:
      - { task: Row, operation: recording-row, on: { target: database }, with: { protocol: TLSv1.2 } }
`,
    );
    const planAgain = async (folder: string): Promise<Plan> => {
      const wish = ['--inventory', lab.inventoryFile, '--playbook', playbookFile];
      const { exitCode, stdout, stderr } = await strictstep(
        'plan',
        ...wish,
        '--state',
        folder,
        '--out',
        planFile,
        '--json',
      );
      expect(exitCode, stderr).toBe(0);
      return JSON.parse(stdout) as Plan;
    };
    const operationsOf = ({ steps }: Plan): readonly string[] => steps.map(({ operation }) => operation);

    const first = await planAgain(state);
    expect(operationsOf(first)).toEqual(['recording-row', 'server-restart']);
    const { inventory, playbook, certificates, logins } = await loadInputs(lab.inventoryFile, playbookFile, new Date());
    {
      await using world = openWorld({ inventory, certificates, logins, signal: new AbortController().signal });
      let finished = 0;
      const outcome = await applyPlan({
        plan: first,
        inventory,
        playbook,
        certificates: [...certificates.values()].map(({ facts }) => facts),
        world,
        state,
        now: () => new Date(),
        emit: ({ type }) => void (finished += Number(type === 'step-finished')),
        isHoldRequested: () => finished === 1,
      });
      expect(outcome.status).toBe('held');
    }
    const pid = pidOf(lab, MEETING);

    // Nothing on any host tells of it.
    expect(operationsOf(await planAgain(join(out, 'elsewhere')))).toEqual([]);
    const second = await planAgain(state);
    expect(operationsOf(second)).toEqual(['server-restart']);
    const applied = await strictstep('apply', planFile, '--state', state, '--confirm', second.confirm);
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect(pidOf(lab, MEETING)).not.toBe(pid);
    // The first run is as unfinished as before, and owes nothing any more.
    expect(operationsOf(await planAgain(state))).toEqual([]);
  },
);
