// The orders that are known to cut links: each must be refused by the mechanics of the model, none is special-cased.
import { expect, test } from 'vitest';
import type { TopologyChange } from '../../src/core/topology-change.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateChanged, evaluateLinks } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import {
  ACME_ALIAS,
  CELL_SCOPE,
  clientProtocol,
  everyConfiguration,
  importCertificate,
  NODES,
  nodeScope,
  override,
  qop,
  restart,
  rollingRestarts,
  sametimeCell,
  signers,
  start,
  stop,
  strictPhase,
  supersetPhase,
  sync,
} from '../helpers/topology-cell.ts';

type Broken = { readonly after: number; readonly link: LinkOutcome };

/** Every required link that is broken in any state, with the position of the change. */
function brokenAlong(changes: readonly TopologyChange[], edit = (input: ReturnType<typeof sametimeCell>) => input) {
  const { inventory, facts } = edit(sametimeCell());
  let state = makeTopology(inventory, facts);
  let links = evaluateLinks(state);
  const broken: Broken[] = [];
  const note = (after: number) =>
    broken.push(
      ...links.filter(({ required, outcome }) => required && outcome === 'broken').map((link) => ({ after, link })),
    );
  note(-1);
  for (const [position, change] of changes.entries()) {
    state = applyChange(state, change);
    links = evaluateChanged(state, links, change);
    note(position);
  }
  return { broken, ids: [...new Set(broken.map(({ link }) => link.id))], links };
}

const outcome = (links: readonly LinkOutcome[], id: string) => links.find((link) => link.id === id);

test('in the start state every link works', () => {
  const { links, broken } = brokenAlong([]);
  expect(broken).toEqual([]);
  expect(new Set(links.map(({ outcome }) => outcome))).toEqual(new Set(['tls']));
  expect(links.length).toBeGreaterThan(40);
});

