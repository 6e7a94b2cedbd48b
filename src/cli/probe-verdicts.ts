// What a probe is measured by: policy, expectation, baseline. Loaded before the first connection, applied to every port.
import {
  changesSince,
  compareWithExpectation,
  evaluatePolicy,
  loadBaseline,
  loadExpectation,
  loadPolicy,
  renderDifferences,
  renderExpectationVerdict,
  renderPolicyVerdict,
} from '../policy/index.ts';
import type { Difference } from '../policy/baseline.ts';
import type { ExpectationVerdict } from '../policy/expectation.ts';
import { renderProbeText } from '../report/probe-text.ts';
import type { ProbeReport } from '../tls/probe-endpoint.ts';

export type MeasureFlags = { readonly policy?: string; readonly expect?: string; readonly baseline?: string };

export type JudgedReport = ProbeReport & {
  readonly expectation?: ExpectationVerdict;
  readonly baseline?: { readonly file: string; readonly pass: boolean; readonly differences: readonly Difference[] };
};

export type Measured = {
  readonly report: JudgedReport;
  readonly text: string;
  /** something does not hold, or has changed, or could not be told */
  readonly hasFindings: boolean;
};

/** @throws OperatorError for a file that cannot be used */
export async function loadMeasures(flags: MeasureFlags): Promise<(report: ProbeReport, now: Date) => Measured> {
  const policy = flags.policy === undefined ? undefined : await loadPolicy(flags.policy);
  const expected = flags.expect === undefined ? undefined : await loadExpectation(flags.expect);
  const { baseline: file } = flags;
  const saved = file === undefined ? undefined : { file, ports: await loadBaseline(file) };
  return (report, now) => {
    const verdict = policy && evaluatePolicy(report, policy, now);
    const expectation = expected && compareWithExpectation(report, expected);
    const differences = saved && changesSince(saved.ports, report);
    const baseline = saved && differences && { file: saved.file, pass: differences.length === 0, differences };
    const parts = [
      renderProbeText(report),
      ...(verdict && policy ? [renderPolicyVerdict(verdict, policy)] : []),
      ...(expectation ? [renderExpectationVerdict(expectation)] : []),
      ...(baseline ? [renderDifferences(baseline.file, baseline.differences)] : []),
    ];
    return {
      report: {
        ...report,
        policy: verdict ?? null,
        ...(expectation && { expectation }),
        ...(baseline && { baseline }),
      },
      text: parts.join('\n'),
      hasFindings: [verdict, expectation, baseline].some((one) => one?.pass === false),
    };
  };
}
