// playbook.yaml: the shipped playbook with its comments, without the phases that are not wanted. Lines are taken out, none is
// rewritten, so that it still reads like what a person knows.
import type { Answers, Goal } from './types.ts';

/** Phases that a strategy leaves out, by goal. */
const WITHOUT: Readonly<Record<string, (phase: string) => boolean>> = {
  'tls12 superset': (phase) => phase !== 'superset',
  'community dynamic': (phase) => ['census', 'strict-servers', 'strict-clients', 'hardening'].includes(phase),
  // In one outage nothing restarts between the replacement and the removal, which is refused while it is shown: another run.
  'renewal stop-all': (phase) => phase === 'remove',
  'sun-im dynamic': (phase) => phase.startsWith('strict'),
};

export function renderPlaybook(shipped: string, goal: Goal, answers: Answers): string {
  const strategy = answers.get('strategy');
  const site = answers.get('update-site');
  const isOut = WITHOUT[`${goal} ${String(strategy)}`] ?? (() => false);
  const kept = withoutPhases(shipped, (phase) => isOut(phase) || (phase === 'client-push' && site === '-'));
  const [host, folder] = typeof site === 'string' ? site.split(':') : [];
  const placed =
    host === undefined || folder === undefined
      ? kept
      : kept.replace(/\{ host: web, path: \/srv\/update-site \}/u, () => `{ host: ${host}, path: ${folder} }`);
  return strategy === 'stop-all'
    ? placed.replace(/^(title: .*)$/mu, '$1\nstrategy: stop-all\noutage: declared')
    : placed;
}

/** A phase begins with the comments above it. */
function withoutPhases(text: string, isOut: (phase: string) => boolean): string {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, at) => {
    const phase = /^ {2}- phase: (\S+)/u.exec(line)?.[1];
    if (phase === undefined) return [];
    let from = at;
    while (/^ {2}#/u.test(lines[from - 1] ?? '')) from -= 1;
    return [{ phase, from }];
  });
  const gone = starts.flatMap(({ phase, from }, index) => {
    const to = starts[index + 1]?.from ?? lines.length;
    return isOut(phase) ? [[from, to] as const] : [];
  });
  const kept = lines.filter((_, at) => !gone.some(([from, to]) => at >= from && at < to));
  return `${kept.join('\n').trimEnd()}\n`;
}
