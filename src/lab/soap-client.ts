// A client of a SOAP connector, as the command-line tools and wsadmin are: TLS with the profile's ssl.client.props and
// client trust store, the signer exchange prompt, the log-in prompt. Prompts wait for an answer as long as it takes.
// Texts: IBM documentation of retrieveSigners and public transcripts.
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Json, JsonObject } from '../core/json.ts';
import { exposeSecret } from '../core/secret.ts';
import { readClientProperties } from './client-properties.ts';
import type { ClientProperties } from './client-properties.ts';
import { isObject, onJson, sendJson, textOf } from './json-lines.ts';
import type { LineReader } from './line-reader.ts';
import { readDisabled, versionsIn } from './process/java-machine.ts';
import { addSigner, keysOf, openStoreFile, signersOf } from './stores.ts';
import type { ServedKey } from './stores.ts';
import { ANY_CIPHERS, findUntrusted, openTls, peerChain, rangeOf, tlsFailure, wrongName } from './tls-client.ts';
import type { VersionRange } from './tls-client.ts';

export type SoapOptions = {
  /** folder of the profile whose client settings are used */
  readonly profile: string;
  readonly host: string;
  readonly port: number;
  readonly output: (text: string) => void;
  readonly input: LineReader;
  /** from -user and -password; else soap.client.props, else the prompt */
  readonly login?: { readonly user: string; readonly password: string };
  /** retrieveSigners -autoAcceptBootstrapSigner: the presented signer counts as trusted for this connection */
  readonly acceptSigner?: boolean;
  readonly signal?: AbortSignal;
};

export interface SoapConnection {
  readonly peer: { readonly process: string; readonly node: string; readonly type: string };
  /** root of the chain that the server presented */
  readonly presentedSigner: X509Certificate | undefined;
  /** @throws Error with the server's message, and with javaClass when an exception came back */
  request(op: string, fields?: JsonObject): Promise<Json>;
  /** resolves when the connection is gone */
  readonly closed: Promise<void>;
  close(): void;
}

const HANDSHAKE_MS = 30_000;

/** Connects and logs in.
 * @throws TlsFailure (kind refused, handshake or signer); Error with ADMN0022E when the log-in is refused */
