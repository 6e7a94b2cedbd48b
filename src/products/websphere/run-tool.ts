// Runs one WebSphere command-line tool on a host and holds it to its message ids.
import { OperatorError } from '../../core/errors.ts';
import type { ReadShell, WriteShell } from '../../core/shell.ts';
import { clientPropertiesFile, clientTrustStore } from './profile-paths.ts';
import { parseToolOutput, type ToolVerdict } from './tool-output.ts';
import { toolCommand, toolWords, withSignerHint, type Tool, type ToolOptions } from './tools.ts';

type ChangingTool = Exclude<Tool, { readonly kind: 'status' }>;

/** Gives the verdict of a tool that did its work, or found it done.
 * @throws OperatorError STEP_FAILED with the telling line, SIGNER_PROMPT, COMMAND_TIMEOUT, OUTCOME_UNKNOWN */
export async function runTool(shell: WriteShell, tool: ChangingTool, options: ToolOptions): Promise<ToolVerdict> {
  const { stdout, stderr, exitCode } = await withSignerHint(options.profile, shell.change(toolCommand(tool, options)));
  const verdict = parseToolOutput(tool.kind, `${stdout}\n${stderr}`, exitCode);
  if (verdict.outcome !== 'failed') return verdict;
  const cause = verdict.cause ?? '';
  throw new OperatorError(
    'STEP_FAILED',
    `host ${shell.host}: ${toolWords(tool).join(' ')} ${GOAL[tool.kind]}: ${cause}`,
    {
      hint: hintFor(cause, options.profile),
    },
  );
}

/** 'started', 'stopped' or 'failed'; through TLS, so it needs a working client side.
 * @throws OperatorError SIGNER_PROMPT, COMMAND_TIMEOUT */
export async function readServerStatus(shell: ReadShell, server: string, options: ToolOptions): Promise<ToolVerdict> {
  const { stdout, stderr, exitCode } = await withSignerHint(
    options.profile,
    shell.query(toolCommand({ kind: 'status', server }, options)),
  );
  return parseToolOutput('status', `${stdout}\n${stderr}`, exitCode);
}

const GOAL: Readonly<Record<ChangingTool['kind'], string>> = {
  start: 'did not start it',
  stop: 'did not stop it',
  synchronize: 'did not synchronize the node',
  'retrieve-signers': 'did not get the signers',
};

function hintFor(cause: string, profile: string): string {
  if (/CWPKI0022E|CWPKI0823E|CWPKI0428I/u.test(cause)) {
    return `Load the signer into ${clientTrustStore(profile)} first, then run the same command again.`;
  }
  if (/protocol_version|handshake_failure|SSLHandshakeException/u.test(cause)) {
    return `Compare com.ibm.ssl.protocol in ${clientPropertiesFile(profile)} with the protocol of the port it calls.`;
  }
  if (/ADMN0022E|WASX7246E|ADMU4113E/u.test(cause)) {
    return 'Check the log-in of the cell in the inventory; it needs the administrator role.';
  }
  if (/ConnectException|ConnectorNotAvailable|ADMC0016E/u.test(cause)) {
    return 'Check that the process it calls is running and that host and port are right, then run the same command again.';
  }
  return `Read the logs below ${profile}/logs, correct the cause and run the same command again.`;
}
