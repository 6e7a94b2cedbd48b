// The matrix of domain knowledge for port 1516: who can still talk to whom, in both directions. Source: wiki "Security
// Considerations for TLS Configuration"; HCL Sametime 11.5 "Securing connections using TLS".
import { describe, expect, test } from 'vitest';
import type { CallerSettings, TopologyChange } from '../../src/core/topology-change.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { isComponentStale } from '../../src/topology/component-state.ts';
import { evaluateChanged, evaluateLinks, explain } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { revertChange } from '../../src/topology/revert-change.ts';
import type { TopologyState } from '../../src/topology/state.ts';
import { touchedLinks } from '../../src/topology/touched-links.ts';
import {
  communityInventory,
  communityOf,
  communityText,
  DYNAMIC,
  LEGACY,
  ROOT,
  STRICT,
  type Community,
  type Setting,
} from '../helpers/community.ts';

const topologyOf = ({ inventory, facts }: Community): TopologyState => makeTopology(inventory, facts);
const link = (state: TopologyState, id: string) => {
  const found = evaluateLinks(state).find((one) => one.id === id);
  if (found === undefined) throw new Error(`no link ${id}`);
  return found;
};
const TO_ST2 = 'stCommunity/st1 -> stCommunity/st2 server';
const TO_ST1 = 'stCommunity/st2 -> stCommunity/st1 server';

describe('two servers', () => {
  const rows: readonly (readonly [string, Setting, Setting, string, string])[] = [
    ['legacy and legacy', LEGACY, LEGACY, 'legacy', 'legacy'],
    ['legacy and dynamic', LEGACY, DYNAMIC, 'legacy', 'legacy'],
    ['dynamic and dynamic', DYNAMIC, DYNAMIC, 'tls', 'tls'],
    ['dynamic and strict', DYNAMIC, STRICT, 'tls', 'tls'],
    ['strict and strict', STRICT, STRICT, 'tls', 'tls'],
    ['legacy and strict', LEGACY, STRICT, 'broken', 'broken'],
    ['legacy with stores and strict', { ...LEGACY, hasStores: true }, STRICT, 'tls', 'broken'],
  ];
  test.each(rows)('%s', (_, st1, st2, there, back) => {
    const state = topologyOf(communityOf({ st1, st2 }));
    expect([link(state, TO_ST2).outcome, link(state, TO_ST1).outcome]).toEqual([there, back]);
  });

  test('a legacy caller of a strict server is told with both sides and what would help', () => {
    const state = topologyOf(communityOf({ st2: STRICT }));
    const broken = link(state, TO_ST2);
    expect(broken.reason).toContain('caller stCommunity/st1 offers only legacy (no STSRV_TLS_TRUST_STORE_FILE');
    expect(broken.reason).toContain('listener stCommunity/st2 server is strict');
    expect(explain(broken, 'step s009', state)).toContain('make stCommunity/st1 able to do TLS first');
  });

  test('TLS that fails is broken and does not fall back to legacy', () => {
    const state = topologyOf(communityOf({ st1: DYNAMIC, st2: DYNAMIC }));
    const caller = state.components.get('stCommunity/st1')?.process.callers['server'];
    if (caller === undefined) throw new Error('st1 calls nobody');
    const withCaller = (changed: Partial<CallerSettings>): TopologyState => {
      const found = state.components.get('stCommunity/st1');
      if (found === undefined) throw new Error('no st1');
      const settings = { ...found.disk, callers: { ...found.disk.callers, server: { ...caller, ...changed } } };
      const component = 'stCommunity/st1';
      const changes: readonly TopologyChange[] = [
        { kind: 'component-settings', component, settings },
        { kind: 'component-started', component },
      ];
      return changes.reduce(applyChange, state);
    };
    expect(link(withCaller({ trusts: ['9'.repeat(40)] }), TO_ST2)).toMatchObject({
      outcome: 'broken',
      reason: expect.stringContaining('with root SHA-1 2222') as unknown,
    });
    expect(link(withCaller({ protocols: ['TLSv1'] }), TO_ST2).reason).toContain('no version in common');
    expect(link(withCaller({ trustedNames: ['*.other.example'] }), TO_ST2).reason).toContain('trusts *.other.example');
    expect(link(withCaller({ trustedNames: ['*.ACME.example'] }), TO_ST2).outcome).toBe('tls');
    expect(link(withCaller({ trusts: null }), TO_ST2).outcome).toBe('tls');
  });
});