export async function connectSoap(options: SoapOptions): Promise<SoapConnection> {
  const { host, port } = options;
  const properties = await readClientProperties(options.profile);
  const versions = await toolVersions(options.profile, properties);
  if (versions === undefined) {
    throw tlsFailure(
      'handshake',
      `java.security.NoSuchAlgorithmException: ${properties.protocol} SSLContext not available`,
    );
  }
  const [key] = await toolKeys(properties);
  const socket = await openTls({ host, port, versions, ciphers: ANY_CIPHERS, timeoutMs: HANDSHAKE_MS, key });
  options.signal?.addEventListener('abort', () => socket.destroy());
  try {
    const chain = peerChain(socket);
    if (options.acceptSigner !== true) await checkSigner(options, properties, chain);
    const wrong = properties.comparesNames ? wrongName(socket, host) : undefined;
    if (wrong !== undefined) throw tlsFailure('handshake', wrong);
    return await logIn(options, properties, makeConnection(socket, chain.at(-1)));
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What the Java of a profile's tools makes of ssl.client.props. */
export async function toolVersions(
  profile: string,
  { protocol, fipsLevel }: ClientProperties,
): Promise<VersionRange | undefined> {
  const machine = { disabled: await readDisabled(profile), properties: new Map<string, string>(), fipsLevel };
  return rangeOf(versionsIn(machine, protocol, 'outbound'));
}

/** A key store that is not there is no reason not to call. */
export async function toolKeys({
  keyStore,
  keyStorePassword,
  keyAlias,
}: ClientProperties): Promise<readonly ServedKey[]> {
  const store = await openStoreFile(keyStore, keyStorePassword).catch(() => undefined);
  return store === undefined ? [] : keysOf(store, keyAlias);
}

async function checkSigner(
  { host, port, output, input, profile }: SoapOptions,
  properties: ClientProperties,
  chain: readonly X509Certificate[],
): Promise<void> {
  const { trustStore, trustStorePassword, alias } = properties;
  const untrusted = findUntrusted(chain, signersOf(await openStoreFile(trustStore, trustStorePassword)));
  if (untrusted === undefined) return;
  const subject = nameOf(untrusted.subject);
  if (properties.signerPrompt) {
    output(promptBlock(host, trustStore, untrusted));
    const answer = await answered(input);
    if (answer.trim().toLowerCase().startsWith('y')) {
      const added = await addSigner(trustStore, trustStorePassword, subject, untrusted);
      output(
        `CWPKI0308I: Adding signer alias "${added ?? subject}" to local keystore "${properties.trustStoreName}" with the following SHA digest: ${untrusted.fingerprint}\n`,
      );
      return;
    }
  }
  throw tlsFailure(
    'signer',
    `CWPKI0022E: SSL HANDSHAKE FAILURE:  A signer with SubjectDN "${subject}" was sent from target host:port "${host}:${port}".  The signer may need to be added to local trust store "${trustStore}" located in SSL configuration alias "${alias}" loaded from SSL configuration file "file:${profile}/properties/ssl.client.props".  The extended error message is: "PKIX path building failed: unable to find valid certification path to requested target".`,
  );
}

const nameOf = (distinguishedName: string): string => distinguishedName.split('\n').toReversed().join(', ');

const promptBlock = (host: string, trustStore: string, certificate: X509Certificate): string =>
  [
    '',
    '*** SSL SIGNER EXCHANGE PROMPT ***',
    `SSL signer from target host ${host} is not found in trust store ${trustStore}.`,
    '',
    'Here is the signer information (verify the digest value matches what is displayed at the server):',
    '',
    `Subject DN:    ${nameOf(certificate.subject)}`,
    `Issuer DN:     ${nameOf(certificate.issuer)}`,
    `Serial number: ${BigInt(`0x${certificate.serialNumber}`)}`,
    `Expires:       ${certificate.validTo}`,
    `SHA-1 Digest:  ${certificate.fingerprint}`,
    '',
    'Add signer to the trust store now? (y/n) ',
  ].join('\n');

/** The tools wait for ever when their input has ended. */
async function answered(input: LineReader): Promise<string> {
  const line = await input.next();
  return line ?? (await Promise.withResolvers<string>().promise);
}

async function logIn(
  { output, input, login }: SoapOptions,
  properties: ClientProperties,
  connection: SoapConnection,
): Promise<SoapConnection> {
  let user = login?.user ?? properties.user;
  let password = login?.password ?? exposeSecret(properties.password);
  if (user === '' || password === '') {
    output('Realm/Cell Name: <default>\nUsername: ');
    user = await answered(input);
    output('Password: ');
    password = await answered(input);
    output('\n');
  }
  await connection.request('login', { user, password });
  const hello = await connection.request('hello');
  if (!isObject(hello)) throw new Error('ADMC0009E: the SOAP connector gave no answer');
  const peer = { process: textOf(hello, 'process'), node: textOf(hello, 'node'), type: textOf(hello, 'type') };
  return { ...connection, peer };
}

function makeConnection(socket: TLSSocket, presentedSigner: X509Certificate | undefined): SoapConnection {
  const waiting = new Map<number, (reply: JsonObject | undefined) => void>();
  const closed = Promise.withResolvers<void>();
  let lastId = 0;
  onJson(socket, (reply) => {
    const id = Number(reply['id']);
    waiting.get(id)?.(reply);
    waiting.delete(id);
  });
  socket.on('close', () => {
    for (const take of waiting.values()) take(undefined);
    waiting.clear();
    closed.resolve();
  });
  const request = async (op: string, fields: JsonObject = {}): Promise<Json> => {
    const { promise, resolve } = Promise.withResolvers<JsonObject | undefined>();
    lastId += 1;
    if (socket.destroyed) resolve(undefined);
    else waiting.set(lastId, resolve);
    sendJson(socket, { ...fields, id: lastId, op });
    const reply = await promise;
    if (reply === undefined) throw new Error('ADMC0009E: the connection to the SOAP connector was lost');
    if (reply['ok'] === true) return reply['result'] ?? null;
    throw Object.assign(new Error(textOf(reply, 'error')), { javaClass: textOf(reply, 'javaClass') });
  };
  return {
    peer: { process: '', node: '', type: '' },
    presentedSigner,
    request,
    closed: closed.promise,
    close: () => socket.destroy(),
  };
}
