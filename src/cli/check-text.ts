// The trust pre-flight for people: what fails first, then warnings once per certificate, then who uses which certificate.
import type { CertificateUse, Pair, PairFinding, TrustCheck } from '../check/types.ts';

export function renderCheck({ pairs, uses, files, failing, warnings, at }: TrustCheck, end: string): string {
  const bad = pairs.filter(({ verdict }) => verdict === 'fails');
  const unsure = pairs.filter(({ verdict }) => verdict === 'not-checked');
  const count = (verdict: Pair['verdict']): number => pairs.filter((pair) => pair.verdict === verdict).length;
  return [
    `trust of ${pairs.length} caller-listener pairs, ${end}, as of ${at.slice(0, 10)}:`,
    `  ${count('ok')} ok, ${count('warning')} with warnings, ${count('fails')} fail, ${count('not-checked')} not checked`,
    ...failureLines(bad),
    ...titled('warnings', warningLines(pairs)),
    ...titled(
      'files',
      files.map(({ file, ...finding }) => `  ${file}: ${findingLine(finding).trim()}`),
    ),
    ...titled(
      'not checked (an end does not run, or what it trusts or serves is not known)',
      unsure.map(({ id }) => `  ${id}`),
    ),
    ...titled('certificates in use, by SHA-1 fingerprint', uses.flatMap(useLines)),
    '',
    failing === 0
      ? `every required pair will trust each other (${warnings} warnings)`
      : `${failing} required pairs fail`,
  ].join('\n');
}

const titled = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

const findingLine = ({ severity, code, text }: PairFinding): string => `  ${severity} ${code}: ${text}`;

/** Callers of one listener mostly fail for one reason: it is told once. */
const failureLines = (bad: readonly Pair[]): readonly string[] =>
  [...Map.groupBy(bad, ({ findings }) => findings.map(findingLine).join('\n'))].flatMap(([reasons, pairs]) => [
    '',
    ...reasons.split('\n'),
    ...pairs.map(({ id, required }) => `    ${required ? 'required' : 'optional'}  ${id}`),
  ]);

/** One certificate is met by many callers; people want to read of it once. */
function warningLines(pairs: readonly Pair[]): readonly string[] {
  const lines = pairs.flatMap(({ id, findings }) =>
    findings.filter(({ severity }) => severity === 'warning').map((finding) => ({ id, line: findingLine(finding) })),
  );
  return [...Map.groupBy(lines, ({ line }) => line)].map(([line, [first, ...others]]) =>
    others.length === 0 ? `${line} (${first?.id})` : `${line} (${first?.id} and ${others.length} more pairs)`,
  );
}

function useLines({
  sha1,
  subject,
  notAfter,
  daysLeft,
  shownNow,
  shownThen,
  heldBy,
}: CertificateUse): readonly string[] {
  const until = notAfter === null ? '' : `, until ${notAfter.slice(0, 10)} (${daysLeft} days)`;
  return [
    `  ${sha1}  ${subject ?? '(text not seen)'}${until}`,
    `    shown by ${shownNow.length} listeners now, ${shownThen.length} then`,
    ...listed('now', shownNow),
    ...(shownNow.join() === shownThen.join() ? [] : listed('then', shownThen)),
    ...heldBy.map((store) => `    held by ${store}`),
  ];
}

const listed = (word: string, names: readonly string[]): readonly string[] =>
  names.map((name) => `    ${word} ${name}`);
