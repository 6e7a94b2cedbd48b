// The connectivity model at one moment: what is on each disk, and what each process took from it. Immutable; a change
// makes a new state that shares everything it did not touch.
import type { CertificateSummary } from '../core/certificate.ts';
import type { CallerSettings } from '../core/topology-change.ts';
import type { ComponentState } from './component-state.ts';
import { OperatorError } from '../core/errors.ts';
import type { JavaArguments } from '../products/websphere/java-machine.ts';
import type { SecurityModel } from '../products/websphere/security-model.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import type { Link } from './link.ts';

/** SHA-1 fingerprints in the form of `fingerprintKey`; chains leaf first. */
export type StoreContents = {
  /** by lower-case alias */
  readonly personal: ReadonlyMap<string, readonly string[]>;
  readonly signers: ReadonlySet<string>;
};

/** The configuration on one disk: the master's, or a node's replica. */
export type Disk = {
  /** whose replica it is; null: the master's, which has the folders of all nodes */
  readonly node: string | null;
  readonly security: SecurityModel;
  /** by `storeKey`; a store that no fact tells of is absent, and nothing is claimed about it */
  readonly stores: ReadonlyMap<string, StoreContents>;
  /** versions that java.security of the machine disables; of the machine, so no synchronization brings another */
  readonly javaDisabled: readonly ProtocolVersion[];
  /** of server.xml, by node/server */
  readonly javaArguments: ReadonlyMap<string, JavaArguments>;
};

export type ProbedListener = {
  readonly protocols: readonly ProtocolVersion[];
  readonly chain: readonly string[];
  /** false: the server may have left the root out, and no store tells what it is */
  readonly hasRoot: boolean;
};

/** Why one port kept a process from starting. */
export type StartFailure = { readonly endpoint: string; readonly why: string; readonly help: string };

export type ProcessState = {
  readonly running: 'running' | 'stopped' | 'found-stopped';
  /** it was to run, but a port of it could not be opened; undefined: nothing of the kind */
  readonly failure: StartFailure | undefined;
  /** WebSphere endpoints that speak TLS: all of them open, or the process does not run */
  readonly endpoints: readonly string[];
  /** the disk as it was when the process started: what its listeners serve */
  readonly startedFrom: Disk;
  /** by WebSphere endpoint: the answer of the process that was found running; empty after a restart */
  readonly probed: ReadonlyMap<string, ProbedListener>;
  /** the recording rows as they were when the process started */
  readonly rowsAtStart: ReadonlyMap<string, string>;
};

export type ClientSide = {
  readonly protocol: string;
  readonly signers: ReadonlySet<string>;
  /** FIPS level of ssl.client.props; undefined: off */
  readonly fips: string | undefined;
  readonly javaDisabled: readonly ProtocolVersion[];
  /** chains that the tools can show; undefined: not known */
  readonly holds: readonly (readonly string[])[] | undefined;
  readonly comparesNames: boolean;
};

export type CellState = {
  readonly cell: string;
  /** node name of the deployment manager, for scopes */
  readonly managerNode: string;
  readonly master: Disk;
  readonly replicas: ReadonlyMap<string, Disk>;
  /** client properties and client trust store, by owner: 'dmgr' or the node */
  readonly profiles: ReadonlyMap<string, ClientSide>;
  /** by owner, then by server: a change copies one owner's alone */
  readonly processes: ReadonlyMap<string, ReadonlyMap<string, ProcessState>>;
};

export type TopologyState = {
  /** outside cells, by name: `<community>/<name>` */
  readonly components: ReadonlyMap<string, ComponentState>;
  /** how client populations call components, by name */
  readonly populations: ReadonlyMap<string, CallerSettings>;
  readonly cells: ReadonlyMap<string, CellState>;
  /** protocol of the recording row, by database */
  readonly rows: ReadonlyMap<string, string>;
  /** names of certificates for messages, by fingerprint */
  readonly subjects: ReadonlyMap<string, string>;
  /** certificates whose names are known, by fingerprint */
  readonly certificates: ReadonlyMap<string, CertificateSummary>;
  /** sorted by id */
  readonly links: readonly Link[];
  /** component -> positions in `links` that depend on it */
  readonly dependents: ReadonlyMap<string, readonly number[]>;
};

/** Fingerprints are written with and without colons, in either case. */
export const fingerprintKey = (fingerprint: string): string => fingerprint.replaceAll(':', '').toUpperCase();

export const storeKey = (name: string, scope: string): string => `${name} ${scope}`;

/** How a process is called in messages: "stCell/dmgr", "stCell/stpNode/nodeagent". */
export const processName = (cell: string, owner: string, server: string): string =>
  owner === 'dmgr' ? `${cell}/dmgr` : `${cell}/${owner}/${server}`;

/** The scope of a process, for the effective SSL configuration. */
export const locationOf = (cell: CellState, owner: string, server: string) => ({
  cell: cell.cell,
  node: owner === 'dmgr' ? cell.managerNode : owner,
  server,
});

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function cellOf(state: TopologyState, name: string): CellState {
  return known(state.cells.get(name), `cell ${name} is not in the facts`);
}

export function diskOf(cell: CellState, owner: string): Disk {
  if (owner === 'dmgr') return cell.master;
  return known(cell.replicas.get(owner), `cell ${cell.cell}: node ${owner} is not in the facts`);
}

export function processOf(cell: CellState, owner: string, server: string): ProcessState {
  const name = processName(cell.cell, owner, server);
  return known(cell.processes.get(owner)?.get(server), `server ${name} is not in the facts`);
}

export function profileOf(cell: CellState, owner: string): ClientSide {
  return known(cell.profiles.get(owner), `cell ${cell.cell}: profile of ${owner} is not in the facts`);
}

export function known<T>(value: T | undefined, otherwise: string): T {
  if (value !== undefined) return value;
  throw new OperatorError('INPUT_UNKNOWN_NAME', otherwise, {
    hint: 'Compare the names in the inventory with what the cell has.',
  });
}
