// A cell with eight deliberate defects, one listener each: real certificates under aliases of their own, chosen by groups at
// the endpoint. Every trust store knows the root; nothing was probed, so listeners are what their key stores hold.
import { readFileSync } from 'node:fs';
import type { CertificateFacts, CertificateSummary } from '../../src/core/certificate.ts';
import type { CellFacts, Facts, OwnerFacts, StoreFacts } from '../../src/facts/types.ts';
import type { Inventory } from '../../src/inventory/types.ts';
import type { SecurityModel, SslGroup } from '../../src/products/websphere/security-model.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import { readPemCertificates } from '../../src/tls/open-pem.ts';
import { CELL_SCOPE, sametimeCell, serverScope } from '../helpers/topology-cell.ts';

export const AT = new Date('2027-06-01T00:00:00Z');

const KINDS = readPemCertificates(readFileSync(new URL('../tls/fixtures/kinds.pem', import.meta.url), 'utf8'));
const kind = (name: string): CertificateSummary => {
  const found = KINDS.find(({ subject }) => subject.startsWith(`CN=${name}`));
  if (found === undefined) throw new Error(`no certificate ${name}`);
  return found;
};
const [ISSUING, ROOT] = [kind('Acme Issuing'), kind('Acme Root')];
const key = makeKey();
const validity = { notBefore: new Date('2027-01-01T00:00:00Z'), notAfter: new Date('2027-12-01T00:00:00Z') };
const OWN_ROOT = makeCertificateAuthority({ subject: 'Own Root', ...validity, key });
const FOREIGN_ROOT = makeCertificateAuthority({ subject: 'Foreign Root', ...validity, key });
const issue = (name: string, issuer: typeof OWN_ROOT, times: Partial<typeof validity> = {}): CertificateSummary =>
  issueCertificate({ subject: name, names: [name], issuer, ...validity, ...times, key }).certificate;

/** alias -> chain in the key store */
const CHAINS: Readonly<Record<string, readonly CertificateSummary[]>> = {
  foreign: [issue('foreign.acme.example', FOREIGN_ROOT), FOREIGN_ROOT.certificate],
  gap: [kind('good')],
  expired: [issue('old.acme.example', OWN_ROOT, { notAfter: new Date('2027-05-31T23:59:59Z') }), OWN_ROOT.certificate],
  early: [issue('new.acme.example', OWN_ROOT, { notBefore: new Date('2027-06-01T00:00:01Z') }), OWN_ROOT.certificate],
  'client-only': [kind('client-only'), ISSUING, ROOT],
  'tiny-key': [kind('tiny-key'), ISSUING, ROOT],
  'server-only': [kind('server-only'), ISSUING, ROOT],
  elsewhere: [issue('chat.elsewhere.example', OWN_ROOT), OWN_ROOT.certificate],
  good: [kind('good'), ISSUING, ROOT],
};

type Choice = { readonly scope: string; readonly alias: string; readonly configuration?: string };
const at = (node: string, server: string, endpoint: string): string =>
  `${serverScope(node, server)}:(endpoint):${endpoint}`;
const [SOAP, OVERLAY] = ['SOAP_CONNECTOR_ADDRESS', 'OVERLAY_TCP_LISTENER_ADDRESS'];

const INBOUND: readonly Choice[] = [
  { scope: at('stpNode', 'STProxyServer', SOAP), alias: 'foreign' },
  { scope: at('stpNode', 'was_stpProxy', SOAP), alias: 'gap' },
  { scope: at('stmNode', 'STMeetingServer', SOAP), alias: 'expired' },
  { scope: at('stmNode', 'was_stmProxy', SOAP), alias: 'early' },
  { scope: at('sipNode', 'STSIPProxyRegistrar', SOAP), alias: 'client-only' },
  { scope: at('stpNode', 'STProxyServer', OVERLAY), alias: 'tiny-key' },
  { scope: at('stmNode', 'STMeetingServer', OVERLAY), alias: 'good', configuration: 'MutualSettings' },
  { scope: at('sipNode', 'STSIPProxyRegistrar', 'SIP_DEFAULTHOST_SECURE'), alias: 'elsewhere' },
];
/** what the node agent shows when a listener asks for it */
const OUTBOUND: readonly Choice[] = [{ scope: serverScope('stmNode', 'nodeagent'), alias: 'server-only' }];

