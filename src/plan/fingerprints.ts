// What the plan was made from, each with a digest, so that apply can name what moved since.
import { digestOf, type Json } from '../core/json.ts';
import type { EndpointSettings } from '../core/topology-change.ts';
import type { ComponentFacts, Facts, OwnerFacts } from '../facts/types.ts';
import { clientPropertiesFile } from '../products/websphere/profile-paths.ts';
import { isTlsEndpoint } from '../products/websphere/tls-endpoints.ts';
import type { Fingerprint, Plan } from './types.ts';

/** a file on this machine: inventory, playbook, certificate */
const OPERATOR_FILE = 'file ';

export function fingerprintsOf(facts: Facts, states: ReadonlyMap<string, Json>): readonly Fingerprint[] {
  const files = facts.cells.flatMap(({ cell, deploymentManager, nodes }) =>
    [deploymentManager, ...nodes].flatMap((owner) => ofOwner(cell, owner)),
  );
  const stores = facts.cells.flatMap(({ cell, stores: found }) =>
    found.map((store) => ({
      object: `key store ${store.name} ${store.scope} of cell ${cell}`,
      sha256: digestOf(store),
    })),
  );
  const tools = (facts.tools ?? []).flatMap(({ host, profile, ...found }) => [
    { object: `${clientPropertiesFile(profile)} on ${host}`, sha256: found.clientPropertiesSha256 },
    { object: `client tools of ${profile} on ${host}`, sha256: digestOf({ ...found }) },
  ]);
  const listeners = facts.listeners.map(({ address, port, owner, server, endpoint, protocols, chain }) => ({
    object: `listener ${owner}/${server} ${endpoint} at ${address}:${port}`,
    sha256: digestOf({ protocols, chain }),
  }));
  const certificates = facts.certificates.map(({ file, fileSha256 }) => ({
    object: `${OPERATOR_FILE}${file}`,
    sha256: fileSha256,
  }));
  const trusts = [...(facts.clients ?? []), ...(facts.clientCertificates ?? [])].map(({ file, fileSha256 }) => ({
    object: `${OPERATOR_FILE}${file}`,
    sha256: fileSha256,
  }));
  const objects = [...states].map(([object, state]) => ({ object, sha256: digestOf(state) }));
  const components = (facts.components ?? []).flatMap(ofComponent);
  return oneForEach([
    ...components,
    ...files,
    ...tools,
    ...stores,
    ...listeners,
    ...certificates,
    ...trusts,
    ...objects,
  ]);
}

/** A file that facts and a task both read is one object, with one name. */
function oneForEach(fingerprints: readonly Fingerprint[]): readonly Fingerprint[] {
  const digests = Map.groupBy(fingerprints, ({ object }) => object);
  return [...digests]
    .map(([object, found]) => ({ object, sha256: joined(found.map(({ sha256 }) => sha256)) }))
    .toSorted((a, b) => (a.object < b.object ? -1 : 1));
}

const joined = (digests: readonly string[]): string => (digests.length === 1 ? (digests[0] ?? '') : digestOf(digests));

/** What differs between a plan and the same plan made again, by name: files of the operator first, since what is read with
 * them (the certificates that a store lacks) then differs too. */
export function movedObjects(plan: Plan, again: Plan): readonly string[] {
  const now = new Map(again.fingerprints.map(({ object, sha256 }) => [object, sha256]));
  const then = new Map(plan.fingerprints.map(({ object, sha256 }) => [object, sha256]));
  const differing = [...new Set([...then.keys(), ...now.keys()])].filter((one) => then.get(one) !== now.get(one));
  // A copy is listed only where it differs from the master's store: when that one moved, the copy need not have.
  const masters = differing.flatMap((object) => /^(key store .*) of cell [^ ]*$/u.exec(object)?.[1] ?? []);
  const isOnlyListed = (object: string): boolean =>
    then.has(object) !== now.has(object) && masters.some((store) => object.startsWith(`${store}, copy of node `));
  const moved = differing.filter((object) => !isOnlyListed(object));
  const isFile = (object: string): boolean => object.startsWith(OPERATOR_FILE);
  return [
    ...(plan.inventory.sha256 === again.inventory.sha256 ? [] : [`${OPERATOR_FILE}${plan.inventory.file}`]),
    ...(plan.playbook.sha256 === again.playbook.sha256 ? [] : [`${OPERATOR_FILE}${plan.playbook.file}`]),
    ...moved.filter(isFile),
    ...moved.filter((object) => !isFile(object)),
  ];
}

