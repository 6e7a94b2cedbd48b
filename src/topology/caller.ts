// The other end of a link: what the caller offers and trusts in a state.
import { effectiveVersions, type JavaLayer } from '../products/websphere/effective-versions.ts';
import type { SslConfiguration } from '../products/websphere/security-model.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { downReason, versions } from './callee.ts';
import { hasTrustStore, heldChains, javaLayer, nameOf, outboundSsl, signersOf, versionsOf } from './configured.ts';
import type { Caller } from './link.ts';
import type { CellState, Disk, ProcessState, TopologyState } from './state.ts';
import { cellOf, diskOf, locationOf, processName, processOf, profileOf } from './state.ts';

export type Offer =
  | {
      readonly kind: 'calls';
      readonly protocols: readonly ProtocolVersion[];
      /** undefined: not known, so trust is not checked */
      readonly trust:
        | { readonly store: string; readonly signers: ReadonlySet<string>; readonly help: string }
        | undefined;
      /** chains of certificates that it can show; undefined: not known, so it is not checked */
      readonly holds: readonly (readonly string[])[] | undefined;
      /** it compares the certificate's names with the one it asked for */
      readonly comparesNames: boolean;
      /** for messages: what decides the offer */
      readonly because: string;
      readonly help: (accepted: readonly ProtocolVersion[]) => string;
    }
  | { readonly kind: 'down'; readonly why: string }
  | { readonly kind: 'cannot-call'; readonly why: string; readonly help: string };

/** What the recording capture offers without a row. Source: HCL Sametime, meeting.recording.tlsVersion. */
const WITHOUT_ROW: readonly ProtocolVersion[] = ['TLSv1'];

export function readCaller(state: TopologyState, caller: Caller): Offer {
  if (caller.kind === 'population') return populationOffer(caller);
  const cell = cellOf(state, caller.cell);
  if (caller.kind === 'client-tools') return toolsOffer(cell, caller.owner);
  return caller.kind === 'recording' ? recordingOffer(cell, caller) : processOffer(cell, caller);
}

const populationOffer = ({
  name,
  offers,
  trusts,
  holds,
  comparesNames,
}: Extract<Caller, { readonly kind: 'population' }>): Offer => ({
  kind: 'calls',
  protocols: offers,
  trust:
    trusts === undefined
      ? undefined
      : {
          store: 'the trusts file',
          signers: trusts,
          help: `let client ${name} trust the root first, or keep a certificate that it trusts`,
        },
  holds,
  comparesNames,
  because: 'inventory',
  help: () => `keep the listener at a superset such as SSL_TLSv2 as long as client ${name} is required`,
});

function processOffer(cell: CellState, caller: Extract<Caller, { readonly kind: 'process' | 'overlay' }>): Offer {
  const { owner, server } = caller;
  const name = processName(cell.cell, owner, server);
  const process = processOf(cell, owner, server);
  const down = downReason(name, process.running);
  if (down !== undefined) return { kind: 'down', why: down };
  if (process.failure !== undefined) return notStarted(name, process.failure);

  // Outbound of a running process follows its disk at once when dynamic update is on (IBM: "dynamic SSL updates").
  const disk = diskOf(cell, owner);
  const inForce = disk.security.dynamicUpdate ? disk : process.startedFrom;
  const location = locationOf(cell, owner, server);
  const outbound = outboundSsl(inForce, location);
  const overlay = caller.kind === 'overlay' ? overlayConfiguration(cell, inForce) : undefined;
  const configuration = overlay ?? outbound?.configuration;
  if (configuration === undefined)
    return {
      kind: 'cannot-call',
      why: `no outbound SSL configuration applies to ${name}`,
      help: `give ${name}, its node or its cell an outbound SSL configuration group`,
    };

  const signers = signersOf(inForce, configuration);
  const { trustStore } = configuration;
  const store = `${trustStore.name} ${trustStore.scope}`;
  if (!hasTrustStore(inForce, configuration))
    return {
      kind: 'cannot-call',
      why: `trust store ${store} of SSL configuration ${nameOf(configuration)} is not part of the replica of node ${owner}`,
      help: `let ${name} use an SSL configuration of the cell or of its own node`,
    };
  const arrive = owner === 'dmgr' ? '' : ` and synchronize node ${owner}`;
  // The Java machine is the one that was started, whatever the disk says of it now.
  const { versions: protocols, value } = offered(configuration.protocol, javaLayer(process.startedFrom, location));
  return {
    kind: 'calls',
    protocols,
    trust:
      signers === undefined
        ? undefined
        : { store: `trust store ${store}`, signers, help: `add the root to ${store}${arrive} first` },
    holds: heldChains(inForce, configuration, overlay === undefined ? (outbound?.certificateAlias ?? '') : ''),
    comparesNames: process.startedFrom.security.verifiesHostNames ?? false,
    because: `SSL configuration ${nameOf(configuration)}, ${value}`,
    help: (accepted) =>
      `let SSL configuration ${nameOf(configuration)} also offer ${versions(accepted)}${arrive} first`,
  };
}

function offered(qop: string, java: JavaLayer) {
  const { versions: found, layers } = effectiveVersions(qop, java, 'outbound');
  return { versions: found, value: [qop, ...layers].join(', ') };
}

const notStarted = (name: string, { endpoint, why, help }: NonNullable<ProcessState['failure']>): Offer => ({
  kind: 'cannot-call',
  why: `${name} does not start: its listener ${endpoint} does not, since ${why}`,
  help,
});

const overlayConfiguration = (cell: CellState, disk: Disk): SslConfiguration | undefined =>
  disk.security.configurations.find(
    ({ alias, scope }) => alias === 'XDADefaultSSLSettings' && scope === `(cell):${cell.cell}`,
  );

function toolsOffer(cell: CellState, owner: string): Offer {
  const { protocol, signers, fips, javaDisabled, holds, comparesNames } = profileOf(cell, owner);
  const { versions: protocols, value } = offered(protocol, {
    disabled: javaDisabled,
    arguments: {},
    property: undefined,
    fips,
  });
  const profile = `the profile of ${cell.cell}/${owner}`;
  return {
    kind: 'calls',
    protocols,
    trust: {
      store: 'the client trust store',
      signers,
      help: `add the root to the client trust store of ${profile} first`,
    },
    holds,
    comparesNames,
    because: `com.ibm.ssl.protocol=${value}`,
    help: (accepted) =>
      `set com.ibm.ssl.protocol in ssl.client.props of ${profile} to offer ${versions(accepted)} first`,
  };
}

function recordingOffer(cell: CellState, caller: Extract<Caller, { readonly kind: 'recording' }>): Offer {
  const { database, owner, server } = caller;
  const name = processName(cell.cell, owner, server);
  const process = processOf(cell, owner, server);
  const down = downReason(name, process.running);
  if (down !== undefined) return { kind: 'down', why: down };
  if (process.failure !== undefined) return notStarted(name, process.failure);
  const row = process.rowsAtStart.get(database);
  return {
    kind: 'calls',
    protocols: row === undefined ? WITHOUT_ROW : versionsOf(row),
    trust: undefined,
    holds: undefined,
    comparesNames: false,
    because: row === undefined ? 'no recording row when it started' : `recording row ${row}`,
    help: (accepted) => `set the recording row of ${database} to one of ${versions(accepted)} and restart ${name}`,
  };
}
