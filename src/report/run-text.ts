// The end of a run for the terminal: what was changed, what the ports offer now, which links were checked.
import { targetName } from '../plan/step-name.ts';
import type { ListenerFacts } from '../facts/types.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { countsOf } from './counts.ts';
import { textOf } from './event-data.ts';
import { makePacket } from './packet/packet.ts';
import type { RunReport } from './types.ts';

export function renderRunText(report: RunReport): string {
  const { plan, evidence, status } = report;
  const counts = countsOf(report);
  const lines = [
    `${STATUS_WORDS[status]}: playbook ${plan.playbook.name} on ${plan.confirm || 'nothing'}`,
    `  ${counts.applied} steps applied, ${counts.already} were as wanted already, ${counts.left} left; ${counts.healthPassed} health checks passed, ${counts.healthOther} did not`,
  ];
  const failure = report.events.findLast(({ type }) => type === 'step-failed');
  if (failure !== undefined && status === 'failed')
    lines.push(`  stopped at ${failure.step ?? ''}: ${textOf(failure.data, 'message')}`);
  lines.push('', ...changeLines(report), '', ...comparisonLines(report));
  if (evidence !== undefined)
    lines.push('', ...listenerLines(evidence.listenersBefore, evidence.listenersAfter), '', ...linkLines(report));
  return `${lines.join('\n')}\n`;
}

/** One line for each task that changed something, with the targets it was done for. */
function changeLines({ plan, events }: RunReport): readonly string[] {
  const applied = new Set(events.filter(({ type }) => type === 'step-applied').map(({ step }) => step));
  const tasks = Map.groupBy(
    plan.steps.filter(({ id }) => applied.has(id)),
    ({ title }) => title,
  );
  const lines = [...tasks].map(
    ([title, steps]) => `  ${title}: ${targetList(steps.map(({ target }) => targetName(target)))}`,
  );
  return lines.length === 0 ? ['nothing was changed'] : ['what was changed:', ...lines];
}

function targetList(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name);
  return [...counts].map(([name, all]) => (all.length === 1 ? name : `${name} (${all.length} times)`)).join(', ');
}

/** What came out otherwise than the plan said, and what no look could show: both by name, never only counted. */
function comparisonLines(report: RunReport): readonly string[] {
  const comparison = makePacket(report).result?.comparison;
  if (comparison === undefined) return [];
  const { compared, deviations, notChecked } = comparison;
  return [
    `compared with the plan: ${compared.steps} steps, ${compared.ports} ports, ${compared.links} links; ${deviations.length} came out otherwise, ${notChecked.length} could not be checked`,
    ...deviations
      .filter(({ actual }) => actual !== 'not reached')
      .map(({ where, predicted, actual }) => `  ${where}: predicted ${predicted}; actual ${actual}`),
    ...notChecked.map(({ where, predicted, because }) => `  not checked: ${where} ${predicted}; ${because}`),
  ];
}

const STATUS_WORDS = {
  done: 'done',
  held: 'held, can be continued',
  failed: 'stopped by a failure',
  running: 'not finished',
  'not-started': 'not started',
} as const;

const versionsOf = ({ protocols }: ListenerFacts): string =>
  PROTOCOL_VERSIONS.filter((version) => protocols[version] === 'accepted').join(' ') || 'nothing';

function listenerLines(before: readonly ListenerFacts[], after: readonly ListenerFacts[]): readonly string[] {
  const rows = after.map((listener) => {
    const old = before.find(({ address, port }) => address === listener.address && port === listener.port);
    const name = `${listener.owner}/${listener.server} ${listener.endpoint}`;
    const [was, is] = [old === undefined ? 'unknown' : versionsOf(old), versionsOf(listener)];
    const isNewCertificate = old !== undefined && old.chain[0]?.sha256 !== listener.chain[0]?.sha256;
    return {
      name,
      was,
      is,
      certificate: `${listener.chain[0]?.subject ?? 'no certificate'}${isNewCertificate ? ' (new)' : ''}`,
    };
  });
  const width = Math.max(...rows.map(({ name }) => name.length), 0);
  const wasWidth = Math.max(...rows.map(({ was }) => was.length), 0);
  const isWidth = Math.max(...rows.map(({ is }) => is.length), 0);
  return [
    'ports as they answer now (before -> now), asked from this machine:',
    ...rows.map(
      ({ name, was, is, certificate }) =>
        `  ${name.padEnd(width)}  ${was.padEnd(wasWidth)} -> ${is.padEnd(isWidth)}  ${certificate}`,
    ),
  ];
}

function linkLines({ evidence }: RunReport): readonly string[] {
  const links = evidence?.links ?? [];
  const works = links.filter(({ outcome }) => outcome === 'tls').length;
  const checks = evidence?.clientChecks ?? [];
  return [
    `links: ${works} of ${links.length} have a protocol and a trusted certificate in common (computed from what was read)`,
    ...links
      .filter(({ outcome }) => outcome !== 'tls')
      .map(({ id, reason, required }) => `  ${required ? 'required' : 'optional'} ${id}: ${reason}`),
    'client populations, tried with a hello of their own:',
    ...checks.map(({ verdict, detail }) => `  ${verdict.padEnd(12)} ${detail}`),
  ];
}