/** pair -> the one finding it must have */
export const EXPECTED: Readonly<Record<string, string>> = {
  'stCell/stpNode client tools -> stCell/stpNode/STProxyServer SOAP_CONNECTOR_ADDRESS': 'fails TRUST_MISSING',
  'stCell/stpNode client tools -> stCell/stpNode/was_stpProxy SOAP_CONNECTOR_ADDRESS': 'fails CHAIN_INCOMPLETE',
  'stCell/stmNode client tools -> stCell/stmNode/STMeetingServer SOAP_CONNECTOR_ADDRESS': 'fails EXPIRED',
  'stCell/stmNode client tools -> stCell/stmNode/was_stmProxy SOAP_CONNECTOR_ADDRESS': 'fails NOT_YET_VALID',
  'stCell/sipNode client tools -> stCell/sipNode/STSIPProxyRegistrar SOAP_CONNECTOR_ADDRESS': 'fails NO_SERVER_USE',
  'stCell/stpNode/nodeagent -> stCell/stpNode/STProxyServer OVERLAY_TCP_LISTENER_ADDRESS': 'fails WEAK_KEY',
  'stCell/stmNode/nodeagent -> stCell/stmNode/STMeetingServer OVERLAY_TCP_LISTENER_ADDRESS': 'fails NO_CLIENT_USE',
  'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE': 'fails NAME_MISMATCH',
};

const group = (direction: SslGroup['direction'], { scope, alias, configuration }: Choice): SslGroup => ({
  name: scope.slice(scope.lastIndexOf('):') + 2),
  scope,
  direction,
  configuration: { alias: configuration ?? 'CellDefaultSSLSettings', scope: CELL_SCOPE },
  certificateAlias: alias,
});

/** @param repaired endpoint scopes that get the alias `good` instead of their defect */
export function cellWithDefects(repaired: (scope: string) => boolean = () => false): {
  readonly inventory: Inventory;
  readonly facts: Facts;
} {
  const { inventory, facts } = sametimeCell();
  const mend = (choice: Choice): Choice =>
    repaired(choice.scope) ? { ...choice, alias: choice.alias === 'elsewhere' ? 'sip' : 'good' } : choice;
  const chains = { ...CHAINS, sip: [issue('sip.acme.example', OWN_ROOT), OWN_ROOT.certificate] };
  const groups = [
    ...INBOUND.map((choice) => group('inbound', mend(choice))),
    ...OUTBOUND.map((choice) => group('outbound', mend(choice))),
  ];
  const roots = [ROOT, OWN_ROOT.certificate];
  const certificates = Object.entries(chains).map(([alias, chain]) => certificateFacts(alias, chain));
  return {
    inventory: {
      ...inventory,
      hosts: [host('sipNode', 'sip.acme.example'), host('stpNode', '192.0.2.7')],
    },
    facts: {
      cells: facts.cells.map((cell) =>
        withStores(
          cell,
          groups,
          chains,
          roots.map(({ sha1 }) => sha1),
        ),
      ),
      listeners: [],
      certificates,
      clients: [{ name: 'av-client', file: 'roots.pem', fileSha256: '', roots }],
    },
  };
}

const host = (name: string, address: string): Inventory['hosts'][number] => ({
  name,
  address,
  port: 22,
  user: 'wasadmin',
  identityFiles: ['id'],
  knownHostsFile: 'known_hosts',
});

const certificateFacts = (name: string, chain: readonly CertificateSummary[]): CertificateFacts => ({
  name,
  file: `${name}.p12`,
  fileSha256: '',
  aliasInFile: name,
  alias: name,
  format: 'legacy',
  chain,
});

function withStores(
  { cell, deploymentManager, nodes, stores }: CellFacts,
  groups: readonly SslGroup[],
  chains: Readonly<Record<string, readonly CertificateSummary[]>>,
  roots: readonly string[],
): CellFacts {
  const security = (model: SecurityModel): SecurityModel => {
    const [first] = model.configurations;
    if (first === undefined) throw new Error('no configuration');
    const mutual = { ...first, alias: 'MutualSettings', scope: CELL_SCOPE, clientAuthentication: true };
    return { ...model, configurations: [...model.configurations, mutual], groups: [...model.groups, ...groups] };
  };
  const owner = (facts: OwnerFacts): OwnerFacts => ({
    ...facts,
    security: security(facts.security),
    clientSigners: [...facts.clientSigners, ...roots],
  });
  const personal = Object.entries(chains).map(([alias, chain]) => ({ alias, chain: chain.map(({ sha1 }) => sha1) }));
  const store = (facts: StoreFacts): StoreFacts =>
    facts.name.endsWith('TrustStore')
      ? { ...facts, signers: [...facts.signers, ...roots] }
      : { ...facts, personal: [...facts.personal, ...personal] };
  return { cell, deploymentManager: owner(deploymentManager), nodes: nodes.map(owner), stores: stores.map(store) };
}
