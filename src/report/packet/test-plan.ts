// What to test before and after, by people or by another tool than ours. The cases are the checks of the plan: the last
// one of each port and client is what must hold at the end. Negative cases say what must be refused.
import type { HealthCheck } from '../../health/types.ts';
import { stepName } from '../../plan/step-name.ts';
import type { Plan } from '../../plan/types.ts';
import { checkText, outcomeText, refusalOf } from '../words.ts';

export type TestCase = {
  readonly id: string;
  readonly when: 'before' | 'after';
  readonly isNegative: boolean;
  readonly what: string;
  readonly expected: string;
  readonly how: string;
};

type Draft = Omit<TestCase, 'id' | 'when'>;

export function testPlan(plan: Plan): readonly TestCase[] {
  const numbered = (when: TestCase['when'], letter: string, drafts: readonly Draft[]): readonly TestCase[] =>
    drafts.map((draft, position) => ({ id: `${letter}${position + 1}`, when, ...draft }));
  return [...numbered('before', 'B', casesBefore(plan)), ...numbered('after', 'A', casesAfter(plan))];
}

function casesBefore({ states, hash, confirm }: Plan): readonly Draft[] {
  const fromOutside = (states[0]?.links ?? []).filter(({ source }) => source === 'inventory');
  return [
    {
      isNegative: false,
      what: 'The plan still fits the deployment',
      expected: `planning again gives the hash ${hash}; else nothing is written`,
      how: 'apply does this itself before the first write',
    },
    {
      isNegative: true,
      what: 'Nobody starts it by mistake',
      expected: `apply without the name ${confirm || 'of the cell'} ends with exit status 5`,
      how: 'strictstep apply PLAN --confirm x',
    },
    ...fromOutside.map((link) => ({
      isNegative: false,
      what: `${link.from} reaches ${link.to}`,
      expected: link.outcome === 'tls' ? `works, with ${outcomeText(link)}` : `${link.outcome}: ${link.reason}`,
      how: howToTry(link.from),
    })),
  ];
}

const howToTry = (caller: string): string =>
  caller.startsWith('recording of ') ? 'record a meeting and play it back' : 'log in with such a client';

function casesAfter(plan: Plan): readonly Draft[] {
  const last = finalChecks(plan);
  const refusals = last.flatMap((check) => {
    const refused = refusalOf(check);
    const isNegative = true;
    const [what, expected] = [`${check.name} refuses old callers`, `${refused} are refused`];
    return refused === undefined ? [] : [{ isNegative, what, expected, how: howTo(check) }];
  });
  return [
    ...last.map((check) => ({ isNegative: false, what: check.name, expected: checkText(check), how: howTo(check) })),
    ...refusals,
    ...plan.steps
      .filter(({ prediction }) => prediction === 'unknowable')
      .map((step) => ({
        isNegative: false,
        what: `${stepName(step)} (${step.id})`,
        expected: `people see that it works: ${step.predictionBecause}`,
        how: step.operation === 'recording-row' ? 'record a meeting and play it back' : 'try it by hand',
      })),
    {
      isNegative: true,
      what: 'Nothing is left to do',
      expected: 'planning again with the same files finds no changes',
      how: 'strictstep plan --inventory I --playbook P --detailed-exitcode',
    },
  ];
}

/** The last check of each name: what the end state must satisfy. */
export function finalChecks({ steps }: Plan): readonly HealthCheck[] {
  const checks = steps.flatMap(({ healthChecks }) => healthChecks);
  return [...new Map(checks.map((check) => [check.name, check])).values()];
}

function howTo(check: HealthCheck): string {
  switch (check.kind) {
    case 'listener':
      return `strictstep probe ${check.address}:${check.port}`;
    case 'client-link':
      return 'log in with such a client';
    case 'log':
      return `read ${check.path} on ${check.host}`;
    case 'process':
      return `compare ${check.pidFile} on ${check.host} twice`;
    case 'replica':
      return `compare the files below ${check.root} on ${check.host}`;
    case 'mode':
      return `strictstep probe ${check.address}:${check.port} --starttls sametime`;
    case 'peers':
      return `read ${check.log} on ${check.host}`;
    case 'callers':
      return `compare ss -tn on ${check.host} before and after`;
    case 'command':
      return `${check.argv.join(' ')} on ${check.host}`;
    case 'stream':
      return `strictstep probe ${check.address}:${check.port} --starttls xmpp-${check.service} --domain ${check.domain}`;
    case 'ping':
      return `send a message from a user of ${check.domain} to one of ${check.to}, and back`;
    case 'proxy-connected':
      return `open ${check.url}`;
  }
}
