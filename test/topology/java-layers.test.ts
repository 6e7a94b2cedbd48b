// The Java machine as a layer of its own: what was found at the start counts for a running process.
import { describe, expect, test } from 'vitest';
import type { Facts, OwnerFacts } from '../../src/facts/types.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { isStale } from '../../src/topology/stale.ts';
import { everyConfiguration, restart, sametimeCell, sync } from '../helpers/topology-cell.ts';

const { inventory, facts: found } = sametimeCell();
/** Ports as their disk says, so that what the model computes is seen. */
const unprobed: Facts = { ...found, listeners: [] };

function withNode(facts: Facts, name: string, change: Partial<OwnerFacts>): Facts {
  const cells = facts.cells.map((cell) => ({
    ...cell,
    nodes: cell.nodes.map((node) => (node.owner === name ? { ...node, ...change } : node)),
  }));
  return { ...facts, cells };
}

const outcome = (facts: Facts, id: string, changes = [] as Parameters<typeof applyChange>[1][]) => {
  const state = changes.reduce(applyChange, makeTopology(inventory, facts));
  return evaluateLinks(state).find((link) => link.id === id);
};
const AGENT = 'stCell/stpNode/nodeagent -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';
const TOOLS = 'stCell/stpNode client tools -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';
const superset = everyConfiguration('SSL_TLSv2');

describe('java.security', () => {
  const strict = withNode(unprobed, 'stpNode', { javaDisabled: ['TLSv1', 'TLSv1.1'] });

  test('takes versions from callers, the tools among them, and the message names the layer', () => {
    for (const id of [AGENT, TOOLS]) expect(outcome(strict, id)?.outcome).toBe('broken');
    expect(outcome(strict, AGENT)?.reason).toContain('offers no version (SSL configuration CellDefaultSSLSettings');
    expect(outcome(strict, TOOLS)?.reason).toContain('(com.ibm.ssl.protocol=SSL_TLS, java.security disables TLSv1)');
  });

  test('is of the machine: a synchronization brings another configuration, but not another Java', () => {
    const changes = [...superset, ...restart('dmgr', 'dmgr'), sync('stpNode'), ...restart('stpNode', 'nodeagent')];
    expect(outcome(strict, AGENT, changes)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1.2' });
    expect(outcome(unprobed, AGENT, changes)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1.2' });
    const wider = withNode(unprobed, 'stpNode', { javaDisabled: ['TLSv1.2'] });
    expect(outcome(wider, AGENT, changes)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1.1' });
  });

  test('keeps a process from starting that is left without a version', () => {
    const id = 'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE';
    const facts = withNode(unprobed, 'sipNode', { javaDisabled: ['TLSv1'] });
    expect(outcome(facts, id, [...restart('sipNode', 'STSIPProxyRegistrar')])?.reason).toContain(
      'enables no version with SSL_TLS, java.security disables TLSv1',
    );
  });

  test('does not order a restart for ever: what is left of the value is compared, not the value', () => {
    const address = { cell: 'stCell', owner: 'stpNode', server: 'STProxyServer' };
    const endpoints = ['SOAP_CONNECTOR_ADDRESS', 'WC_defaulthost_secure', 'OVERLAY_TCP_LISTENER_ADDRESS'];
    const wide = [...superset, sync('stpNode')];
    const staleWith = (javaDisabled: OwnerFacts['javaDisabled'] = []) => {
      const facts = withNode(found, 'stpNode', { javaDisabled });
      return isStale(wide.reduce(applyChange, makeTopology(inventory, facts)), address, endpoints);
    };
    expect(staleWith()).toBe(true);
    expect(staleWith(['TLSv1.1', 'TLSv1.2'])).toBe(false);
  });
});

describe('arguments in server.xml', () => {
  const argument = { nodeagent: { 'jdk.tls.client.protocols': 'TLSv1.2' } };

  test('count for the process that started with them', () => {
    const facts = withNode(unprobed, 'stpNode', { javaArguments: argument });
    expect(outcome(facts, AGENT)?.reason).toContain('jdk.tls.client.protocols leaves out TLSv1)');
    const other = 'stCell/stmNode/nodeagent -> stCell/dmgr SOAP_CONNECTOR_ADDRESS';
    expect(outcome(facts, other)?.outcome).toBe('tls');
  });

  test('of the master reach a process by a synchronization and its restart, not before', () => {
    const facts = withNode(unprobed, 'stpNode', { masterJavaArguments: argument });
    expect(outcome(facts, AGENT)?.outcome).toBe('tls');
    expect(outcome(facts, AGENT, [sync('stpNode')])?.outcome).toBe('tls');
    expect(outcome(facts, AGENT, [sync('stpNode'), ...restart('stpNode', 'nodeagent')])?.outcome).toBe('broken');
  });
});

test('a listener takes its highest version up to that of the caller: a caller with a gap there gives up', () => {
  const clients = inventory.clients.map((client) =>
    client.name === 'browser' ? { ...client, offers: ['TLSv1', 'TLSv1.2'] as const } : client,
  );
  const facts = withNode(unprobed, 'stpNode', { javaDisabled: ['TLSv1.2'] });
  const changes = [...superset, sync('stpNode'), ...restart('stpNode', 'was_stpProxy')];
  const state = changes.reduce(applyChange, makeTopology({ ...inventory, clients }, facts));
  const link = evaluateLinks(state).find(({ id }) => id.startsWith('client browser -> stCell/stpNode'));
  expect(link).toMatchObject({ outcome: 'broken' });
  expect(link?.reason).toContain('the listener chooses TLSv1.1, which the caller leaves out');
});