describe('client certificates', () => {
  const needing = (changed: { readonly personal?: readonly string[]; readonly asks?: 'want' | 'need' }) => {
    const state = topologyOf(communityOf({ st1: DYNAMIC, st2: DYNAMIC }));
    const [one, two] = [state.components.get('stCommunity/st1'), state.components.get('stCommunity/st2')];
    const listener = two?.disk.listeners['server'];
    const caller = one?.disk.callers['server'];
    if (one === undefined || two === undefined || listener === undefined || caller === undefined) throw new Error();
    const { asks = 'need', personal = caller.personal } = changed;
    return new Map(state.components)
      .set('stCommunity/st2', {
        ...two,
        process: {
          ...two.process,
          listeners: { ...two.process.listeners, server: { ...listener, clientCertificate: asks } },
        },
      })
      .set('stCommunity/st1', {
        ...one,
        process: { ...one.process, callers: { ...one.process.callers, server: { ...caller, personal } } },
      });
  };
  const outcome = (changed: Parameters<typeof needing>[0]) =>
    link({ ...topologyOf(communityOf()), components: needing(changed) }, TO_ST2);

  test('a listener that needs one takes a caller whose issuer it trusts', () => {
    expect(outcome({}).outcome).toBe('tls');
  });
  test('a caller without one is refused where it is needed, and not where it is wanted', () => {
    expect(outcome({ personal: [] })).toMatchObject({ outcome: 'broken' });
    expect(outcome({ personal: [] }).reason).toContain('stCommunity/st2 server needs a client certificate');
    expect(outcome({ personal: [], asks: 'want' }).outcome).toBe('tls');
  });
  test('one of an issuer that the listener does not trust is refused', () => {
    expect(outcome({ personal: ['8'.repeat(40), '9'.repeat(40)] }).outcome).toBe('broken');
  });
});