test('the rolling order never breaks a required link, and ends strict where it should', () => {
  const { broken, links } = brokenAlong([...supersetPhase(), ...strictPhase()]);
  expect(broken).toEqual([]);
  const browser = 'client browser -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS';
  expect(outcome(links, browser)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1.2' });
  const av = 'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE';
  expect(outcome(links, av)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1' });
  expect(links.every(({ outcome }) => outcome === 'tls')).toBe(true);
  const agent = 'stCell/stmNode/nodeagent -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';
  expect(outcome(links, agent), 'the highest version in common').toMatchObject({ protocol: 'TLSv1.2' });
});

test('the SIP proxy and registrar at TLSv1.2 breaks the audio and video clients', () => {
  const scope = nodeScope('sipNode');
  const { broken, ids } = brokenAlong([
    ...supersetPhase(),
    importCertificate('sipNode'),
    ...override('sipNode', 'STSIPProxyRegistrar'),
    qop('NodeDefaultSSLSettings', scope, 'TLSv1.2'),
    sync('sipNode'),
    ...restart('sipNode', 'STSIPProxyRegistrar'),
  ]);
  expect(ids).toEqual(['client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE']);
  expect(broken[0]?.link.reason).toContain('client av-client offers TLSv1 only');
  expect(broken[0]?.link.reason).toContain('accepts TLSv1.2 only (SSL configuration NodeDefaultSSLSettings');
});

test('the meeting proxy at TLSv1.2 breaks the rich clients, not the browsers', () => {
  const { ids } = brokenAlong([
    ...supersetPhase(),
    qop('NodeDefaultSSLSettings', nodeScope('stmNode'), 'TLSv1.2'),
    sync('stmNode'),
    ...restart('stmNode', 'was_stmProxy'),
  ]);
  expect(ids).toEqual(['client rich-client -> stCell/stmNode/was_stmProxy PROXY_HTTPS_ADDRESS']);
});

test('XDADefaultSSLSettings left at SSL_TLS makes the overlay of a strict proxy unreachable for its node agent', () => {
  const { ids, broken } = brokenAlong([
    ...supersetPhase().filter((change) => !isOverlayConfiguration(change)),
    ...strictPhase(),
  ]);
  expect(ids).toEqual(['stCell/stpNode/nodeagent -> stCell/stpNode/was_stpProxy OVERLAY_TCP_LISTENER_ADDRESS']);
  expect(broken[0]?.link.reason).toContain(`XDADefaultSSLSettings ${CELL_SCOPE}, SSL_TLS`);
});

test('without XDADefaultSSLSettings the node agent calls the overlay with its outbound configuration', () => {
  const { broken } = brokenAlong(
    [...supersetPhase(), ...strictPhase()].filter((change) => !isOverlayConfiguration(change)),
    ({ inventory, facts }) => ({ inventory, facts: withoutOverlayConfiguration(facts) }),
  );
  expect(broken).toEqual([]);
});

test('ssl.client.props left at SSL_TLS cuts the tools off from a deployment manager at TLSv1.2', () => {
  const { ids } = brokenAlong([
    ...supersetPhase().filter(({ kind }) => kind !== 'client-protocol'),
    qop('CellDefaultSSLSettings', CELL_SCOPE, 'TLSv1.2'),
    ...restart('dmgr', 'dmgr'),
  ]);
  expect(ids).toEqual(
    ['dmgr', ...NODES].map((owner) => `stCell/${owner} client tools -> stCell/dmgr SOAP_CONNECTOR_ADDRESS`).toSorted(),
  );
});

test('ssl.client.props at TLSv1.2 before the servers follow cuts the stop tools off', () => {
  const { ids } = brokenAlong([clientProtocol('stpNode', 'TLSv1.2')]);
  expect(ids).toContain('stCell/stpNode client tools -> stCell/stpNode/STProxyServer SOAP_CONNECTOR_ADDRESS');
  expect(ids).toHaveLength(4);
});

test('strict in one go breaks the proxy inside the step, before anything is restarted', () => {
  const changes = [
    ...signers(),
    importCertificate('stpNode'),
    ...override('stpNode', 'was_stpProxy'),
    qop('NodeDefaultSSLSettings', nodeScope('stpNode'), 'TLSv1.2'),
    sync('stpNode'),
    ...restart('stpNode', 'was_stpProxy'),
  ];
  const { broken } = brokenAlong(changes);
  const first = broken[0];
  expect(changes[first?.after ?? 0]).toEqual(sync('stpNode'));
  const ids = broken.filter(({ after }) => after === first?.after).map(({ link }) => link.id);
  expect(ids).toContain('stCell/stpNode/was_stpProxy -> stCell/stpNode/STProxyServer WC_defaulthost_secure');
});

test('without dynamic update the outbound side of a process stays as it was at its start', () => {
  const changes = [
    ...signers(),
    importCertificate('stpNode'),
    ...override('stpNode', 'was_stpProxy'),
    qop('NodeDefaultSSLSettings', nodeScope('stpNode'), 'TLSv1.2'),
    sync('stpNode'),
  ];
  expect(brokenAlong(changes).broken).not.toEqual([]);
  expect(brokenAlong(changes, withoutDynamicUpdate).broken).toEqual([]);
  const restarted = brokenAlong([...changes, ...restart('stpNode', 'was_stpProxy')], withoutDynamicUpdate);
  expect(restarted.ids).toContain('stCell/stpNode/was_stpProxy -> stCell/stpNode/nodeagent SOAP_CONNECTOR_ADDRESS');
});

test('an alias that is not in the key store of the chosen configuration keeps the listeners from starting', () => {
  const { broken, ids } = brokenAlong([
    ...signers(),
    importCertificate('stmNode'),
    ...override('stpNode', 'was_stpProxy'),
    ...everyConfiguration('SSL_TLSv2'),
    ...rollingRestarts(),
  ]);
  expect(ids).toContain('client browser -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS');
  expect(ids.every((id) => id.includes('stCell/stpNode/was_stpProxy '))).toBe(true);
  expect(broken[0]?.link.reason).toContain(
    `does not start: alias ${ACME_ALIAS} is not in key store NodeDefaultKeyStore`,
  );
});

test('a certificate that was imported after the synchronization does not help the node', () => {
  const late = [
    ...supersetPhase().filter((change) => change.kind !== 'certificate-added'),
    importCertificate('stpNode'),
    importCertificate('stmNode'),
  ];
  const { ids } = brokenAlong([...late, ...restart('stpNode', 'was_stpProxy')]);
  expect(ids).toContain('client browser -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS');
});

test('a signer missing in NodeDefaultTrustStore breaks the proxy once the server behind it shows the new certificate', () => {
  const scope = nodeScope('stpNode');
  const { ids, broken } = brokenAlong([
    ...signers((name, where) => name === 'NodeDefaultTrustStore' && where === scope),
    importCertificate('stpNode'),
    ...override('stpNode', 'was_stpProxy'),
    ...override('stpNode', 'STProxyServer'),
    ...everyConfiguration('SSL_TLSv2'),
    ...rollingRestarts(),
  ]);
  expect(ids).toEqual(['stCell/stpNode/was_stpProxy -> stCell/stpNode/STProxyServer WC_defaulthost_secure']);
  expect(broken[0]?.link.reason).toContain(
    `root CN=acme root, which is not in trust store NodeDefaultTrustStore ${scope} of stCell/stpNode/was_stpProxy`,
  );
});

test('a signer missing in a client trust store locks the tools out', () => {
  const { ids } = brokenAlong(supersetPhase().filter((change) => !isClientTrust(change)));
  expect(ids).toEqual([
    'stCell/stpNode client tools -> stCell/stpNode/was_stpProxy SOAP_CONNECTOR_ADDRESS',
    'stCell/stmNode client tools -> stCell/stmNode/was_stmProxy SOAP_CONNECTOR_ADDRESS',
  ]);
});

test('a node agent that was not synchronized cannot reach a strict deployment manager', () => {
  const toManager = 'stCell/stpNode/nodeagent -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';
  const changes = [qop('CellDefaultSSLSettings', CELL_SCOPE, 'TLSv1.2'), ...restart('dmgr', 'dmgr')];
  expect(brokenAlong(changes).ids).toContain(toManager);
  const synchronized = [...changes, stop('stpNode', 'nodeagent'), sync('stpNode'), start('stpNode', 'nodeagent')];
  expect(outcome(brokenAlong(synchronized).links, toManager)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1.2' });
});

test('recording without its row breaks, but only as an optional link', () => {
  const strict = [
    qop('CellDefaultSSLSettings', CELL_SCOPE, 'TLSv1.2'),
    sync('stmNode'),
    ...restart('stmNode', 'STMeetingServer'),
  ];
  const id = 'recording of meetings -> stCell/stmNode/STMeetingServer WC_defaulthost_secure';
  const without = brokenAlong(strict);
  expect(outcome(without.links, id)).toMatchObject({ required: false, outcome: 'broken' });
  expect(without.ids).not.toContain(id);
  const row = { kind: 'recording-row', database: 'meetings', protocol: 'TLSv1.2' } as const;
  expect(outcome(brokenAlong([row, ...strict]).links, id)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1.2' });
  expect(outcome(brokenAlong([...strict, row]).links, id), 'the row is read at start').toMatchObject({
    outcome: 'broken',
  });
});

type Facts = ReturnType<typeof sametimeCell>['facts'];
type Security = Facts['cells'][number]['deploymentManager']['security'];

const mapSecurity = (facts: Facts, change: (security: Security) => Security): Facts => ({
  ...facts,
  cells: facts.cells.map((cell) => ({
    ...cell,
    deploymentManager: { ...cell.deploymentManager, security: change(cell.deploymentManager.security) },
    nodes: cell.nodes.map((node) => ({ ...node, security: change(node.security) })),
  })),
});

const withoutOverlayConfiguration = (facts: Facts): Facts =>
  mapSecurity(facts, (security) => ({
    ...security,
    configurations: security.configurations.filter(({ alias }) => alias !== 'XDADefaultSSLSettings'),
  }));

const withoutDynamicUpdate = ({ inventory, facts }: ReturnType<typeof sametimeCell>) => ({
  inventory,
  facts: mapSecurity(facts, (security) => ({ ...security, dynamicUpdate: false })),
});

const isOverlayConfiguration = (change: TopologyChange): boolean =>
  change.kind === 'ssl-configuration' && change.alias === 'XDADefaultSSLSettings';

const isClientTrust = (change: TopologyChange): boolean =>
  change.kind === 'signers-added' && change.store.kind === 'client-trust';
