// The change board's packet as a value: every form (Markdown, HTML, JSON, CSV) is a rendering of it.
// The list of contents follows the change forms that boards use (ITIL request for change, ServiceNow change_request).
import { expandStates } from '../../plan/expand-states.ts';
import type { Plan } from '../../plan/types.ts';
import type { RunReport } from '../types.ts';
import { closingOf, type Closing } from './closing.ts';
import { communicationOf, type Communication } from './communication.ts';
import { componentModes, type ComponentMode } from './component-modes.ts';
import { configurationItems, type ConfigurationItem } from './configuration-items.ts';
import { comparisonOf, type Comparison } from './deviations.ts';
import { limitsOf } from './limits.ts';
import { matrixOf, type Matrix } from './matrix.ts';
import { stepOutcomes, type StepOutcome } from './outcome.ts';
import { riskOf, type Risk } from './risk.ts';
import { stepViews, type StepView } from './step-view.ts';
import { noReturnLines, shortDescription, whatText, whyText, withoutText } from './summary.ts';
import { testPlan, type TestCase } from './test-plan.ts';
import { windowOf, type WindowView } from './window.ts';

export type Packet = {
  readonly shortDescription: string;
  readonly what: string;
  readonly why: string;
  readonly without: string;
  readonly risk: Risk;
  readonly window: WindowView;
  readonly noReturn: readonly string[];
  readonly modes: readonly ComponentMode[];
  readonly items: readonly ConfigurationItem[];
  readonly steps: readonly StepView[];
  readonly tests: readonly TestCase[];
  readonly matrix: Matrix;
  readonly communication: Communication;
  readonly limits: readonly string[];
  /** undefined before a run */
  readonly result:
    | { readonly steps: readonly StepOutcome[]; readonly comparison: Comparison; readonly closing: Closing }
    | undefined;
};

/** A plan file holds only what differs between its states; every part of the packet wants them in full. */
export const inFull = (plan: Plan): Plan => ({ ...plan, states: expandStates(plan) });

export function makePacket({ plan: stored, ...run }: RunReport): Packet {
  const plan = inFull(stored);
  const report = { ...run, plan };
  return {
    shortDescription: shortDescription(plan),
    what: whatText(plan),
    why: whyText(plan),
    without: withoutText(plan),
    risk: riskOf(plan),
    window: windowOf(plan),
    noReturn: noReturnLines(plan),
    modes: componentModes(plan),
    items: configurationItems(plan),
    steps: stepViews(plan),
    tests: testPlan(plan),
    matrix: matrixOf(plan),
    communication: communicationOf(plan),
    limits: limitsOf(plan),
    result: run.status === 'not-started' ? undefined : resultOf(report),
  };
}

function resultOf(report: RunReport): NonNullable<Packet['result']> {
  const comparison = comparisonOf(report);
  return { steps: stepOutcomes(report), comparison, closing: closingOf(report, comparison) };
}
