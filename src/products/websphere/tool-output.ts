// The verdict on what a WebSphere command-line tool printed. Message ids decide, never the exit status alone: the tools are
// known to end with 0 on failure and with 255 both for "already running" and "did not start".
import { causeOf, messageIds, processIdOf, unwrapLines } from './admin-messages.ts';

export type ToolKind = 'start' | 'stop' | 'status' | 'synchronize' | 'retrieve-signers';

type ToolOutcome =
  | 'started'
  | 'already-started'
  | 'stopped'
  | 'already-stopped'
  | 'synchronized'
  | 'signers-added'
  | 'no-new-signers'
  | 'failed';

export type ToolVerdict = {
  readonly outcome: ToolOutcome;
  /** only after a start */
  readonly processId: string | undefined;
  readonly messages: readonly string[];
  /** the telling line, only when the tool did not do its work */
  readonly cause: string | undefined;
};

type Rule = { readonly line: RegExp; readonly outcome: ToolOutcome };

// Order matters: the first rule that finds a line decides.
const RULES: Readonly<Record<ToolKind, readonly Rule[]>> = {
  start: [
    { line: /ADMU3000I/u, outcome: 'started' },
    { line: /ADMU3027E/u, outcome: 'already-started' },
  ],
  stop: [
    { line: /ADMU4000I/u, outcome: 'stopped' },
    { line: /ADMU0509I/u, outcome: 'already-stopped' },
  ],
  status: [
    { line: /ADMU0508I.*\bSTARTED\b/u, outcome: 'started' },
    { line: /ADMU0509I/u, outcome: 'stopped' },
  ],
  synchronize: [{ line: /ADMU0402I/u, outcome: 'synchronized' }],
  'retrieve-signers': [{ line: /CWPKI0308I/u, outcome: 'signers-added' }],
};

/** @param text standard output and standard error, one after the other */
export function parseToolOutput(tool: ToolKind, text: string, exitCode: number): ToolVerdict {
  const lines = unwrapLines(text);
  const messages = messageIds(text);
  const found = RULES[tool].find(({ line }) => lines.some((candidate) => line.test(candidate)));
  const hasErrors = messages.some((id) => id.endsWith('E'));
  const isQuietRetrieval = tool === 'retrieve-signers' && exitCode === 0 && !hasErrors;
  const outcome = found?.outcome ?? (isQuietRetrieval ? 'no-new-signers' : 'failed');
  const cause = causeOf(text) ?? `it printed nothing and ended with status ${exitCode}`;
  return {
    outcome,
    processId: outcome === 'started' ? processIdOf(text) : undefined,
    messages,
    cause: outcome === 'failed' ? cause : undefined,
  };
}
