// The one setting of a community server that is in no file: on a Domino-based server the mode of the client port is a
// document of stconfig.nsf. Source: HCL Sametime 11.6, "Configuring the Sametime Community server" (field names); the name of
// the document differs between the vendor's pages.
import { OperatorError } from '../../core/errors.ts';
import { componentOf } from '../community-member.ts';
import type { Params } from './params.ts';

export function clientModeMissing(params: Params): OperatorError {
  const { host, clientPort, publicName, wanted } = { ...params, publicName: params.address };
  const mode = wanted.clientMode ?? 'dynamic';
  const what = `host ${host}: the client port of ${componentOf(params)} is not ${mode} yet`;
  return new OperatorError('MANUAL_STEP', what, {
    hint: `Open stconfig.nsf in a Notes client, document CommunityConnectivity (in some releases CommunityServices), ${fieldsFor(mode, publicName, clientPort)}, save it, restart the community server, then run the same command again; it goes on when the port answers as ${mode}.`,
  });
}

function fieldsFor(mode: 'legacy' | 'dynamic' | 'strict', name: string, port: number | null): string {
  const number = port ?? 1533;
  if (mode === 'legacy') return 'empty the fields VPMX_TLS_HOST and VPMX_TLS_PORT';
  const tls = `set VPMX_TLS_HOST to ${name} and VPMX_TLS_PORT to ${number}`;
  return mode === 'dynamic' ? `${tls}, leave the direct TCP port at ${number}` : `${tls}, empty the direct TCP port`;
}
