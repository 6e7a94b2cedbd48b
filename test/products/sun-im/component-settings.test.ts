// A Sun Instant Messaging server in the connectivity model: what its file makes it accept and offer, and what the model's own
// judge makes of pairs of servers in different modes. And the two results that are never added up.
import { describe, expect, test } from 'vitest';
import type { ComponentSettings } from '../../../src/core/topology-change.ts';
import { componentSettings, type SunImComponentInput } from '../../../src/products/sun-im/component-settings.ts';
import { readModes } from '../../../src/products/sun-im/mode.ts';
import { noPlaintext, protocolFloor } from '../../../src/products/sun-im/results.ts';
import { readSettings } from '../../../src/products/sun-im/settings.ts';
import type { ServerStore, SunImStores } from '../../../src/products/sun-im/types.ts';
import { summarizeCertificate } from '../../../src/tls/summarize-certificate.ts';
import type { ComponentState } from '../../../src/topology/component-state.ts';
import { judgeComponentLink } from '../../../src/topology/component-judge.ts';
import type { ComponentLink } from '../../../src/topology/link.ts';
import type { TopologyState } from '../../../src/topology/state.ts';
import { config, fixture } from './sample.ts';

const ours = summarizeCertificate(fixture('xmpp-names.pem'));
const foreign = summarizeCertificate(fixture('common-name.pem'));
const SERVER: ServerStore = {
  form: 'jks',
  keys: [{ alias: 'im', chain: [ours] }],
  trusted: [ours],
  keyPasswordFits: true,
};
const STORES: SunImStores = { server: SERVER, mux: { form: 'dbm', nicknames: ['Multiplexor-Cert'], chain: [ours] } };
const STORE = 'iim_server.sslkeystore=k.jks';
const STRICT = [STORE, 'iim_server.requiressl=true'];

const settingsOf = (lines: readonly string[], more: Partial<SunImComponentInput> = {}): ComponentSettings =>
  componentSettings({ read: readSettings(config(...lines)), stores: STORES, ...more });
const listenerOf = (lines: readonly string[], port: string, more: Partial<SunImComponentInput> = {}) => {
  const { clear, protocols, because } = settingsOf(lines, more).listeners[port] ?? {};
  return { clear, protocols, because };
};
const storesWith = (more: Partial<ServerStore>): SunImStores => ({ ...STORES, server: { ...SERVER, ...more } });

describe('listeners', () => {
  test.each([
    ['plain', [], true, []],
    ['dynamic', [STORE], true, ['TLSv1']],
    ['strict', STRICT, false, ['TLSv1']],
    ['unclear', ['iim_server.requiressl=true'], false, []],
  ])('%s is the same for clients and servers', (mode, lines, clear, protocols) => {
    for (const port of ['client', 'server'])
      expect(listenerOf(lines, port)).toEqual({ clear, protocols, because: `iim.conf says ${mode}` });
    expect(listenerOf(lines, 'mux')).toMatchObject({ clear: false, protocols: [] });
  });

  test('legacy SSL takes the client port, with the certificate of the database and SSL 3.0 by the documents', () => {
    const lines = [STORE, 'iim_mux.usessl=on'];
    expect(listenerOf(lines, 'mux')).toEqual({ clear: false, protocols: ['SSLv3'], because: 'iim_mux.usessl is on' });
    expect(settingsOf(lines).listeners['mux']?.chain).toEqual([ours.sha1]);
    expect(listenerOf(lines, 'client')).toMatchObject({ clear: false, protocols: [] });
    expect(listenerOf(lines, 'server')).toMatchObject({ clear: true, protocols: ['TLSv1'] });
    const sql: SunImStores = { ...STORES, mux: { form: 'sql', nicknames: [], chain: [] } };
    expect(listenerOf(lines, 'mux', { stores: sql })).toMatchObject({ protocols: [] });
  });

  test('what a probe has measured wins over the documents', () => {
    const measured = { server: ['TLSv1', 'TLSv1.2'], mux: ['TLSv1'] } as const;
    expect(listenerOf(STRICT, 'server', { measured }).protocols).toEqual(['TLSv1', 'TLSv1.2']);
    expect(listenerOf(['iim_mux.usessl=on'], 'mux', { measured }).protocols).toEqual(['TLSv1']);
  });

  test('a port that is off takes nobody', () => {
    expect(listenerOf([...STRICT, 'iim_server.useport=false'], 'server')).toMatchObject({
      clear: false,
      protocols: [],
    });
  });

  test('the certificate is that of the only key; of two it is not known which', () => {
    expect(settingsOf(STRICT).listeners['server']).toMatchObject({ chain: [ours.sha1], names: ours.names });
    const two = storesWith({ keys: [...SERVER.keys, ...SERVER.keys] });
    expect(settingsOf(STRICT, { stores: two }).listeners['server']?.chain).toEqual([]);
  });

  test.each([
    [{ form: 'pkcs12' }, 'the key store is pkcs12 and no JKS'],
    [{ keys: [] }, 'the key store holds no key'],
    [{ keyPasswordFits: false }, 'the key has another password than its store'],
  ] as const)('a store that does not work leaves no TLS: %j', (more, reason) => {
    expect(listenerOf(STRICT, 'server', { stores: storesWith(more) })).toEqual({
      clear: false,
      protocols: [],
      because: `iim.conf says strict, but ${reason}`,
    });
  });
});

