import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TopologyChange } from '../../src/core/topology-change.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateChanged, evaluateLinks, explain } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import {
  CELL_SCOPE,
  clientProtocol,
  NODES,
  override,
  qop,
  restart,
  sametimeCell,
  start,
  stop,
  strictPhase,
  supersetPhase,
  sync,
} from '../helpers/topology-cell.ts';

const startState = () => {
  const { inventory, facts } = sametimeCell();
  return makeTopology(inventory, facts);
};

const PROCESSES = [
  ['dmgr', 'dmgr'],
  ['stpNode', 'nodeagent'],
  ['stpNode', 'STProxyServer'],
  ['stpNode', 'was_stpProxy'],
  ['stmNode', 'nodeagent'],
  ['stmNode', 'STMeetingServer'],
  ['stmNode', 'was_stmProxy'],
  ['sipNode', 'STSIPProxyRegistrar'],
] as const;

const POOL: readonly TopologyChange[] = [
  ...supersetPhase(),
  ...strictPhase(),
  ...PROCESSES.flatMap(([owner, server]) => [stop(owner, server), start(owner, server)]),
  ...NODES.map(sync),
  ...['SSL_TLS', 'TLSv1.2', 'nonsense'].flatMap((protocol) => [
    qop('CellDefaultSSLSettings', CELL_SCOPE, protocol),
    qop('XDADefaultSSLSettings', CELL_SCOPE, protocol),
    clientProtocol('stmNode', protocol),
  ]),
  ...override('sipNode', 'STSIPProxyRegistrar'),
  { kind: 'recording-row', database: 'meetings', protocol: 'TLSv1.1' },
];

test('looking only at touched links gives what looking at all of them gives', () => {
  const start = startState();
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...POOL), { minLength: 1, maxLength: 40 }), (changes) => {
      let state = start;
      let links = evaluateLinks(state);
      for (const change of changes) {
        state = applyChange(state, change);
        links = evaluateChanged(state, links, change);
        expect(links).toEqual(evaluateLinks(state));
        for (const { outcome } of links) seen.add(outcome);
      }
    }),
    { numRuns: 150 },
  );
  expect(seen, 'the pool reaches every outcome').toEqual(new Set(['tls', 'broken', 'down']));
});

test('a state is not changed by what is folded over it', () => {
  const before = startState();
  const links = evaluateLinks(before);
  for (const change of POOL) applyChange(before, change);
  expect(evaluateLinks(before)).toEqual(links);
});

test('a change shares every disk, profile and process that it does not touch', () => {
  const before = startState();
  const after = applyChange(before, clientProtocol('stpNode', 'SSL_TLSv2'));
  const [one, two] = [before.cells.get('stCell'), after.cells.get('stCell')];
  expect(two?.master).toBe(one?.master);
  expect(two?.processes).toBe(one?.processes);
  expect(two?.profiles.get('stmNode')).toBe(one?.profiles.get('stmNode'));
  expect(after.links).toBe(before.links);
});

test('outcomes that stay the same are the same list', () => {
  const state = startState();
  const links = evaluateLinks(state);
  const change = qop('CellDefaultSSLSettings', CELL_SCOPE, 'SSL_TLS');
  expect(evaluateChanged(applyChange(state, change), links, change)).toBe(links);
});

test('links are sorted by id, once each, and say where they are known from', () => {
  const ids = evaluateLinks(startState()).map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted());
  const sources = Object.fromEntries(evaluateLinks(startState()).map(({ id, source }) => [id, source]));
  expect(sources).toMatchObject({
    'stCell/stpNode/nodeagent -> stCell/dmgr SOAP_CONNECTOR_ADDRESS': 'fact',
    'stCell/dmgr -> stCell/stpNode/nodeagent SOAP_CONNECTOR_ADDRESS': 'fact',
    'stCell/stpNode/nodeagent -> stCell/dmgr OVERLAY_TCP_LISTENER_ADDRESS': 'assumption',
    'stCell/stpNode/was_stpProxy -> stCell/stpNode/STProxyServer WC_defaulthost_secure': 'assumption',
    'stCell/sipNode client tools -> stCell/sipNode/nodeagent SOAP_CONNECTOR_ADDRESS': 'fact',
    'client browser -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS': 'inventory',
  });
});

test('a link whose end is stopped is down, and works again after the start', () => {
  const id = 'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE';
  const find = (state: ReturnType<typeof startState>) => evaluateLinks(state).find((link) => link.id === id);
  const stopped = applyChange(startState(), stop('sipNode', 'STSIPProxyRegistrar'));
  expect(find(stopped)).toMatchObject({ outcome: 'down', reason: 'stCell/sipNode/STSIPProxyRegistrar is stopped' });
  expect(find(applyChange(stopped, start('sipNode', 'STSIPProxyRegistrar')))).toMatchObject({ outcome: 'tls' });
});

test('the explanation is one sentence with the step, both sides and what would help', () => {
  const changes = [...supersetPhase(), qop('XDADefaultSSLSettings', CELL_SCOPE, 'SSL_TLS'), ...strictPhase()];
  const state = changes.reduce(applyChange, startState());
  const link = evaluateLinks(state).find(({ outcome }) => outcome === 'broken');
  expect(link).toBeDefined();
  expect(link === undefined ? '' : explain(link, 's042', state)).toBe(
    'after s042 the required link stCell/stpNode/nodeagent -> stCell/stpNode/was_stpProxy OVERLAY_TCP_LISTENER_ADDRESS is broken: ' +
      'stCell/stpNode/nodeagent offers TLSv1 only (SSL configuration XDADefaultSSLSettings (cell):stCell, SSL_TLS), ' +
      'stCell/stpNode/was_stpProxy OVERLAY_TCP_LISTENER_ADDRESS accepts TLSv1.2 only (SSL configuration NodeDefaultSSLSettings (cell):stCell:(node):stpNode, TLSv1.2): no version in common; ' +
      'it would help to let SSL configuration XDADefaultSSLSettings (cell):stCell also offer TLSv1.2 and synchronize node stpNode first, ' +
      'or to let SSL configuration NodeDefaultSSLSettings (cell):stCell:(node):stpNode also accept TLSv1, or keep it as it is',
  );
});

test('a change that names something the cell does not have is refused, not ignored', () => {
  const state = startState();
  for (const change of [
    qop('CellDefaultSSLSettings', '(cell):other', 'TLSv1.2'),
    { ...sync('stpNode'), cell: 'other' },
    sync('nowhere'),
    stop('stpNode', 'nobody'),
    clientProtocol('nowhere', 'TLSv1.2'),
  ])
    expect(() => applyChange(state, change)).toThrow(expect.objectContaining({ code: 'INPUT_UNKNOWN_NAME' }));
});

test('a restart only changes what the process reads at its start', () => {
  const changed = applyChange(startState(), qop('CellDefaultSSLSettings', CELL_SCOPE, 'TLSv1.2'));
  const id = 'stCell/dmgr client tools -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';
  const find = (state: typeof changed) => evaluateLinks(state).find((link) => link.id === id)?.outcome;
  expect(find(changed), 'inbound stays').toBe('tls');
  expect(find(restart('dmgr', 'dmgr').reduce(applyChange, changed))).toBe('broken');
});