describe('everything that calls a server', () => {
  const links = (neighbours: string): readonly string[] =>
    evaluateLinks(topologyOf(communityOf({}, communityInventory(communityText({ neighbours }))))).map(({ id }) => id);

  test('a multiplexer and a media manager call every server, a bot the ones that are named', () => {
    const found = links('      av: { kind: media-manager }\n      bot: { kind: bot, connects: [st3] }\n');
    for (const server of ['st1', 'st2', 'st3']) {
      expect(found).toContain(`stCommunity/mux1 -> stCommunity/${server} server`);
      expect(found).toContain(`stCommunity/av -> stCommunity/${server} server`);
    }
    expect(found.filter((id) => id.startsWith('stCommunity/bot '))).toEqual([
      'stCommunity/bot -> stCommunity/st3 server',
    ]);
    // 3 x 2 servers, 3 + 3 of mux and media manager, bot, client
    expect(found).toHaveLength(6 + 3 + 3 + 1 + 1);
  });

  test.each(['media-manager', 'bot', 'gateway', 'sametime-proxy'])('a legacy %s breaks at a strict server', (kind) => {
    const text = communityText({ neighbours: `      one: { kind: ${kind} }\n` });
    const settings = { st1: STRICT, st2: DYNAMIC, st3: DYNAMIC, mux1: DYNAMIC };
    const state = topologyOf(communityOf(settings, communityInventory(text)));
    const broken = evaluateLinks(state).filter(({ outcome }) => outcome === 'broken');
    expect(broken.map(({ id }) => id)).toEqual(['stCommunity/one -> stCommunity/st1 server']);
    expect(broken[0]?.reason).toContain('no offers in the inventory');
  });

  test('clients that were not pushed to tls-direct break at a strict client port', () => {
    const settings = { mux1: { ...DYNAMIC, client: 'strict' as const } };
    const id = 'client rich -> stCommunity/mux1 client';
    const state = topologyOf(communityOf(settings));
    expect(link(state, id)).toMatchObject({ outcome: 'broken' });
    const caller: CallerSettings = {
      clear: true,
      protocols: ['TLSv1.2'],
      trusts: [ROOT.sha1],
      trustedNames: [],
      personal: [],
      because: 'pushed',
    };
    const pushed = applyChange(state, { kind: 'population-settings', client: 'rich', caller });
    expect(link(pushed, id)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1.2' });
    const dynamic = topologyOf(communityOf({ mux1: { ...DYNAMIC, client: 'dynamic' } }));
    expect(link(dynamic, id).outcome).toBe('legacy');
  });

  test('clients on tls-direct find no one at a legacy port', () => {
    const clients = '  rich: { offers: [TLSv1.2], connectionType: tls-direct, connects: [stCommunity/mux1/client] }\n';
    const state = topologyOf(communityOf({}, communityInventory(communityText({ clients }))));
    expect(link(state, 'client rich -> stCommunity/mux1 client').reason).toContain('insists on TLS');
  });
});

describe('disk and process', () => {
  const change = (component: string, from: Setting): readonly TopologyChange[] => {
    const entry = communityOf({ st2: from }).facts.components?.find((one) => one.component === component);
    if (entry === undefined) throw new Error(component);
    return [{ kind: 'component-settings', component, settings: entry.disk }];
  };

  test('settings count when the component is started again, and a stopped one is down', () => {
    const start = topologyOf(communityOf());
    const written = change('stCommunity/st2', STRICT).reduce(applyChange, start);
    expect(link(written, TO_ST2).outcome).toBe('legacy');
    expect(isComponentStale(start, 'stCommunity/st2')).toBe(false);
    expect(isComponentStale(written, 'stCommunity/st2')).toBe(true);
    const stopped = applyChange(written, { kind: 'component-stopped', component: 'stCommunity/st2' });
    expect(link(stopped, TO_ST2)).toMatchObject({ outcome: 'down', reason: 'stCommunity/st2 is stopped' });
    expect(link(stopped, TO_ST1).outcome).toBe('down');
    const started = applyChange(stopped, { kind: 'component-started', component: 'stCommunity/st2' });
    expect(link(started, TO_ST2).outcome).toBe('broken');
    expect(isComponentStale(started, 'stCommunity/st2')).toBe(false);
  });

  test('only links of the component are looked at, and that is enough', () => {
    const start = topologyOf(communityOf());
    const changes: readonly TopologyChange[] = [
      ...change('stCommunity/st2', STRICT),
      { kind: 'component-stopped', component: 'stCommunity/st2' },
      { kind: 'component-started', component: 'stCommunity/st2' },
    ];
    let [state, outcomes] = [start, evaluateLinks(start)];
    for (const one of changes) {
      state = applyChange(state, one);
      outcomes = evaluateChanged(state, outcomes, one);
      expect(outcomes).toEqual(evaluateLinks(state));
    }
    const touched = touchedLinks(state, { kind: 'component-started', component: 'stCommunity/st2' });
    expect(touched.length).toBeLessThan(state.links.length);
    expect(touchedLinks(state, changes[0] ?? { kind: 'component-stopped', component: '' })).toEqual([]);
  });

  test('a change that is taken back leaves the disk as it was', () => {
    const start = topologyOf(communityOf());
    const [settings] = change('stCommunity/st2', STRICT);
    if (settings === undefined) throw new Error('no change');
    const back = revertChange(applyChange(start, settings), start, settings);
    expect(isComponentStale(back, 'stCommunity/st2')).toBe(false);
  });

  test('a process that is older than its files owes a restart', () => {
    const { inventory, facts, ...rest } = communityOf();
    const components = facts.components?.map((one) => ({ ...one, process: { pid: '1', isOlderThanDisk: true } })) ?? [];
    expect(
      isComponentStale(topologyOf({ ...rest, inventory, facts: { ...facts, components } }), 'stCommunity/st1'),
    ).toBe(true);
  });
});
