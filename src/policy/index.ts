// The room policy: what is asked of a port, from files, and whether the port does it.
export { changesSince, loadBaseline } from './baseline.ts';
export { evaluatePolicy } from './evaluate.ts';
export { compareWithExpectation } from './expectation.ts';
export { loadExpectation, loadPolicy } from './load.ts';
export { renderDifferences, renderExpectationVerdict, renderPolicyVerdict } from './verdict-text.ts';
