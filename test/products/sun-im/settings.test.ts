// Settings and modes of a Sun Instant Messaging server, both ways, and the gateway's target.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGateway, retargetEdits } from '../../../src/products/sun-im/gateway.ts';
import { editIim, openEdits } from '../../../src/products/sun-im/iim-edit.ts';
import type { IimFile } from '../../../src/products/sun-im/iim.ts';
import { legacySslEdits, peerEdits, readModes, streamEdits } from '../../../src/products/sun-im/mode.ts';
import { RETIRED, rowOf, SETTINGS } from '../../../src/products/sun-im/setting-table.ts';
import { coserverEdits, readSettings, settingsToEdits, splitAddress } from '../../../src/products/sun-im/settings.ts';
import type { IimEdit } from '../../../src/products/sun-im/types.ts';
import { config, example, parse } from './sample.ts';

const modesOf = (conf: IimFile) => readModes(readSettings(conf));
const after = (conf: IimFile, edits: readonly IimEdit[]): IimFile => parse(editIim(conf, edits));

describe('settings', () => {
  test('every row has a key of its own, none is retired, and a doubt has a remark', () => {
    expect(new Set(SETTINGS.map(({ key }) => key)).size).toBe(SETTINGS.length);
    expect(SETTINGS.filter(({ key }) => key in RETIRED)).toEqual([]);
    expect(SETTINGS.filter(({ verified, remark, source }) => (!verified && remark === '') || source === '')).toEqual(
      [],
    );
    expect(rowOf('requireTls').refresh).toBe('server');
    expect(rowOf('muxLegacySsl').refresh).toBe('multiplexor');
  });

  test('an empty file has the documented defaults', () => {
    expect(readSettings(parse(''))).toEqual({
      written: {},
      effective: {
        modules: ['iim_server', 'iim_mux'],
        serverPorts: ['5269'],
        usesServerPort: true,
        usesMultiplexorPort: true,
        keyStorePasswordFile: 'sslpassword.conf',
        requireTls: false,
        trustAllCertificates: false,
        muxListen: '5222',
        muxServer: '45222',
        muxLegacySsl: false,
        muxModuleFile: 'secmod.db',
        muxNickname: 'Multiplexor-Cert',
        muxPasswordFile: 'sslpassword.conf',
      },
      coservers: [],
      unknown: [],
    });
  });

  test("the vendor's example is read: its coserver, its store, and what cannot be understood", () => {
    const { written, coservers, unknown } = readSettings(example('12-1'));
    expect(written).toMatchObject({
      keyStore: '/var/im/server_keystore.jks',
      trustAllCertificates: true,
      serverId: 'Iami-zed',
    });
    expect(coservers).toEqual([
      {
        name: 'coserver1',
        isListed: true,
        host: 'iim.i-zed.com',
        port: 5269,
        serverId: 'Iamcompany22',
        domain: null,
        requireTls: null,
      },
    ]);
    expect(unknown.map(({ key, line }) => [key, line])).toEqual([['iim_server.useport', 5]]);
  });

  test('names of coservers are those of the list, and others that have keys', () => {
    const conf = config(
      'iim_server.coservers = abc, xyz',
      'iim_server.ntc.host=n',
      'iim_server.port.5269.protocol=peer',
    );
    expect(readSettings(conf).coservers.map(({ name, isListed }) => [name, isListed])).toEqual([
      ['abc', true],
      ['xyz', true],
      ['ntc', false],
    ]);
  });

  test.each([
    ['im.example:5269', { host: 'im.example', port: 5269 }],
    ['5222', { host: null, port: 5222 }],
    ['IM.example', { host: 'im.example', port: null }],
    ['[::1]:5222', { host: '[::1]', port: 5222 }],
    ['im.example:70000', { host: 'im.example', port: null }],
    ['', { host: null, port: null }],
  ])('the address %s', (text, expected) => {
    expect(splitAddress(text)).toEqual(expected);
  });

  test('words are read in any case and written as the tables have them', () => {
    expect(readSettings(config('iim_server.requiressl="TRUE"', 'iim_mux.usessl=On')).written).toEqual({
      requireTls: true,
      muxLegacySsl: true,
    });
    expect(settingsToEdits({ requireTls: true, muxLegacySsl: true, muxKeyPrefix: null })).toEqual([
      { key: 'iim_server.requiressl', value: 'true' },
      { key: 'iim_mux.usessl', value: 'on' },
      { key: 'iim_mux.keydbprefix', value: null },
    ]);
  });

  test('what the file could not give back is refused', () => {
    expect(() => settingsToEdits({ keyStore: '' })).toThrow('keyStore cannot be ""');
    expect(() => settingsToEdits({ coservers: ['a,b'] })).toThrow('coservers cannot be ["a,b"]');
    const read = readSettings(config('iim_server.coservers=abc'));
    expect(() => coserverEdits(read, 'xyz', true)).toThrow('coserver xyz is not listed');
  });

  test('settings that are written are read again, in 300 generated sets', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '/', '.', '-', '_', '"', '\\'),
      minLength: 1,
      maxLength: 8,
    });
    const wish = fc.record(
      {
        keyStore: text,
        muxNickname: text,
        requireTls: fc.boolean(),
        trustAllCertificates: fc.boolean(),
        muxLegacySsl: fc.boolean(),
        coservers: fc.array(fc.constantFrom('a1', 'b2', 'c3'), { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wish, (settings) => {
        expect(readSettings(after(example('12-2'), settingsToEdits(settings))).written).toMatchObject(settings);
      }),
      { numRuns: 300 },
    );
  });
});