/** The files as operations name them, and the live answer of each port. */
const ofComponent = ({ component, host, files, running, modes, process }: ComponentFacts): readonly Fingerprint[] => [
  ...files.map(({ path, sha256 }) => ({ object: `${path} on ${host}`, sha256 })),
  ...Object.entries(modes).map(([port, mode]) => ({
    object: `mode of ${component} ${port}`,
    sha256: digestOf({ mode, listener: listenerOf(running.listeners[port]) }),
  })),
  { object: `process of ${component}`, sha256: digestOf({ ...process }) },
];

const listenerOf = (listener: EndpointSettings | undefined): Json =>
  listener === undefined ? null : { protocols: [...listener.protocols], chain: [...listener.chain] };

const ofOwner = (cell: string, owner: OwnerFacts): readonly Fingerprint[] => [
  // A deployment manager and nodes may share a host, so the host alone does not name a copy.
  { object: `security.xml of cell ${cell}, ${copyName(owner)} on ${owner.host}`, sha256: owner.securitySha256 },
  { object: `serverindex.xml of cell ${cell}, ${owner.owner}`, sha256: digestOf(tlsServersOf(owner)) },
  // the name that the operation client-properties has for it
  { object: `${clientPropertiesFile(owner.profile)} on ${owner.host}`, sha256: owner.clientPropertiesSha256 },
  { object: `client trust store of ${owner.profile} on ${owner.host}`, sha256: digestOf(owner.clientSigners) },
  ...javaOf(owner),
  // Those of the master have fingerprints of their own; a copy has one where it is another.
  ...(owner.replicaStores ?? []).map((store) => ({
    object: `key store ${store.name} ${store.scope}, ${copyName(owner)} on ${owner.host}`,
    sha256: digestOf({ ...store }),
  })),
  ...Object.entries(owner.processes).map(([server, { pid }]) => ({
    object: `process of ${owner.owner}/${server} on ${owner.host}`,
    sha256: digestOf(pid),
  })),
];

/** Of files that hold much else, only what is used of them. */
function javaOf(owner: OwnerFacts): readonly Fingerprint[] {
  const { profile, host, clientCertificates, javaDisabled, javaArguments, masterJavaArguments } = owner;
  const parts: readonly (readonly [object: string, used: Json | undefined])[] = [
    [`client key store of ${profile} on ${host}`, clientCertificates && { ...clientCertificates }],
    [`java.security of ${profile} on ${host}`, javaDisabled],
    [`arguments in server.xml of ${copyName(owner)} on ${host}`, javaArguments],
    [`arguments in server.xml of ${owner.owner} in the master`, masterJavaArguments],
  ];
  return parts.flatMap(([object, used]) => (used === undefined ? [] : [{ object, sha256: digestOf(used) }]));
}

const copyName = ({ owner }: OwnerFacts): string => (owner === 'dmgr' ? 'master' : `copy of node ${owner}`);

/** What the links are made from: another port of another protocol is nobody's business here. */
const tlsServersOf = ({ servers }: OwnerFacts): Json =>
  servers.map(({ name, type, endpoints }) => ({
    name,
    type,
    endpoints: endpoints.filter((endpoint) => isTlsEndpoint(endpoint.name)).map((endpoint) => ({ ...endpoint })),
  }));
