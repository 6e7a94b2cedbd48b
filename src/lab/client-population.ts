// A population of clients at work: real TLS with the versions and roots that the scenario gives it, then one request.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { OperatorError } from '../core/errors.ts';
import { addressOf, endpointOf, placeNamed, portOf } from './site.ts';
import type { Site } from './site.ts';
import { ANY_CIPHERS, findUntrusted, openTls, peerChain, rangeOf, wrongName } from './tls-client.ts';
import type { ClientCall, ClientSpec } from './types.ts';
import { getRoot } from './process/web-services.ts';

const TIMEOUT_MS = 5_000;

/** @throws OperatorError LAB_STATE when the scenario has no such population */
export async function callAs(site: Site, client: string): Promise<readonly ClientCall[]> {
  const spec = site.scenario.clients.find(({ name }) => name === client);
  if (spec === undefined) throw new OperatorError('LAB_STATE', `lab: no client population ${client}`);
  const pem = await readFile(path.join(site.dir, 'certificates/client-roots.pem'), 'utf8');
  const roots = pem.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const signers = roots.map((root) => new X509Certificate(root));
  const calls: ClientCall[] = [];
  for (const to of spec.connects) calls.push(await call(site, spec, to, signers));
  return calls;
}

async function call(
  site: Site,
  { name, offers }: ClientSpec,
  to: string,
  signers: readonly X509Certificate[],
): Promise<ClientCall> {
  const [node = '', server = '', endpointName = ''] = to.split('/');
  const place = placeNamed(site.scenario, `${node}/${server}`);
  const endpoint = endpointOf(place.server, { name: endpointName });
  const { publicName } = place.profile;
  const versions = rangeOf(offers);
  if (versions === undefined) throw new Error(`client ${name}: versions with a gap`);
  const broken = (detail: string): ClientCall => ({ client: name, to, ok: false, protocol: null, detail });
  try {
    const target = {
      host: addressOf(site, place.profile.host),
      port: portOf(site, endpoint),
      versions,
      ciphers: ANY_CIPHERS,
      timeoutMs: TIMEOUT_MS,
    };
    const socket = await openTls(target);
    const spoken = socket.getProtocol();
    const protocol = PROTOCOL_VERSIONS.find((version) => version === spoken) ?? null;
    const untrusted = findUntrusted(peerChain(socket), signers);
    if (untrusted !== undefined) {
      socket.destroy();
      return broken(`the certificate of ${untrusted.subject} is not trusted`);
    }
    const wrong = publicName === undefined ? undefined : wrongName(socket, publicName);
    if (wrong !== undefined) {
      socket.destroy();
      return broken(wrong);
    }
    if (endpoint.service === 'sip') {
      socket.write('OPTIONS sip:lab SIP/2.0\r\n\r\n');
      const [line] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      const reply = line.toString('latin1').trim();
      return { client: name, to, ok: reply.startsWith('SIP/2.0 200'), protocol, detail: reply };
    }
    const { status, body } = await getRoot(socket);
    return { client: name, to, ok: status.startsWith('HTTP/1.1 200'), protocol, detail: `${status}: ${body}` };
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
}