// ---- pairs of servers, judged by the model
const FEDERATED = ['iim_server.coservers=other', 'iim_server.other.host=other.example'];
const stateOf = (components: Readonly<Record<string, ComponentSettings>>): TopologyState => ({
  components: new Map(
    Object.entries(components).map(([name, settings]): readonly [string, ComponentState] => [
      name,
      { running: 'running', disk: settings, process: settings, isOlderThanDisk: false },
    ]),
  ),
  populations: new Map(),
  cells: new Map(),
  rows: new Map(),
  subjects: new Map(),
  certificates: new Map(),
  links: [],
  dependents: new Map(),
});
const LINK: ComponentLink = {
  id: 'a -> b',
  from: 'a',
  to: 'b server',
  caller: { kind: 'component', component: 'a', purpose: 'other' },
  listener: { component: 'b', port: 'server/other' },
  required: true,
  source: 'inventory',
  asksFor: undefined,
};
const judge = (caller: ComponentSettings, listener: ComponentSettings) =>
  judgeComponentLink(stateOf({ a: caller, b: listener }), LINK);
const PLAIN = settingsOf(FEDERATED);
const DYNAMIC = settingsOf([...FEDERATED, STORE]);
const PAIR = settingsOf([...FEDERATED, STORE, 'iim_server.other.requiressl=true']);
const ALL = settingsOf([...FEDERATED, ...STRICT]);

describe('pairs of servers', () => {
  test.each([
    ['plain calls plain', PLAIN, PLAIN, 'legacy'],
    ['plain calls dynamic', PLAIN, DYNAMIC, 'legacy'],
    ['dynamic calls plain', DYNAMIC, PLAIN, 'legacy'],
    ['dynamic calls dynamic', DYNAMIC, DYNAMIC, 'tls'],
    ['a strict pair calls dynamic', PAIR, DYNAMIC, 'tls'],
    ['dynamic calls a strict pair', DYNAMIC, PAIR, 'tls'],
    ['strict calls strict', ALL, ALL, 'tls'],
    ['strict calls plain', ALL, PLAIN, 'broken'],
    ['plain calls strict', PLAIN, ALL, 'broken'],
    ['a strict pair calls plain', PAIR, PLAIN, 'broken'],
    ['plain calls a strict pair', PLAIN, PAIR, 'broken'],
  ])('%s', (_title, caller, listener, outcome) => {
    expect(judge(caller, listener).outcome).toBe(outcome);
  });

  test('a pair that is strict leaves the rest of the server dynamic', () => {
    expect(PAIR.listeners['server']?.clear).toBe(true);
    expect(PAIR.listeners['server/other']?.clear).toBe(false);
  });

  test('a peer whose root is not in the store is refused, unless every certificate is trusted', () => {
    const stores = storesWith({ trusted: [foreign] });
    const lines = [...FEDERATED, STORE];
    expect(judge(settingsOf(lines, { stores }), DYNAMIC)).toMatchObject({ outcome: 'broken' });
    expect(judge(settingsOf([...lines, 'iim_server.trust_all_cert=true'], { stores }), DYNAMIC).outcome).toBe('tls');
  });
});

describe('no plaintext and protocol floor are two results', () => {
  const modesOf = (...lines: readonly string[]) => readModes(readSettings(config(...lines)));
  test('a strict server has no plaintext, and still no TLS 1.2', () => {
    const modes = modesOf(...STRICT, ...FEDERATED);
    expect(noPlaintext(modes)).toEqual({ holds: true, open: [] });
    expect(protocolFloor(modes, 'TLSv1.2')).toEqual([
      {
        part: 'server',
        holds: false,
        accepts: ['TLSv1'],
        known: 'by the documents',
        text: 'the server accepts TLSv1 by the documents; wanted is TLSv1.2 and newer',
        remedy: expect.stringContaining(
          'A newer Java (iim.jvm.command) may bring newer versions, which is not verified',
        ),
      },
    ]);
  });

  test('where something may go without TLS is named', () => {
    const lines = [STORE, ...FEDERATED, 'iim_server.other.requiressl=true', 'iim_mux.usessl=on'];
    expect(noPlaintext(modesOf(...lines)).open).toEqual([
      'clients and servers: the server is dynamic',
      'multiplexor to server (45222): never encrypted by the multiplexor itself',
    ]);
    expect(noPlaintext(modesOf(...FEDERATED)).open).toContain('server other: the link is plain');
    expect(noPlaintext(modesOf('iim_server.requiressl=true')).holds).toBe(false);
  });

  test('a floor is met only by what is measured, and old versions beside new ones do not meet it', () => {
    const modes = modesOf(...STRICT);
    const floor = (server: readonly ('TLSv1' | 'TLSv1.2' | 'TLSv1.3')[]) =>
      protocolFloor(modes, 'TLSv1.2', { server }).map(({ holds, remedy }) => [holds, remedy === '']);
    expect(floor(['TLSv1.2', 'TLSv1.3'])).toEqual([[true, true]]);
    expect(floor(['TLSv1', 'TLSv1.2'])).toEqual([[false, false]]);
    expect(floor([])).toEqual([[false, false]]);
    const mux = protocolFloor(modesOf('iim_mux.usessl=on'), 'TLSv1').map(({ part, holds }) => [part, holds]);
    expect(mux).toEqual([
      ['server', true],
      ['multiplexor', false],
    ]);
  });
});
