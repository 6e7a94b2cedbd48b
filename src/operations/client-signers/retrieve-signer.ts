// retrieveSigners for one named signer: without names it takes over everything the cell trusts. Never with
// -autoAcceptBootstrapSigner: that would trust whoever answers. Source: IBM WebSphere 8.5.5, retrieveSigners command.
import { OperatorError } from '../../core/errors.ts';
import type { WriteContext } from '../../core/operation.ts';
import { parseToolOutput } from '../../products/websphere/tool-output.ts';
import { SIGNER_PROMPTS } from '../../products/websphere/tools.ts';
import type { Params } from './params.ts';

export type Aliases = { readonly remoteAlias: string; readonly localAlias: string };

export const retrieveArgv = (params: Params, { remoteAlias, localAlias }: Aliases): readonly string[] => [
  `${params.profile}/bin/retrieveSigners.sh`,
  'CellDefaultTrustStore',
  'ClientDefaultTrustStore',
  '-remoteAlias',
  remoteAlias,
  '-localAlias',
  localAlias,
  '-host',
  params.dmgrAddress,
  '-port',
  `${params.dmgrSoapPort}`,
  '-conntype',
  'SOAP',
];

/** @throws OperatorError STEP_FAILED, SIGNER_PROMPT */
export async function retrieveSigner(context: WriteContext, params: Params, aliases: Aliases): Promise<void> {
  const shell = await context.shell(params.host);
  const login = context.login(params.cell);
  const { stdout, stderr, exitCode } = await shell.change({
    argv: retrieveArgv(params, aliases),
    ...(login === undefined ? {} : { stdin: [login.user, '\n', login.password, '\n'] }),
    timeoutMs: params.timeoutMs,
    prompts: SIGNER_PROMPTS,
  });
  const verdict = parseToolOutput('retrieve-signers', `${stdout}\n${stderr}`, exitCode);
  if (verdict.outcome !== 'failed') return;
  const hint = 'The connection must be trusted and have a protocol in common before a signer can be fetched over it.';
  throw new OperatorError(
    'STEP_FAILED',
    `host ${params.host}: retrieveSigners.sh did not get ${aliases.remoteAlias}: ${verdict.cause ?? ''}`,
    { hint },
  );
}
