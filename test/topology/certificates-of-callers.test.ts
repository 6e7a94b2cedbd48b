// The other half of a handshake: names that callers compare, and certificates that listeners ask for.
import { beforeAll, describe, expect, test } from 'vitest';
import type { CertificateSummary } from '../../src/core/certificate.ts';
import type { Facts, OwnerFacts } from '../../src/facts/types.ts';
import type { ClientEntry, Inventory } from '../../src/inventory/types.ts';
import type { SecurityModel } from '../../src/products/websphere/security-model.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateLinks, explain } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { isStale } from '../../src/topology/stale.ts';
import { touchedLinks } from '../../src/topology/touched-links.ts';
import { CELL, CELL_SCOPE, restart, sametimeCell, sync } from '../helpers/topology-cell.ts';

const { inventory, facts } = sametimeCell();
const ROOT = Buffer.from('cell root').toString('hex').toUpperCase();
const BROWSER = 'client browser -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS';
const AGENT = 'stCell/stpNode/nodeagent -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';
const TOOLS = 'stCell/stpNode client tools -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';

const linkOf = (of: Inventory, from: Facts, id: string) =>
  evaluateLinks(makeTopology(of, from)).find((link) => link.id === id);

const ownersOf = (of: Facts, change: (owner: OwnerFacts) => OwnerFacts): Facts => ({
  ...of,
  cells: of.cells.map((cell) => ({
    ...cell,
    deploymentManager: change(cell.deploymentManager),
    nodes: cell.nodes.map(change),
  })),
});
const secured = (of: Facts, change: (security: SecurityModel) => SecurityModel): Facts =>
  ownersOf(of, (owner) => ({ ...owner, security: change(owner.security) }));

describe('names', () => {
  let leaf: CertificateSummary;
  beforeAll(() => {
    const validity = { notBefore: new Date(0), notAfter: new Date(4e12), key: makeKey() };
    const issuer = makeCertificateAuthority({ subject: 'root', ...validity });
    const names = ['*.acme.example', '192.0.2.7'];
    const { certificate } = issueCertificate({ subject: 'any', names, issuer, ...validity });
    leaf = { ...certificate, sha1: facts.listeners[0]?.chain[0]?.sha1 ?? '' };
  });
  const known = (): Facts => ({ ...facts, served: [leaf] });
  const named = (
    publicName: string | undefined,
    address = '192.0.2.7',
    client: Partial<ClientEntry> = {},
  ): Inventory => ({
    ...inventory,
    hosts: ['dm', 'stpNode', 'stmNode', 'sipNode'].map((name) => ({
      name,
      address,
      port: 22,
      user: '',
      identityFiles: [],
      knownHostsFile: '',
    })),
    cells: inventory.cells.map((cell) => ({ ...cell, nodes: cell.nodes.map((node) => ({ ...node, publicName })) })),
    clients: inventory.clients.map((entry) => ({ ...entry, ...client })),
  });

  test('a client that asks for a name that the certificate lacks is broken, with both in words', () => {
    expect(linkOf(named('chat.other.example'), known(), BROWSER)).toMatchObject({
      outcome: 'broken',
      reason: `${BROWSER.slice(18)} serves a certificate (as probed) that names *.acme.example, 192.0.2.7, client browser asks for chat.other.example`,
    });
    expect(linkOf(named('chat.acme.example'), known(), BROWSER)?.outcome).toBe('tls');
    expect(linkOf(named('deep.chat.acme.example'), known(), BROWSER)?.outcome).toBe('broken');
  });

  test('without a public name the host name of the inventory counts; an address says nothing of what people type', () => {
    expect(linkOf(named(undefined, 'stp.other.example'), known(), BROWSER)?.outcome).toBe('broken');
    expect(linkOf(named(undefined, '198.51.100.1'), known(), BROWSER)?.outcome).toBe('tls');
  });

  test('a client that compares no names, and a certificate that nobody has seen, are not refused', () => {
    const other = 'chat.other.example';
    expect(linkOf(named(other, undefined, { verifiesHostName: false }), known(), BROWSER)?.outcome).toBe('tls');
    expect(linkOf(named(other), facts, BROWSER)?.outcome).toBe('tls');
  });

  test('WebSphere compares names at SOAP connectors and only where it is told to', () => {
    const of = named('chat.acme.example', '198.51.100.1');
    const indexed = (host: string): Facts =>
      ownersOf(known(), (owner) => ({
        ...owner,
        servers: owner.servers.map((server) => ({
          ...server,
          endpoints: server.endpoints.map((endpoint) => ({ ...endpoint, host })),
        })),
      }));
    const comparing = (from: Facts): Facts => ({
      ...ownersOf(from, (owner) => ({
        ...owner,
        clientVerifiesHostNames: true,
        security: { ...owner.security, verifiesHostNames: true },
      })),
    });
    for (const id of [AGENT, TOOLS]) {
      expect(linkOf(of, indexed('*'), id)?.outcome).toBe('tls');
      expect(linkOf(of, comparing(indexed('*')), id)?.reason).toContain('asks for 198.51.100.1');
      expect(linkOf(of, comparing(indexed('dm.acme.example')), id)?.outcome).toBe('tls');
      expect(linkOf(of, comparing(indexed('dm.other.example')), id)?.outcome).toBe('broken');
    }
    const others = evaluateLinks(makeTopology(of, comparing(indexed('*')))).filter(
      ({ from, to }) => !from.startsWith('client ') && !to.includes('SOAP'),
    );
    expect(new Set(others.map(({ outcome }) => outcome))).toEqual(new Set(['tls']));
    expect(others.some(({ to }) => to.includes('WC_defaulthost_secure'))).toBe(true);
  });
});