describe('modes', () => {
  const STORE = 'iim_server.sslkeystore=k.jks';
  test.each([
    ['plain', []],
    ['plain', ['iim_server.keystorepasswordfile=p']],
    ['dynamic', [STORE]],
    ['dynamic', [STORE, 'iim_server.requiressl=FALSE']],
    ['strict', [STORE, 'iim_server.requiressl=true']],
    ['unclear', ['iim_server.requiressl=true']],
    ['unclear', [STORE, 'iim_server.requiressl=yes']],
    ['unclear', ['iim_server.sslkeystore="k.jks']],
  ])('%s: %j', (mode, lines) => {
    expect(modesOf(config(...lines)).streams).toBe(mode);
  });

  test('a pair is as strict as the server or as itself, and only when it is listed', () => {
    const lines = [
      STORE,
      'iim_server.coservers=a,b,c',
      'iim_server.a.requiressl=true',
      'iim_server.b.requiressl=on',
      'iim_server.d.requiressl=true',
    ];
    expect(modesOf(config(...lines)).peers).toEqual({ a: 'strict', b: 'unclear', c: 'dynamic' });
    expect(modesOf(config(...lines, 'iim_server.requiressl=true')).peers).toMatchObject({ a: 'strict', c: 'strict' });
    expect(modesOf(config(...lines.slice(1))).peers).toEqual({ a: 'unclear', b: 'unclear', c: 'plain' });
  });

  test('the staircase: plain, dynamic, each pair, strict, and back; each step reads as what it was meant to be', () => {
    const start = config('iim_server.coservers=a', 'iim_server.trust_all_cert=true', 'iim_mux.usessl=on');
    const dynamic = after(
      start,
      streamEdits(readSettings(start), { mode: 'dynamic', keyStore: 'k.jks', passwordFile: 'p' }),
    );
    expect(modesOf(dynamic)).toEqual({ streams: 'dynamic', muxLegacySsl: true, peers: { a: 'dynamic' }, remarks: [] });
    expect(readSettings(dynamic).effective.trustAllCertificates).toBe(false);
    const noSsl = after(dynamic, legacySslEdits(readSettings(dynamic), { on: false }));
    const pair = after(noSsl, peerEdits(readSettings(noSsl), 'a', 'strict'));
    expect(modesOf(pair)).toMatchObject({ streams: 'dynamic', muxLegacySsl: false, peers: { a: 'strict' } });
    const strict = after(pair, streamEdits(readSettings(pair), { mode: 'strict' }));
    expect(modesOf(strict).streams).toBe('strict');
    expect(openEdits(strict, streamEdits(readSettings(strict), { mode: 'strict' }))).toEqual([]);
    const back = after(strict, streamEdits(readSettings(strict), { mode: 'dynamic' }));
    expect(modesOf(back).streams).toBe('dynamic');
    expect(modesOf(after(back, streamEdits(readSettings(back), { mode: 'plain' }))).streams).toBe('plain');
  });

  test('steps that would shut everybody out are refused', () => {
    const empty = readSettings(config('iim_server.coservers=a'));
    expect(() => streamEdits(empty, { mode: 'strict' })).toThrow('mode strict needs a key store');
    expect(() => peerEdits(empty, 'a', 'strict')).toThrow('iim.conf names no key store');
    const strict = readSettings(config(STORE, 'iim_server.requiressl=true'));
    const wish = { on: true, folder: '/d', nickname: 'n', passwordFile: 'p', prefix: '' } as const;
    expect(() => legacySslEdits(strict, wish)).toThrow('does not go with iim_server.requiressl=true');
  });

  test('legacy SSL writes its prefixes with the hyphen that the files have, and removes old ones where there is none', () => {
    const wish = { on: true, folder: '/d', nickname: 'n', passwordFile: 'p', prefix: '' } as const;
    const old = readSettings(example('12-2'));
    expect(legacySslEdits(old, wish).filter(({ value }) => value === null)).toHaveLength(2);
    const read = readSettings(parse(''));
    expect(legacySslEdits(read, wish).map(({ key }) => key)).not.toContain('iim_mux.keydbprefix');
    expect(legacySslEdits(read, { ...wish, prefix: 'a-' })).toContainEqual({ key: 'iim_mux.keydbprefix', value: 'a-' });
  });
});

describe('gateway', () => {
  const conf = config(
    'httpbind.config=default',
    'default.hosts="im1.example:5222, IM2.example:5222"',
    'default.domains=example',
  );
  test('its targets are read, and one of them is replaced', () => {
    expect(readGateway(conf)).toEqual([
      {
        name: 'default',
        domains: ['example'],
        targets: [
          { host: 'im1.example', port: 5222 },
          { host: 'im2.example', port: 5222 },
        ],
      },
    ]);
    const edits = retargetEdits(conf, { host: 'im2.EXAMPLE', port: 5222 }, { host: 'im2.example', port: 5269 });
    expect(edits).toEqual([{ key: 'default.hosts', value: 'im1.example:5222,im2.example:5269' }]);
    expect(retargetEdits(conf, { host: 'im3.example', port: 5222 }, { host: 'x', port: 1 })).toEqual([]);
  });

  test('a host without a port is not understood', () => {
    expect(readGateway(config('default.hosts=im1.example'))[0]?.targets).toBeNull();
  });
});
