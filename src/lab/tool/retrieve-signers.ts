// retrieveSigners: copies signers of a key store of the cell into the client trust store of the profile. Options and
// CWPKI0308I: IBM WebSphere 8.5.5, "retrieveSigners command", and a public log of addNode.
import { X509Certificate } from 'node:crypto';
import type { Json } from '../../core/json.ts';
import { readClientProperties } from '../client-properties.ts';
import { isObject, textOf } from '../json-lines.ts';
import { addressOf, managerOf, soapPort } from '../site.ts';
import { addSigner } from '../stores.ts';
import { wrapMessage } from './output.ts';
import { connectTool, messageOf, TOOL_EXIT } from './tool-context.ts';
import type { ToolContext } from './tool-context.ts';

const FAILED = 1;

export async function retrieveSigners(context: ToolContext): Promise<number> {
  const { site, root, run, args } = context;
  const say = (message: string): void => run.out(wrapMessage(message));
  const [remote] = args.words;
  const host = args.value('-host') ?? addressOf(site, managerOf(site.scenario).profile.host);
  const port = Number(args.value('-port') ?? soapPort(site, managerOf(site.scenario).server));
  try {
    const acceptSigner = args.has('-autoAcceptBootstrapSigner');
    const { trustStore, trustStorePassword, trustStoreName } = await readClientProperties(root);
    const add = async (alias: string, certificate: X509Certificate): Promise<void> => {
      const added = await addSigner(trustStore, trustStorePassword, alias, certificate);
      if (added === undefined) return;
      say(
        `CWPKI0308I: Adding signer alias "${added}" to local keystore "${trustStoreName}" with the following SHA digest: ${certificate.fingerprint}`,
      );
    };
    const connection = await connectTool(context, { host, port, acceptSigner });
    const { presentedSigner } = connection;
    if (acceptSigner && presentedSigner !== undefined) await add('default_signer', presentedSigner);
    if (args.has('-listRemoteKeyStoreNames')) {
      for (const name of listOf(await connection.request('signers', { store: '' })))
        run.out(`${typeof name === 'string' ? name : ''}\n`);
    } else {
      const only = args.value('-remoteAlias')?.toLowerCase();
      for (const item of listOf(await connection.request('signers', { store: remote ?? '' }))) {
        if (!isObject(item)) continue;
        const alias = textOf(item, 'alias');
        if (only !== undefined && only !== alias) continue;
        await add((only && args.value('-localAlias')) ?? alias, new X509Certificate(textOf(item, 'pem')));
      }
    }
    connection.close();
    return TOOL_EXIT.done;
  } catch (error) {
    say(messageOf(error));
    return FAILED;
  }
}

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : []);
