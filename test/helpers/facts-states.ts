// The state of every task's object as `read` would give it, taken from facts: what a plan is made from, without a host.
import type { CertificateFacts } from '../../src/core/certificate.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { CellFacts, Facts, StoreFacts } from '../../src/facts/types.ts';
import { wantedSigners } from '../../src/operations/signer-certificates/wanted-signers.ts';
import type { ResolvedTask } from '../../src/plan/resolve.ts';

type Wish = Readonly<Record<string, string>>;

/** What WebSphere 8.5.5 lists for sslProtocol, shortened, and a comma list as later levels take it. */
const PROTOCOL_TYPES = ['SSL_TLS', 'SSL_TLSv2', 'TLSv1', 'TLSv1.1', 'TLSv1.1,TLSv1.2', 'TLSv1.2'];

/** By subject; the first task of a subject decides, as when a plan is made from hosts.
 * @param rows recording rows by database */
export function statesOf(
  tasks: readonly ResolvedTask[],
  facts: Facts,
  rows: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, Json> {
  const states = new Map<string, Json>();
  for (const { operation, params } of tasks) {
    const subject = operation.subject(params);
    if (!states.has(subject)) states.set(subject, stateOf(operation.name, params, facts, rows));
  }
  return states;
}

function stateOf(operation: string, params: JsonObject, facts: Facts, rows: ReadonlyMap<string, string>): Json {
  const wish = params as Wish;
  const cell = facts.cells.find((one) => one.cell === wish['cell']);
  if (operation === 'recording-row') return { value: rows.get(wish['database'] ?? '') ?? null };
  if (cell === undefined) throw new Error(`no cell ${wish['cell']}`);
  const certificate = facts.certificates.find(({ name }) => name === wish['certificate']);
  if (operation === 'quality-of-protection') return protection(cell, wish);
  if (operation === 'client-properties') return { protocol: ownerOf(cell, wish).clientProtocol };
  if (certificate === undefined) throw new Error(`no certificate ${wish['certificate']}`);
  const scope = wish['node'] ? `(cell):${cell.cell}:(node):${wish['node']}` : `(cell):${cell.cell}`;
  if (operation === 'signer-certificates')
    return signers(certificate, storeAt(cell, wish['trustStore'], scope).signers, 'alias');
  if (operation === 'client-signers') return signers(certificate, ownerOf(cell, wish).clientSigners, 'localAlias');
  if (operation === 'personal-certificate') {
    const present = aliasIn(storeAt(cell, wish['keyStore'], scope), certificate) ?? null;
    const { alias, aliasInFile, chain } = certificate;
    return { present, alias, aliasInFile, chain: chain.map(({ sha1 }) => sha1) };
  }
  if (operation === 'endpoint-security') return endpointSecurity(cell, wish, certificate);
  throw new Error(`no state for ${operation}`);
}

const ownerOf = ({ deploymentManager, nodes }: CellFacts, wish: Wish) => {
  const found = [deploymentManager, ...nodes].find(({ owner }) => owner === wish['owner']);
  if (found === undefined) throw new Error(`no owner ${wish['owner']}`);
  return found;
};

function storeAt({ stores }: CellFacts, name: string | undefined, scope: string): StoreFacts {
  const found = stores.find((store) => store.name === name && store.scope === scope);
  if (found === undefined) throw new Error(`no store ${name} ${scope}`);
  return found;
}

const aliasIn = ({ personal }: StoreFacts, { chain }: CertificateFacts): string | undefined =>
  personal.find((entry) => entry.chain[0] === chain[0]?.sha1)?.alias;

function signers(certificate: CertificateFacts, present: readonly string[], word: 'alias' | 'localAlias'): Json {
  const wanted = wantedSigners(certificate);
  const isThere = (sha1: string): boolean => present.includes(sha1);
  return {
    present: wanted.map((signer) => signer.certificate.sha1).filter(isThere),
    missing: wanted
      .filter((signer) => !isThere(signer.certificate.sha1))
      .map(({ alias, certificate: { sha1, subject } }) => ({
        [word]: alias,
        ...(word === 'localAlias' ? { remoteAlias: alias } : {}),
        sha1,
        subject,
      })),
  };
}

function protection({ deploymentManager }: CellFacts, wish: Wish): Json {
  const { configurations } = deploymentManager.security;
  const found = configurations.find(({ alias, scope }) => alias === wish['configuration'] && scope === wish['scope']);
  const { protocol = '', securityLevel = '', enabledCiphers = '' } = found ?? {};
  return {
    protection: found === undefined ? null : { protocol, securityLevel, enabledCiphers },
    fips: false,
    protocolTypes: PROTOCOL_TYPES,
  };
}

function endpointSecurity(cell: CellFacts, wish: Wish, certificate: CertificateFacts): Json {
  const { configurations, groups } = cell.deploymentManager.security;
  const groupAt = (direction: string): Json => {
    const found = groups.find((group) => group.scope === wish['scope'] && group.direction === direction);
    if (found === undefined) return null;
    const { name, configuration, certificateAlias } = found;
    return { name, configuration: configuration.alias, configurationScope: configuration.scope, certificateAlias };
  };
  const configuration = configurations.find(
    ({ alias, scope }) => alias === wish['configuration'] && scope === wish['configurationScope'],
  );
  if (configuration === undefined) throw new Error(`no SSL configuration ${wish['configuration']}`);
  const { name, scope } = configuration.keyStore;
  const own = aliasIn(storeAt(cell, name, scope), certificate);
  return {
    inbound: groupAt('inbound'),
    outbound: groupAt('outbound'),
    wanted: {
      certificate: certificate.name,
      configuration: configuration.alias,
      configurationScope: configuration.scope,
      keyStore: `${name} ${scope}`,
      alias: own ?? certificate.alias,
      isImported: own !== undefined,
    },
  };
}
