// strictstep explain: what a code means and what to do. Offline; reads the pages that come with strictstep.
import { ERROR_CODES, OperatorError, type ErrorCode } from '../../core/errors.ts';
import { didYouMean } from '../../core/yaml/did-you-mean.ts';
import { readErrorPage, renderPlain } from '../explain/error-page.ts';
import { findingRows, type FindingRow } from '../explain/findings.ts';
import { writeJson, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export function explain(asked: string | undefined, { json }: GlobalFlags): void {
  if (asked === undefined) return list(json);
  const code = Object.keys(ERROR_CODES).find((one) => one === asked.toUpperCase());
  const rows = findingRows().filter((row) => row.code.toLowerCase() === asked.toLowerCase());
  if (code === undefined && rows.length === 0) {
    const known = [...Object.keys(ERROR_CODES), ...findingRows().map((row) => row.code)];
    throw new OperatorError('USAGE', `no code ${asked}`, { hint: didYouMean(asked, known) });
  }
  const error = code === undefined ? undefined : explained(code as ErrorCode);
  if (json)
    return writeJson({ schema: 1, code: code ?? rows[0]?.code ?? asked, error: error ?? null, findings: [...rows] });
  writeResult([...(error === undefined ? [] : [renderError(error)]), ...rows.map(renderRow)].join('\n\n'));
}

type Explained = {
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly meaning: string;
  readonly page: string;
};

function explained(code: ErrorCode): Explained {
  const [exitCode, meaning] = ERROR_CODES[code];
  return { code, exitCode, meaning, page: renderPlain(readErrorPage(code)) };
}

const renderError = ({ code, exitCode, meaning, page }: Explained): string =>
  `${code} (error, exit ${exitCode})\n${meaning}\n\n${page}`;

const renderRow = ({ code, shownBy, meaning, page }: FindingRow): string =>
  `${code} (finding of ${shownBy})\n${meaning}\nMore in ${page}.`;

function list(json: boolean): void {
  const errors = Object.entries(ERROR_CODES).map(([code, [exitCode, meaning]]) => ({ code, exitCode, meaning }));
  const findings = findingRows();
  if (json) return writeJson({ schema: 1, errors, findings: [...findings] });
  const width = Math.max(...[...errors, ...findings].map(({ code }) => code.length));
  writeResult(
    [
      'Errors, with their exit status:',
      ...errors.map(
        ({ code, exitCode, meaning }) => `  ${code.padEnd(width)}  ${String(exitCode).padStart(2)}  ${meaning}`,
      ),
      '',
      'Findings:',
      ...findings.map(({ code, shownBy }) => `  ${code.padEnd(width)}  ${shownBy}`),
    ].join('\n'),
  );
}
