// The commands of <profile>/bin that strictstep uses. Stop, status, syncNode and retrieveSigners are clients: they speak
// real TLS with properties/ssl.client.props and etc/trust.p12, and ask for the log-in on standard input when the host's
// own properties hold none. Source: IBM WebSphere 8.5.5, "Using command-line tools".
import { OperatorError } from '../../core/errors.ts';
import type { Login } from '../../core/operation.ts';
import type { Command } from '../../core/shell.ts';
import type { ToolKind } from './tool-output.ts';

/** server: 'dmgr', 'nodeagent' or the name of an application server or WebSphere proxy */
export type Tool =
  | { readonly kind: 'start' | 'stop'; readonly server: string }
  | { readonly kind: 'status'; readonly server: string }
  /** run on the node, with its node agent stopped; host and port of the deployment manager's SOAP connector */
  | { readonly kind: 'synchronize'; readonly host: string; readonly port: number }
  /** over a connection that the client trust store already trusts: never -autoAcceptBootstrapSigner */
  | { readonly kind: 'retrieve-signers'; readonly host: string; readonly port: number };

export type ToolOptions = {
  readonly profile: string;
  readonly login?: Login | undefined;
  readonly timeoutMs: number;
};

export const SIGNER_PROMPTS = { 'SSL SIGNER EXCHANGE PROMPT': 'SIGNER_PROMPT' } as const;

/** The transport knows that a tool asked; which trust store lacks the signer is known here. */
export async function withSignerHint<Result>(profile: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'SIGNER_PROMPT') throw error;
    const hint = `Load the signer of the server that it calls into ${profile}/etc/trust.p12, then run the same command again.`;
    throw new OperatorError(error.code, error.message, { hint, cause: error });
  }
}

const NEEDS_LOGIN: Readonly<Record<ToolKind, boolean>> = {
  start: false,
  stop: true,
  status: true,
  synchronize: true,
  'retrieve-signers': true,
};

/** Program and arguments, without the profile's folder: for people and for the journal. */
export function toolWords(tool: Tool): readonly string[] {
  if (tool.kind === 'status') return ['serverStatus.sh', tool.server];
  if (tool.kind === 'synchronize') return ['syncNode.sh', tool.host, `${tool.port}`];
  if (tool.kind === 'retrieve-signers') {
    const stores = ['CellDefaultTrustStore', 'ClientDefaultTrustStore'];
    return ['retrieveSigners.sh', ...stores, '-host', tool.host, '-port', `${tool.port}`, '-conntype', 'SOAP'];
  }
  if (tool.server === 'dmgr') return [`${tool.kind}Manager.sh`];
  if (tool.server === 'nodeagent') return [`${tool.kind}Node.sh`];
  return [`${tool.kind}Server.sh`, tool.server];
}

/** On Windows the tools are batch files.
 * @param program as on Unix: wsadmin.sh */
export const toolPath = (profile: string, program: string): string =>
  /^([A-Za-z]:|\\\\)/.test(profile)
    ? `${profile}\\bin\\${program.replace(/\.sh$/, '.bat')}`
    : `${profile}/bin/${program}`;

export function toolCommand(tool: Tool, { profile, login, timeoutMs }: ToolOptions): Command {
  const [program = '', ...words] = toolWords(tool);
  const command = { argv: [toolPath(profile, program), ...words], timeoutMs, prompts: SIGNER_PROMPTS };
  const isAsked = login !== undefined && NEEDS_LOGIN[tool.kind];
  return isAsked ? { ...command, stdin: [login.user, '\n', login.password, '\n'] } : command;
}
