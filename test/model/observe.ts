// What every link of the model really does now: the lab's own TLS client with what the calling process would use at this
// moment, against the listener as it is. A handshake with the same offer to the same port is made once per look.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { checkServerIdentity } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { readClientProperties } from '../../src/lab/client-properties.ts';
import {
  clientKeys,
  outboundInForce,
  overlaySettings,
  settingsFor,
  trustedSigners,
} from '../../src/lab/process/tls-settings.ts';
import { ADDRESS, endpointOf, placeNamed, portOf } from '../../src/lab/site.ts';
import { toolKeys, toolVersions } from '../../src/lab/soap-client.ts';
import { openStoreFile, signersOf } from '../../src/lab/stores.ts';
import type { ServedKey } from '../../src/lab/stores.ts';
import { ANY_CIPHERS, findUntrusted, isTlsFailure, openTls, peerChain, rangeOf } from '../../src/lab/tls-client.ts';
import type { VersionRange } from '../../src/lab/tls-client.ts';
import { isComponentLink, type Caller, type CellLink, type Link } from '../../src/topology/link.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import { CELL, nodeOf } from './case.ts';
import type { ModelWorld } from './world.ts';

export type Observed = Pick<LinkOutcome, 'id' | 'outcome' | 'reason'> & { readonly protocol: string | null };

type Offer = {
  readonly versions: VersionRange;
  readonly ciphers: string;
  /** undefined: it trusts everybody */
  readonly signers: readonly X509Certificate[] | undefined;
  /** shown when it is asked for a certificate: whichever is taken */
  readonly keys: readonly ServedKey[];
  readonly comparesNames: boolean;
};
type Handshake =
  | {
      readonly protocol: string | null;
      readonly chain: readonly X509Certificate[];
      readonly wrongName: (asked: string) => string | undefined;
    }
  | Error;

const TIMEOUT_MS = 10_000;
const PEM = /-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g;

export interface Observer {
  observe(links: readonly Link[]): Promise<readonly Observed[]>;
  /** handshakes that were made so far */
  handshakes(): number;
}

/** @param isStopped node/server -> was it stopped on purpose, or found stopped */
export function makeObserver(world: ModelWorld, isStopped: (process: string) => boolean): Observer {
  let count = 0;
  return {
    handshakes: () => count,
    async observe(links) {
      const made = new Map<string, Promise<Handshake>>();
      const shake = (port: number, offer: Offer): Promise<Handshake> => {
        const { versions, ciphers, keys } = offer;
        const shown = keys.map(({ chain }) => chain[0]).join('');
        const key = [port, versions.minVersion, versions.maxVersion, ciphers, shown].join(' ');
        const handshake = made.get(key) ?? shakeHands(port, offer);
        if (!made.has(key)) count += 1;
        made.set(key, handshake);
        return handshake;
      };
      // A caller offers the same to all that it calls at one moment.
      const offers = new Map<string, Promise<Offer>>();
      const offerBy = (caller: Caller): Promise<Offer> => {
        const key = JSON.stringify(caller);
        const offer = offers.get(key) ?? offerOf(world, caller);
        offers.set(key, offer);
        return offer;
      };
      return await Promise.all(
        links.flatMap((link) => (isComponentLink(link) ? [] : [observe({ world, isStopped, shake, offerBy }, link)])),
      );
    },
  };
}

const processOf = (at: { readonly owner: string; readonly server: string }): string =>
  `${nodeOf(at.owner)}/${at.server}`;

type Look = {
  readonly world: ModelWorld;
  readonly isStopped: (process: string) => boolean;
  readonly shake: (port: number, offer: Offer) => Promise<Handshake>;
  readonly offerBy: (caller: Caller) => Promise<Offer>;
};

