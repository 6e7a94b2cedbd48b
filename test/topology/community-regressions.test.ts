// Errors of the community model that comparing it with the lab has found (test/model/community-against-reality.long.ts), by name.
import { expect, test } from 'vitest';
import type { ComponentFacts } from '../../src/facts/types.ts';
import type { CommunityMember } from '../../src/operations/community-member.ts';
import { modelOf } from '../../src/operations/community-model.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import { CHAIN, communityInventory, communityOf, communityState, DYNAMIC, LEGACY } from '../helpers/community.ts';

const inventory = communityInventory();
const entryOf = (name: string) => {
  const entry = inventory.communities[0]?.servers.find((server) => server.name === name);
  if (entry === undefined) throw new Error(`no server ${name}`);
  return entry;
};
const memberOf = (name: string): CommunityMember => {
  const { ports, user, kind, ...entry } = entryOf(name);
  const [serverPort, clientPort] = [ports.server ?? null, ports.client ?? null];
  return { ...entry, server: name, memberKind: kind, serverPort, clientPort, user: user ?? null };
};

function linkWith(change: (facts: ComponentFacts) => ComponentFacts, id: string): LinkOutcome {
  const { facts } = communityOf({ st1: DYNAMIC, st2: DYNAMIC, st3: LEGACY }, inventory);
  const components = facts.components?.map(change) ?? [];
  const found = evaluateLinks(makeTopology(inventory, { ...facts, components })).find((link) => link.id === id);
  if (found === undefined) throw new Error(`no link ${id}`);
  return found;
}

test('a caller that is told to use TLS and has no version left reaches nobody, a legacy port included', () => {
  const state = communityState(entryOf('st1'), DYNAMIC);
  // SP800-131a strict leaves TLS 1.2 alone, and the file allows no more than TLS 1.0.
  const values = {
    ...state.values,
    'Config/ST_TLS_MIN_PROTOCOL_VERSION': '0x301',
    'Config/ST_TLS_MAX_PROTOCOL_VERSION': '0x301',
    'Config/ST_TLS_SECURITY_LEVEL': '2',
  };
  const disk = modelOf({ ...state, values }, memberOf('st1'));
  expect(disk.callers['server']).toMatchObject({ clear: false, protocols: [] });
  const change = (facts: ComponentFacts): ComponentFacts =>
    facts.component === 'stCommunity/st1' ? { ...facts, disk, running: disk } : facts;
  for (const peer of ['st2', 'st3']) {
    const link = linkWith(change, `stCommunity/st1 -> stCommunity/${peer} server`);
    expect(link.outcome).toBe('broken');
    expect(link.reason).toContain('is told to use TLS and has no version or suite left for it');
  }
});

test('a chain without its root is trusted by whoever trusts the root', () => {
  const [leaf = ''] = CHAIN.chain.map(({ sha1 }) => sha1);
  const withoutRoot = (facts: ComponentFacts): ComponentFacts => {
    const short = (settings: ComponentFacts['disk']): ComponentFacts['disk'] => ({
      ...settings,
      listeners: Object.fromEntries(
        Object.entries(settings.listeners).map(([name, listener]) => [
          name,
          { ...listener, chain: listener.chain.length === 0 ? [] : [leaf] },
        ]),
      ),
    });
    if (facts.component !== 'stCommunity/st2') return facts;
    return { ...facts, disk: short(facts.disk), running: short(facts.running) };
  };
  expect(linkWith(withoutRoot, 'stCommunity/st1 -> stCommunity/st2 server')).toMatchObject({ outcome: 'tls' });
});
