// Predicted against actual, in three ways (what no look can show is listed apart and counts as nothing): every step's `after` against what was read back, every port against what its
// last check wanted, every link of the last state against the links computed from facts that were read anew.
import { isServerOutsideCells } from '../../core/target.ts';
import type { LinkOutcome } from '../../topology/types.ts';
import type { ListenerFacts } from '../../facts/types.ts';
import { stepName } from '../../plan/step-name.ts';
import type { RunReport } from '../types.ts';
import { outcomeText, versionList } from '../words.ts';
import { stepOutcomes } from './outcome.ts';
import { finalChecks } from './test-plan.ts';

export type Deviation = { readonly where: string; readonly predicted: string; readonly actual: string };

/** Nothing showed whether it came out so: neither confirmed nor refuted. */
export type NotChecked = { readonly where: string; readonly predicted: string; readonly because: string };

export type Comparison = {
  /** how many things were compared */
  readonly compared: { readonly steps: number; readonly ports: number; readonly links: number };
  readonly deviations: readonly Deviation[];
  readonly notChecked: readonly NotChecked[];
};

export function comparisonOf(report: RunReport): Comparison {
  const steps = stepOutcomes(report);
  const stepDeviations = steps.flatMap(({ step, verdict, message }) =>
    verdict === 'as predicted' || verdict === 'effect not checked'
      ? []
      : [
          {
            where: `step ${step.id}`,
            predicted: `changed and read back as wanted (${step.prediction})`,
            actual: message === '' ? verdict : `${verdict}: ${message}`,
          },
        ],
  );
  const notChecked = steps.flatMap(({ step, verdict }) =>
    verdict === 'effect not checked'
      ? [{ where: `step ${step.id}`, predicted: stepName(step), because: step.predictionBecause }]
      : [],
  );
  // Only a finished run is in the state that the plan predicts last.
  const isAtEnd = report.status === 'done' && report.evidence !== undefined;
  const ports = isAtEnd ? portDeviations(report) : { compared: 0, deviations: [] };
  const links = isAtEnd ? linkDeviations(report) : { compared: 0, deviations: [] };
  return {
    compared: { steps: steps.length - notChecked.length, ports: ports.compared, links: links.compared },
    deviations: [...stepDeviations, ...ports.deviations, ...links.deviations],
    notChecked,
  };
}

type Part = { readonly compared: number; readonly deviations: readonly Deviation[] };

function portDeviations({ plan, evidence }: RunReport): Part {
  const found = new Map((evidence?.listenersAfter ?? []).map((item) => [`${item.address}:${item.port}`, item]));
  // Ports outside cells are not asked again at the end: their checks stand in the journal.
  const steps = plan.steps.filter(({ target }) => !isServerOutsideCells(target));
  const checks = finalChecks({ ...plan, steps }).filter((check) => check.kind === 'listener');
  const deviations = checks.flatMap(({ name, address, port, accepts, refuses, chainSha256 }) => {
    const listener = found.get(`${address}:${port}`);
    const where = `port ${name} (${address}:${port})`;
    if (listener === undefined) return [{ where, predicted: 'answers', actual: 'not measured' }];
    const versions = [...accepts.map((v) => [v, 'accepted'] as const), ...refuses.map((v) => [v, 'refused'] as const)];
    const wrong = versions.filter(([version, verdict]) => listener.protocols[version] !== verdict);
    const leaf = listener.chain[0]?.sha256 ?? 'none';
    const wantedLeaf = chainSha256?.[0] ?? leaf;
    return [
      ...(wrong.length === 0
        ? []
        : [{ where, predicted: `accepts ${versionList(accepts)}`, actual: `accepts ${acceptedBy(listener)}` }]),
      ...(leaf === wantedLeaf ? [] : [{ where, predicted: `certificate ${wantedLeaf}`, actual: leaf }]),
    ];
  });
  return { compared: checks.length, deviations };
}

const acceptedBy = ({ protocols }: ListenerFacts): string =>
  versionList(Object.entries(protocols).flatMap(([version, verdict]) => (verdict === 'accepted' ? [version] : [])));

function linkDeviations({ plan, evidence }: RunReport): Part {
  const predicted = new Map((plan.states.at(-1)?.links ?? []).map((link) => [link.id, link]));
  const actual = new Map((evidence?.links ?? []).map((link) => [link.id, link]));
  const ids = [...new Set([...predicted.keys(), ...actual.keys()])];
  const deviations = ids.flatMap((id) => {
    const [wanted, found] = [predicted.get(id), actual.get(id)];
    if (outcomeText(wanted) === outcomeText(found)) return [];
    return [{ where: `link ${id}`, predicted: linkText(wanted), actual: linkText(found) }];
  });
  return { compared: ids.length, deviations };
}

const linkText = (link: LinkOutcome | undefined): string =>
  link === undefined ? 'no such link' : `${outcomeText(link)}${link.reason === '' ? '' : ` (${link.reason})`}`;
