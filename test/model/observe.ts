// What every link of the model really does now: the lab's own TLS client with what the calling process would use at this
// moment, against the listener as it is. A handshake with the same offer to the same port is made once per look.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readClientProperties } from '../../src/lab/client-properties.ts';
import { outboundInForce, overlaySettings, settingsFor, trustedSigners } from '../../src/lab/process/tls-settings.ts';
import { ADDRESS, endpointOf, placeNamed, portOf } from '../../src/lab/site.ts';
import { openStoreFile, signersOf } from '../../src/lab/stores.ts';
import { ANY_CIPHERS, findUntrusted, isTlsFailure, openTls, peerChain, rangeOf } from '../../src/lab/tls-client.ts';
import type { VersionRange } from '../../src/lab/tls-client.ts';
import { protocolsOf } from '../../src/products/websphere/qop.ts';
import type { Caller, Link } from '../../src/topology/link.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import { CELL, nodeOf } from './case.ts';
import type { ModelWorld } from './world.ts';

export type Observed = Pick<LinkOutcome, 'id' | 'outcome' | 'reason'> & { readonly protocol: string | null };

type Offer = {
  readonly versions: VersionRange;
  readonly ciphers: string;
  /** undefined: it trusts everybody */
  readonly signers: readonly X509Certificate[] | undefined;
};
type Handshake = { readonly protocol: string | null; readonly chain: readonly X509Certificate[] } | Error;

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
      const shake = (port: number, { versions, ciphers }: Offer): Promise<Handshake> => {
        const key = [port, versions.minVersion, versions.maxVersion, ciphers].join(' ');
        const handshake = made.get(key) ?? shakeHands(port, versions, ciphers);
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
      return await Promise.all(links.map((link) => observe({ world, isStopped, shake, offerBy }, link)));
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

async function observe({ world, isStopped, shake, offerBy }: Look, { id, caller, listener }: Link): Promise<Observed> {
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
  return { id, outcome: 'tls', protocol: handshake.protocol, reason: '' };
}

async function shakeHands(port: number, versions: VersionRange, ciphers: string): Promise<Handshake> {
  try {
    const socket = await openTls({ host: ADDRESS, port, versions, ciphers, timeoutMs: TIMEOUT_MS });
    const handshake = { protocol: socket.getProtocol(), chain: peerChain(socket) };
    socket.destroy();
    return handshake;
  } catch (error) {
    // Only what a handshake can end with is an outcome; anything else is a defect of the test.
    if (isTlsFailure(error)) return error;
    throw error;
  }
}

function range(qop: string): VersionRange {
  const versions = rangeOf(protocolsOf(qop) ?? []);
  if (versions === undefined) throw new Error(`no version for ${qop}`);
  return versions;
}

async function offerOf(world: ModelWorld, caller: Caller): Promise<Offer> {
  if (caller.kind === 'population') {
    const versions = rangeOf(caller.offers);
    if (versions === undefined) throw new Error(`client ${caller.name}: versions with a gap`);
    const file = world.inventory.clients.find(({ name }) => name === caller.name)?.trustFile;
    const pems = file === undefined ? undefined : (await readFile(file, 'utf8')).match(PEM);
    return { versions, ciphers: ANY_CIPHERS, signers: pems?.map((pem) => new X509Certificate(pem)) };
  }
  if (caller.kind === 'client-tools') {
    const { protocol, trustStore, trustStorePassword } = await readClientProperties(
      world.profile(nodeOf(caller.owner)),
    );
    return {
      versions: range(protocol),
      ciphers: ANY_CIPHERS,
      signers: signersOf(await openStoreFile(trustStore, trustStorePassword)),
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
  return { ...settings, signers: await trustedSigners(security, settings) };
}
