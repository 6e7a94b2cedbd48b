// TLS settings by scope, and the mode of each port, as sametime.ini spells them.
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { editIniBytes } from '../../../src/products/sametime/ini-edit.ts';
import { modeToIni, PORT_KEYS, readMode } from '../../../src/products/sametime/mode.ts';
import { keyOf, SETTINGS } from '../../../src/products/sametime/setting-table.ts';
import { readSettings, renderScope, settingsToIni } from '../../../src/products/sametime/settings.ts';
import { SCOPES, type DesiredScope, type StrictSpelling } from '../../../src/products/sametime/types.ts';
import { config, parse, textOf } from './sample.ts';

describe('the table', () => {
  test('has every key of every scope once, and SAML without TLS_', () => {
    const keys = SCOPES.flatMap((scope) => SETTINGS.map((row) => keyOf(row, scope))).filter((key) => key !== undefined);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(21 + 20 + 20 + 17 + 10);
    expect(keys.filter((key) => key.startsWith('STSAML_') && key.includes('_TLS_'))).toEqual([]);
    expect(keys).toEqual(
      expect.arrayContaining(['STSAML_KEY_LABEL', 'STMUX_TLS_CLIENT_AUTH', 'STLDAP_TLS_TRUSTED_HOSTS']),
    );
    expect(keys).not.toContain('STLDAP_TLS_CLIENT_AUTH');
  });

  test('says of every row where it comes from, and why when it is not verified', () => {
    for (const { source, verified, remark } of SETTINGS) {
      expect(source).toMatch(/^https:\/\//);
      expect(verified || remark !== '').toBe(true);
    }
    expect(SETTINGS.filter(({ verified }) => !verified).map(({ name }) => name)).toEqual([
      'mirrorTrustedHosts',
      'minProtocol',
      'maxSessionAge',
      'sessionCacheTime',
    ]);
  });
});

describe('reading', () => {
  const ini = config(
    'ST_TLS_TRUST_STORE_FILE=/local/notesdata/trust.p12',
    'ST_TLS_TRUST_STORE_PASSWORD=mysecret',
    'ST_TLS_FIPS_COMPLIANCE=1',
    'ST_TLS_MIN_PROTOCOL_VERSION=0x303',
    'st_tls_cipher_suites= A , B',
    'STSRV_TLS_CLIENT_AUTH=2',
    'STSRV_TLS_MIN_PROTOCOL_VERSION=0X301',
    'STMUX_TLS_CLIENT_AUTH=7',
    'STLDAP_TLS_TRUSTED_HOSTS=',
    'STSAML_SECURITY_LEVEL=2',
  );

  test('a scope says its own and falls back to ST_, setting by setting', () => {
    const { written, effective } = readSettings(ini);
    expect(written.STSRV_).toEqual({ clientAuthentication: 'need', minProtocol: 'TLSv1' });
    expect(effective.STSRV_).toMatchObject({
      clientAuthentication: 'need',
      minProtocol: 'TLSv1',
      trustStoreFile: '/local/notesdata/trust.p12',
      cipherSuites: ['A', 'B'],
    });
    expect(effective.STMUX_.minProtocol).toBe('TLSv1.2');
  });

  test('SAML takes stores, level and FIPS, and nothing of the protocol', () => {
    const { STSAML_: saml } = readSettings(ini).effective;
    expect(saml).toMatchObject({ securityLevel: 2, fips: true, trustStoreFile: '/local/notesdata/trust.p12' });
    expect(saml.minProtocol).toBeUndefined();
    expect(saml.cipherSuites).toBeUndefined();
  });

  test('an undocumented value is told with its line and counts as absent, an empty one is absent', () => {
    const { unknown, effective } = readSettings(ini);
    expect(unknown).toEqual([{ key: 'STMUX_TLS_CLIENT_AUTH', line: 9, value: '7' }]);
    expect(effective.STMUX_.clientAuthentication).toBeUndefined();
    expect(effective.STLDAP_.trustedHosts).toBeUndefined();
  });

  test('passwords are never shown', () => {
    const settings = readSettings(ini);
    expect(settings.effective.STMUX_.trustStorePassword).toBeInstanceOf(Secret);
    expect(JSON.stringify(settings)).not.toContain('mysecret');
    expect(renderScope(settings.written.ST_, 'ST_')['ST_TLS_TRUST_STORE_PASSWORD']).toBe('[secret]');
  });
});

describe('writing', () => {
  test('every setting that is written is read back as it was wished', () => {
    const wish = {
      trustStoreFile: 'C:\\Program Files\\HCL\\Domino\\trust.p12',
      trustStoreType: 'p12',
      trustStoreStashFile: 'trust.sth',
      keyStoreFile: '/local/notesdata/key.p12',
      keyStoreType: 'jks',
      keyStoreStashFile: 'key.sth',
      keyLabel: 'acme wild',
      clientAuthentication: 'need',
      trustedHosts: ['*.acme.example', 'st1.acme.example'],
      mirrorTrustedHosts: true,
      securityLevel: 2,
      fips: true,
      minProtocol: 'TLSv1.2',
      maxProtocol: 'TLSv1.2',
      cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
      maxSessionAge: 86_400,
      sessionCacheSize: -1,
      sessionCacheTime: 86_400,
      trustManagerAlgorithm: 'PKIX',
    } as const satisfies DesiredScope;
    const edits = settingsToIni({ ST_: wish });
    expect(edits).toHaveLength(19);
    const after = parse(editIniBytes(parse('[Config]\r\n'), edits));
    expect(readSettings(after).written.ST_).toEqual(wish);
    expect(textOf(after.bytes)).toContain('ST_TLS_MIN_PROTOCOL_VERSION=0x303\r\nST_TLS_MAX_PROTOCOL_VERSION=0x303\r\n');
  });

  test('null removes a key and what is not mentioned stays', () => {
    const before = config('STMUX_TLS_KEY_LABEL=a', 'STMUX_TLS_CLIENT_AUTH=1');
    const after = editIniBytes(before, settingsToIni({ STMUX_: { keyLabel: null } }));
    expect(textOf(after)).toBe('[Config]\nSTMUX_TLS_CLIENT_AUTH=1\n');
  });

  test.each([
    [
      'a setting that the scope does not have',
      { STLDAP_: { clientAuthentication: 'need' } },
      'clientAuthentication does not exist for STLDAP_',
    ],
    ['a comma in a name', { ST_: { trustedHosts: ['a,b'] } }, 'trustedHosts cannot be'],
    ['an empty list', { ST_: { cipherSuites: [] } }, 'cipherSuites cannot be'],
    ['half a second', { ST_: { maxSessionAge: 0.5 } }, 'maxSessionAge cannot be'],
  ] as const)('%s is refused', (_title, wish, part) => {
    expect(() => settingsToIni(wish)).toThrow(
      expect.objectContaining({ code: 'INPUT_VALUE', message: expect.stringContaining(part) }),
    );
  });
});

const mux = (text: string) => `[Debug]\nVPMX_DISABLE_CONFIGURATION_UPDATE=1\n${text}`;

describe('mode of a port', () => {
  test.each([
    ['legacy, written', '[Connectivity]\nVPS_PORT=1516\n', 'legacy', 'port'],
    ['legacy by default', '[Config]\n', 'legacy', 'omit'],
    ['dynamic', '[Connectivity]\nVPS_PORT=1516\nVPS_TLS_PORT=1516\n', 'dynamic', 'port'],
    ['strict without the key', '[Connectivity]\nVPS_TLS_PORT=1516\n', 'strict', 'omit'],
    ['strict with an empty key', '[Connectivity]\nVPS_PORT=\nVPS_TLS_PORT=1516\n', 'strict', 'empty'],
    ['strict with a zero', '[Connectivity]\nVPS_PORT=0\nVPS_TLS_PORT=1516\n', 'strict', 'zero'],
    ['two ports', '[Connectivity]\nVPS_PORT=1516\nVPS_TLS_PORT=1517\n', 'unclear', 'port'],
    ['no port at all', '[Connectivity]\nVPS_PORT=0\n', 'unclear', 'zero'],
    ['a word', '[Connectivity]\nVPS_PORT=yes\n', 'unclear', 'port'],
    ['a number that is no port', '[Connectivity]\nVPS_PORT=1516\nVPS_TLS_PORT=70000\n', 'unclear', 'port'],
  ])('%s', (_title, text, mode, spelling) => {
    expect(readMode(parse(text), 'server')).toMatchObject({ mode, spelling: spelling === 'port' ? null : spelling });
  });

  test('a spelling of strict that a probe has ruled out is unclear', () => {
    const ini = parse('[Connectivity]\nVPS_TLS_PORT=1516\n');
    expect(readMode(ini, 'server', 'omit').mode).toBe('strict');
    expect(readMode(ini, 'server', 'zero')).toMatchObject({
      mode: 'unclear',
      remarks: [expect.stringContaining('settled "zero"')],
    });
  });

  test('of the clients, a file that a Notes database overrules says nothing', () => {
    const ports = 'VPMX_PORT=1533\nVPMX_TLS_PORT=1533\n';
    expect(readMode(parse(`[Debug]\n${ports}`), 'mux')).toMatchObject({ mode: 'unclear', isAuthoritative: false });
    expect(readMode(parse(mux(ports)), 'mux')).toMatchObject({ mode: 'dynamic', isAuthoritative: true });
    expect(() => modeToIni(parse(`[Debug]\n${ports}`), 'mux', 'strict', 'empty')).toThrow(
      expect.objectContaining({ code: 'POLICY_REFUSED' }),
    );
  });

  test.each<StrictSpelling>(['omit', 'empty', 'zero'])(
    'every mode is read as it was written, strict as %s',
    (spelling) => {
      for (const mode of ['dynamic', 'strict', 'dynamic', 'legacy', 'strict', 'legacy'] as const) {
        for (const [port, text] of [
          ['server', '[Connectivity]\nVPS_PORT=11516\n'],
          ['mux', mux('VPMX_PORT=11533\n')],
        ] as const) {
          const before = parse(text);
          const dynamic = parse(editIniBytes(before, modeToIni(before, port, 'dynamic', spelling)));
          const after = parse(editIniBytes(dynamic, modeToIni(dynamic, port, mode, spelling)));
          expect(readMode(after, port, spelling)).toMatchObject({
            mode,
            [mode === 'strict' ? 'tlsPort' : 'plainPort']: port === 'server' ? 11_516 : 11_533,
          });
        }
      }
    },
  );

  test('says which modes a vendor page spells', () => {
    expect(PORT_KEYS.server.verified).toEqual(['dynamic']);
    expect(readMode(parse('[Connectivity]\nVPS_TLS_PORT=1516\n'), 'server').remarks).toEqual([
      expect.stringContaining('a probe decides'),
    ]);
  });
});
