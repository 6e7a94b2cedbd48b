// After a run, as Markdown: actual times, deviations, health, ports before and after, client populations.
import type { ListenerFacts } from '../../facts/types.ts';
import type { Closing } from '../packet/closing.ts';
import type { Packet } from '../packet/packet.ts';
import { countsOf } from '../counts.ts';
import { renderDuration } from '../duration.ts';
import type { Evidence, RunReport } from '../types.ts';
import { versionList } from '../words.ts';
import { inline, markdownTable } from './markdown-text.ts';

export function resultSection(report: RunReport, { result }: Packet): readonly string[] {
  if (result === undefined) return [];
  const { steps, comparison } = result;
  const counts = countsOf(report);
  const [first, last] = [report.events[0], report.events.at(-1)];
  return [
    '## Result of the run',
    '',
    `- status: ${report.status}; from ${first?.at ?? 'unknown'} to ${last?.at ?? 'unknown'} (UTC)`,
    `- ${counts.applied} steps applied, ${counts.already} as wanted already, ${counts.left} left; ${counts.healthPassed} health checks passed, ${counts.healthOther} did not`,
    `- compared with the plan: ${comparison.compared.steps} steps, ${comparison.compared.ports} ports, ${comparison.compared.links} links; deviations: ${comparison.deviations.length}; not checked: ${comparison.notChecked.length}`,
    '',
    ...(comparison.deviations.length === 0
      ? []
      : markdownTable(
          ['where', 'predicted', 'actual'],
          comparison.deviations.map(({ where, predicted, actual }) => [where, predicted, actual]),
        )),
    ...(comparison.notChecked.length === 0
      ? []
      : [
          'Not checked: the prediction is unknowable from outside, so nothing here confirms it.',
          '',
          ...markdownTable(
            ['where', 'predicted', 'why not'],
            comparison.notChecked.map(({ where, predicted, because }) => [where, predicted, because]),
          ),
        ]),
    ...markdownTable(
      ['step', 'outcome', 'began', 'expected', 'took', 'health checks passed'],
      steps.map(({ step, verdict, began, seconds, health }) => [
        step.id,
        verdict,
        began,
        renderDuration(step.expectedSeconds),
        seconds === null ? '' : `${seconds.toFixed(1)} s`,
        `${health.filter((item) => item.verdict === 'pass').length} of ${step.healthChecks.length}`,
      ]),
    ),
    ...(report.evidence === undefined
      ? ['No evidence was written: the run has not ended.', '']
      : evidenceLines(report.evidence)),
    ...closingLines(result.closing),
  ];
}

const closingLines = ({ closeCode, evidence, review }: Closing): readonly string[] => [
  '### Closing',
  '',
  `Close code: ${closeCode ?? 'none, the run has not come to its end'}.`,
  '',
  ...markdownTable(
    ['evidence', 'what'],
    evidence.map(({ file, what }) => [file, what]),
  ),
  ...markdownTable(
    ['review', 'answer'],
    review.map(({ question, answer }) => [question, answer === '' ? '[to be answered by people]' : answer]),
  ),
];

const versionsOf = (listener: ListenerFacts | undefined): string =>
  listener === undefined
    ? 'unknown'
    : versionList(
        Object.entries(listener.protocols).flatMap(([version, verdict]) => (verdict === 'accepted' ? [version] : [])),
      );

function evidenceLines({ listenersBefore, listenersAfter, clientChecks }: Evidence): readonly string[] {
  const before = new Map(listenersBefore.map((item) => [`${item.address}:${item.port}`, item]));
  return [
    '### Ports, asked from outside',
    '',
    ...markdownTable(
      ['port', 'before', 'after', 'certificate now'],
      listenersAfter.map((item) => [
        `${item.owner}/${item.server} ${item.endpoint} (${item.address}:${item.port})`,
        versionsOf(before.get(`${item.address}:${item.port}`)),
        versionsOf(item),
        item.chain[0]?.subject ?? 'none',
      ]),
    ),
    '### Client populations',
    '',
    ...(clientChecks.length === 0
      ? ['None is declared.']
      : clientChecks.map(({ verdict, detail }) => `- ${verdict}: ${inline(detail)}`)),
    '',
  ];
}
