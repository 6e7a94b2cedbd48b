// Codes of the gates before a run: confirmation, approvals, window, census, the watchdog of dynamic ports.
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeApproval } from '../../../src/approval/index.ts';
import { expectConfirmation } from '../../../src/cli/confirm.ts';
import { expectApprovals, expectWindow } from '../../../src/cli/gates.ts';
import { status } from '../../../src/cli/verbs/status.ts';
import type { CensusEvidence } from '../../../src/core/operation.ts';
import { openJournal } from '../../../src/journal/journal.ts';
import { operationNamed } from '../../../src/operations/index.ts';
import { makePlan } from '../../../src/plan/make.ts';
import { makeRunFolder } from '../../../src/run/run-folder.ts';
import { allowedLine, makeKey, somePlan, writeAllowed, writePlan } from '../../approval/keys.ts';
import { communityOf, communityPlanInput, DYNAMIC, LEGACY } from '../../helpers/community.ts';
import { makeWorld, memoryContext } from '../../helpers/memory-run.ts';
import { modePlaybook } from '../../helpers/mode-playbook.ts';
import type { Trouble, Troubles } from './remedy.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'strictstep-remedy-'));

/** A plan with an allowed-signers file, and keys of two people. */
function approvers() {
  const folder = newFolder();
  const plan = somePlan();
  const planFile = writePlan(folder, plan);
  const [alice, mallory] = [makeKey(folder, 'alice'), makeKey(folder, 'mallory')];
  const allowed = writeAllowed(folder, allowedLine('alice', alice));
  const approve = (keyFile: string) =>
    writeApproval({ plan, planFile, keyFile, identity: 'alice', now: new Date(), lifetimeMs: 60_000 });
  const gate = () => expectApprovals(plan, planFile, { approvals: '1', allowedSigners: allowed });
  return { alice, mallory, approve, gate };
}

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

function census(evidence: CensusEvidence | undefined): Trouble {
  const state = { evidence };
  const operation = operationNamed('census-gate');
  const params = operation.parse({ target: { kind: 'community', community: 'c' }, with: {} });
  const context = { ...memoryContext(makeWorld()), census: async () => state.evidence };
  return {
    act: () => operation.apply(context, params),
    remedy: () => {
      state.evidence = PASSED;
    },
  };
}
const PASSED: CensusEvidence = { verdict: 'PASS', reasons: [], legacy: [], ageMs: 0, file: 'c.jsonl' };

/** A run that ended well so many days ago. */
async function finishedRun(state: string, mode: 'dynamic' | 'strict', daysAgo: number): Promise<void> {
  const before = mode === 'dynamic' ? { ...LEGACY, hasStores: true } : DYNAMIC;
  const plan = makePlan(communityPlanInput(communityOf({ st1: before }), modePlaybook(mode)));
  const run = await makeRunFolder(state, plan);
  await using journal = await openJournal(run.journalFile);
  const when = new Date(Date.now() - daysAgo * 86_400_000);
  for (const { id } of plan.steps) await journal.append('step-finished', id, { outcome: 'applied' }, when);
  await journal.append('run-finished', null, {}, when);
}

export const GATE_TROUBLES: Troubles = {
  CONFIRM_MISSING: () => {
    const state = { confirm: 'otherCell' };
    return {
      act: () => expectConfirmation(somePlan(), { ...state, json: false, input: false }),
      remedy: () => {
        state.confirm = somePlan().confirm;
      },
    };
  },
  APPROVAL_MISSING: () => {
    const { alice, approve, gate } = approvers();
    return { act: gate, remedy: () => approve(alice) };
  },
  APPROVAL_INVALID: async () => {
    const { alice, mallory, approve, gate } = approvers();
    await approve(mallory);
    return { act: gate, remedy: () => approve(alice) };
  },
  APPROVAL_KEY: () => {
    const { alice, approve } = approvers();
    chmodSync(alice, 0o600);
    const state = { key: `${alice}.missing` };
    return {
      act: () => approve(state.key),
      remedy: () => {
        state.key = alice;
      },
    };
  },
  APPROVAL_TOOL: () => {
    const { alice, approve } = approvers();
    const path = process.env['PATH'] ?? '';
    const state = { path: newFolder() };
    return {
      act: async () => {
        process.env['PATH'] = state.path;
        try {
          await approve(alice);
        } finally {
          process.env['PATH'] = path;
        }
      },
      remedy: () => {
        state.path = path;
      },
    };
  },
  WINDOW_CLOSED: () => {
    const state = { windowFrom: inHours(1), windowUntil: inHours(9) };
    return {
      act: () => expectWindow(somePlan(), newFolder(), state),
      remedy: () => {
        state.windowFrom = inHours(-1);
      },
    };
  },
  CENSUS_MISSING: () => census(undefined),
  CENSUS_FAILED: () => census({ ...PASSED, verdict: 'FAIL', legacy: ['old-bot'] }),
  INCONCLUSIVE: () => census({ ...PASSED, verdict: 'INCONCLUSIVE', reasons: ['the log was cut off'] }),
  DYNAMIC_EXPIRED: async () => {
    const state = newFolder();
    await finishedRun(state, 'dynamic', 31);
    return {
      act: () => status(undefined, { state, json: false, input: false, links: false }),
      remedy: () => finishedRun(state, 'strict', 0),
    };
  },
};
