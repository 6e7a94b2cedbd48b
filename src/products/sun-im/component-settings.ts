// A Sun Instant Messaging server as the connectivity model sees it: what its iim.conf and its stores make it accept and offer.
// Used for what is there (facts) and for what a change would bring (operations), so that both agree. Sources: mode.ts,
// results.ts; that a server with a key store also calls its peers with TLS is an inference from the guide's chapter 12.
import type { CertificateSummary } from '../../core/certificate.ts';
import type { ProtocolVersion } from '../../core/protocol-version.ts';
import type { CallerSettings, ComponentSettings, EndpointSettings } from '../../core/topology-change.ts';
import { readModes, type SunImModes } from './mode.ts';
import { DOCUMENTED } from './results.ts';
import type { MeasuredProtocols, MuxDatabase, ReadSunIm, ServerStore, StreamMode, SunImStores } from './types.ts';

export type SunImComponentInput = {
  readonly read: ReadSunIm;
  readonly stores: SunImStores;
  readonly measured?: MeasuredProtocols;
};

/** Listeners: `client` (5222, startTLS; through the multiplexor, which passes bytes), `mux` (5222, SSL from the first byte),
 * `server` (5269), and `server/<coserver>` for the link with each listed one. Callers: one for each coserver, by its name. */
export function componentSettings({ read, stores, measured = {} }: SunImComponentInput): ComponentSettings {
  const modes = readModes(read);
  const tls = serverTls(read, stores.server, measured.server ?? DOCUMENTED.server);
  const isServerPort = read.effective.usesServerPort !== false;
  const streams = listenerOf(modes.streams, tls, 'iim.conf says');
  const peers = Object.entries(modes.peers);
  return {
    listeners: {
      client: modes.muxLegacySsl === false ? streams : off('iim_mux.usessl is on: the multiplexor takes SSL only'),
      mux: muxListener(modes, stores.mux, measured.mux ?? DOCUMENTED.mux),
      server: isServerPort ? streams : off('iim_server.useport is false'),
      ...Object.fromEntries(
        peers.map(([name, mode]) => [
          `server/${name}`,
          isServerPort ? listenerOf(mode, tls, `iim.conf says of ${name}`) : off('iim_server.useport is false'),
        ]),
      ),
    },
    callers: Object.fromEntries(peers.map(([name, mode]) => [name, callerOf(mode, tls, read)])),
  };
}

const NOTHING: Omit<EndpointSettings, 'because'> = {
  clear: false,
  protocols: [],
  chain: [],
  names: [],
  clientCertificate: 'none',
  trusts: null,
};

/** A port at which nothing of this kind answers. */
export const off = (because: string): EndpointSettings => ({ ...NOTHING, because });

type ServerTls = {
  readonly protocols: readonly ProtocolVersion[];
  readonly chain: readonly CertificateSummary[];
  readonly trusts: readonly string[] | null;
  /** why TLS would not work although it is configured; '' when it does */
  readonly refusal: string;
};

function serverTls(
  { effective }: ReadSunIm,
  store: ServerStore | undefined,
  protocols: readonly ProtocolVersion[],
): ServerTls {
  if (effective.keyStore === undefined) return { protocols: [], chain: [], trusts: null, refusal: '' };
  const trusts = effective.trustAllCertificates === true ? null : (store?.trusted.map(({ sha1 }) => sha1) ?? null);
  if (store === undefined) return { protocols, chain: [], trusts, refusal: '' };
  const chain = store.keys.length === 1 ? (store.keys[0]?.chain ?? []) : [];
  const refusal = refusalOf(store);
  return { protocols: refusal === '' ? protocols : [], chain, trusts, refusal };
}

function refusalOf({ form, keys, keyPasswordFits, refusal }: ServerStore): string {
  if (refusal !== undefined) return refusal;
  if (form !== 'jks') return `the key store is ${form} and no JKS`;
  if (keys.length === 0) return 'the key store holds no key';
  return keyPasswordFits === false ? 'the key has another password than its store' : '';
}

function listenerOf(mode: StreamMode | 'unclear', tls: ServerTls, what: string): EndpointSettings {
  const { protocols, chain, trusts, refusal } = tls;
  const isTls = mode === 'dynamic' || mode === 'strict';
  const but = isTls && refusal !== '' ? `, but ${refusal}` : '';
  const because = `${what} ${mode}${but}`;
  if (!isTls) return { ...NOTHING, clear: mode === 'plain', because };
  return {
    ...NOTHING,
    clear: mode === 'dynamic',
    protocols,
    chain: chain.map(({ sha1 }) => sha1),
    names: chain[0]?.names ?? [],
    trusts,
    because,
  };
}

function muxListener(
  { muxLegacySsl }: SunImModes,
  database: MuxDatabase | undefined,
  protocols: readonly ProtocolVersion[],
): EndpointSettings {
  if (muxLegacySsl !== true) {
    const because = muxLegacySsl === false ? 'iim_mux.usessl is off' : 'what iim_mux.usessl says is not understood';
    return { ...NOTHING, because };
  }
  if (database?.form === 'sql') {
    return {
      ...NOTHING,
      because: 'iim_mux.usessl is on, but the database has a form that the multiplexor cannot read',
    };
  }
  if (database?.refusal !== undefined) return { ...NOTHING, because: `iim_mux.usessl is on, but ${database.refusal}` };
  const chain = database?.chain ?? [];
  return {
    ...NOTHING,
    protocols,
    chain: chain.map(({ sha1 }) => sha1),
    names: chain[0]?.names ?? [],
    because: 'iim_mux.usessl is on',
  };
}

/** How the product compares the name of a peer is not documented, so names are not part of the model. */
function callerOf(mode: StreamMode | 'unclear', tls: ServerTls, { effective }: ReadSunIm): CallerSettings {
  const isTls = mode === 'dynamic' || mode === 'strict';
  const trust = effective.trustAllCertificates === true ? ', trusting every certificate' : '';
  const refusal = isTls && tls.refusal !== '' ? `, but ${tls.refusal}` : '';
  return {
    clear: mode === 'plain' || mode === 'dynamic',
    protocols: isTls ? tls.protocols : [],
    trusts: tls.trusts,
    trustedNames: [],
    personal: isTls ? tls.chain.map(({ sha1 }) => sha1) : [],
    personalNames: isTls ? (tls.chain[0]?.names ?? []) : [],
    because: `iim.conf says ${mode}${trust}${refusal}`,
  };
}