async function observe(
  { world, isStopped, shake, offerBy }: Look,
  { id, caller, listener, asksFor }: CellLink,
): Promise<Observed> {
  const broken = (reason: string): Observed => ({ id, outcome: 'broken', protocol: null, reason });
  const ends = [processOf(listener), ...('server' in caller ? [processOf(caller)] : [])];
  const down = ends.find(isStopped);
  if (down !== undefined) return { id, outcome: 'down', protocol: null, reason: `${down} is stopped` };
  const { server } = placeNamed(world.site.scenario, processOf(listener));
  const port = portOf(world.site, endpointOf(server, { name: listener.endpoint }));
  const offer = await offerBy(caller).catch((error: Error) => error);
  if (offer instanceof Error) return broken(offer.message);
  const handshake = await shake(port, offer);
  if (handshake instanceof Error) return broken(handshake.message);
  const untrusted = offer.signers && findUntrusted(handshake.chain, offer.signers);
  if (untrusted !== undefined) return broken(`${untrusted.subject} is not trusted`);
  const wrong = offer.comparesNames && asksFor !== undefined ? handshake.wrongName(asksFor) : undefined;
  if (wrong !== undefined) return broken(wrong);
  return { id, outcome: 'tls', protocol: handshake.protocol, reason: '' };
}

async function shakeHands(port: number, { versions, ciphers, keys }: Offer): Promise<Handshake> {
  let last: Handshake | undefined;
  for (const key of keys.length === 0 ? [undefined] : keys) {
    try {
      const socket = await openTls({ host: ADDRESS, port, versions, ciphers, timeoutMs: TIMEOUT_MS, key });
      const certificate = socket.getPeerCertificate();
      const made = {
        protocol: socket.getProtocol(),
        chain: peerChain(socket),
        wrongName: (asked: string) => checkServerIdentity(asked, certificate)?.message,
      };
      const refusal = await farewell(socket);
      if (refusal === undefined) return made;
      last = refusal;
    } catch (error) {
      // Only what a handshake can end with is an outcome; anything else is a defect of the test.
      if (!isTlsFailure(error)) throw error;
      last = error;
    }
  }
  return last ?? new Error('no handshake was made');
}

/** With TLS 1.3, and where a certificate is judged after the handshake, a caller learns only now that it was refused: its
 * goodbye is answered by an alert or a reset instead of a goodbye. */
async function farewell(socket: TLSSocket): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  socket.once('error', resolve);
  socket.once('close', () => resolve(undefined));
  socket.resume();
  socket.end();
  return await promise;
}

async function offerOf(world: ModelWorld, caller: Caller): Promise<Offer> {
  if (caller.kind === 'population') {
    const versions = rangeOf(caller.offers);
    if (versions === undefined) throw new Error(`client ${caller.name}: versions with a gap`);
    const file = world.inventory.clients.find(({ name }) => name === caller.name)?.trustFile;
    const pems = file === undefined ? undefined : (await readFile(file, 'utf8')).match(PEM);
    const { presents = null } = world.client(caller.name);
    return {
      versions,
      ciphers: ANY_CIPHERS,
      signers: pems?.map((pem) => new X509Certificate(pem)),
      keys: presents === null ? [] : await world.presented(presents),
      comparesNames: caller.comparesNames,
    };
  }
  if (caller.kind === 'client-tools') {
    const root = world.profile(nodeOf(caller.owner));
    const properties = await readClientProperties(root);
    const versions = await toolVersions(root, properties);
    if (versions === undefined) throw new Error(`no version for ${properties.protocol}`);
    return {
      versions,
      ciphers: ANY_CIPHERS,
      signers: signersOf(await openStoreFile(properties.trustStore, properties.trustStorePassword)),
      keys: await toolKeys(properties),
      comparesNames: properties.comparesNames,
    };
  }
  if (caller.kind === 'recording') throw new Error('the lab has no recording capture');
  const process = world.deployment.process(processOf(caller));
  const started = process.security();
  if (started === undefined) throw new Error(`${processOf(caller)} did not start`);
  const security = await outboundInForce(started, CELL);
  const scope = { cell: CELL, node: nodeOf(caller.owner), server: caller.server };
  const settings =
    caller.kind === 'overlay' ? overlaySettings(security, scope) : settingsFor(security, scope, 'outbound');
  return {
    ...settings,
    signers: await trustedSigners(security, settings),
    keys: await clientKeys(security, settings, settings.certificateAlias),
    comparesNames: started.model.verifiesHostNames === true,
  };
}