describe('client certificates', () => {
  const asking = (kind: 'want' | 'need', of: Facts = facts): Facts =>
    secured(of, (security) => ({
      ...security,
      configurations: security.configurations.map((one) => ({
        ...one,
        clientAuthentication: kind === 'need',
        clientAuthenticationSupported: kind === 'want',
      })),
    }));
  const holding = (of: Facts, chain: readonly string[]): Facts =>
    ownersOf(of, (owner) => ({
      ...owner,
      clientCertificates: { alias: '', personal: [{ alias: 'default', chain }] },
    }));
  const presenting = (sha1s: readonly string[]): Facts => ({
    ...asking('need'),
    clientCertificates: [
      { name: 'browser', file: '', fileSha256: '', chain: sha1s.map((sha1) => ({ ...summary(), sha1 })) },
    ],
  });
  const summary = (): CertificateSummary => {
    const [first] = facts.certificates.flatMap(({ chain }) => chain);
    if (first === undefined) throw new Error('the fixture has a certificate');
    return first;
  };

  test('a listener that needs one refuses who has none; one that wants one does not', () => {
    const refused = linkOf(inventory, asking('need'), BROWSER);
    expect(refused).toMatchObject({ outcome: 'broken', protocol: null });
    expect(refused?.reason).toBe(
      'stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS needs a client certificate (as probed), and client browser has none',
    );
    expect(linkOf(inventory, asking('want'), BROWSER)?.outcome).toBe('tls');
    const state = makeTopology(inventory, asking('need'));
    if (refused !== undefined)
      expect(explain(refused, 'the start', state)).toContain(
        'it would help to give client browser a certificate whose issuer is in CellDefaultTrustStore (cell):stCell',
      );
  });

  test('the issuer of what is shown must be in the trust store of the listener', () => {
    expect(linkOf(inventory, presenting(['AA', ROOT]), BROWSER)?.outcome).toBe('tls');
    expect(linkOf(inventory, presenting(['AA', 'BB']), BROWSER)?.reason).toContain(
      'no issuer of what client browser has (CN=acme leaf) is in trust store CellDefaultTrustStore (cell):stCell',
    );
  });

  test('a process shows the certificate of its outbound settings, and none when the alias is not there', () => {
    expect(linkOf(inventory, asking('need'), AGENT)?.outcome).toBe('tls');
    const nobody = secured(asking('need'), (security) => ({
      ...security,
      groups: security.groups.map((group) => ({ ...group, certificateAlias: 'nobody' })),
    }));
    expect(linkOf(inventory, nobody, AGENT)?.reason).toContain('stCell/stpNode/nodeagent has none');
  });

  test('the tools show what is in their key store; a store that cannot be opened is not judged', () => {
    expect(linkOf(inventory, asking('need'), TOOLS)?.outcome).toBe('tls');
    expect(linkOf(inventory, holding(asking('need'), ['AA', ROOT]), TOOLS)?.outcome).toBe('tls');
    expect(linkOf(inventory, holding(asking('need'), ['AA']), TOOLS)?.outcome).toBe('broken');
  });

  test('the question is asked anew only after a restart, which is owed', () => {
    const state = makeTopology(inventory, facts);
    const cell = state.cells.get(CELL);
    const asked = asking('need').cells[0]?.deploymentManager.security;
    if (cell === undefined || asked === undefined) throw new Error('the fixture has a cell');
    const changed = {
      ...state,
      cells: new Map([[CELL, { ...cell, master: { ...cell.master, security: asked } }]]),
    };
    const browserAfter = (...changes: Parameters<typeof applyChange>[1][]) =>
      evaluateLinks(changes.reduce(applyChange, changed)).find(({ id }) => id === BROWSER)?.outcome;
    expect(browserAfter(sync('stpNode'))).toBe('tls');
    expect(browserAfter(sync('stpNode'), ...restart('stpNode', 'was_stpProxy'))).toBe('broken');
    const address = { cell: CELL, owner: 'stpNode', server: 'was_stpProxy' };
    expect(isStale(applyChange(changed, sync('stpNode')), address, ['PROXY_HTTPS_ADDRESS'])).toBe(true);
    expect(isStale(changed, address, ['PROXY_HTTPS_ADDRESS'])).toBe(false);
  });

  test('a certificate in the key store that the deployment manager calls with touches its links', () => {
    const store = { kind: 'key-store', cell: CELL, name: 'CellDefaultKeyStore', scope: CELL_SCOPE } as const;
    const change = { kind: 'certificate-added', store, alias: 'default', chain: ['AA', 'BB'] } as const;
    const state = applyChange(makeTopology(inventory, asking('need')), change);
    const broken = evaluateLinks(state).flatMap(({ id, outcome }, at) =>
      outcome === 'broken' && id.startsWith('stCell/dmgr ->') ? [at] : [],
    );
    expect(broken.length).toBeGreaterThan(0);
    expect(touchedLinks(state, change)).toEqual(expect.arrayContaining(broken));
  });
});
