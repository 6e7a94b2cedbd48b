// What the predictor says against what a server of the lab takes from the same files. The lab reads sametime.ini and applies
// levels with code of its own.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { readMemberSettings } from '../../../src/lab/community/member-settings.ts';
import { parseIni } from '../../../src/products/sametime/ini.ts';
import { predictCommunity } from '../../../src/products/sametime/predict.ts';
import { expectServerRewrite, judgeRewrite } from '../../../src/products/sametime/server-rewrite.ts';
import { readSettings } from '../../../src/products/sametime/settings.ts';
import { suiteByName } from '../../../src/tls/cipher-suites.ts';
import { openCertificateFile } from '../../../src/tls/open-certificate-file.ts';

const STORES = ['rsa-1024-sha1', 'rsa-2048', 'rsa-2048-sha1', 'ec-256', 'ec-384', 'ec-521'];
const RANGES = [
  ['0x301', '0x303'],
  ['0x302', '0x302'],
  ['0x303', '0x303'],
  ['0x303', '0x302'],
];
const SUITES = [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
];
const PORTS = { server: 1516, client: 1533 };
const folder = mkdtempSync(join(tmpdir(), 'strictstep-predict-'));
afterAll(() => rmSync(folder, { recursive: true }));

for (const name of STORES) {
  const text = readFileSync(new URL(`fixtures/${name}.p12.b64`, import.meta.url), 'utf8');
  writeFileSync(join(folder, `${name}.p12`), Buffer.from(text, 'base64'));
}
const contents = Object.fromEntries(
  STORES.map((name) => {
    const file = join(folder, `${name}.p12`);
    return [name, openCertificateFile(readFileSync(file), new Secret('changeit', 'fixture'), { file })];
  }),
);

const linesFor = (store: string, level: number, fips: number, [low = '', high = '']: readonly string[]) => [
  '[Connectivity]',
  'VPS_PORT=1516',
  'VPS_TLS_PORT=1516',
  '[Config]',
  `ST_TLS_KEY_STORE_FILE=${store}.p12`,
  'ST_TLS_KEY_STORE_PASSWORD=changeit',
  `ST_TLS_SECURITY_LEVEL=${level}`,
  `ST_TLS_FIPS_COMPLIANCE=${fips}`,
  `STSRV_TLS_MIN_PROTOCOL_VERSION=${low}`,
  `ST_TLS_MAX_PROTOCOL_VERSION=${high}`,
  `ST_TLS_CIPHER_SUITES=${SUITES.join(',')}`,
];

describe.each(STORES)('%s', (store) => {
  test.each([0, 1, 2, 3, 4])('at level %i: key, versions and suites are those of the lab', (level) => {
    for (const fips of [0, 1]) {
      for (const range of RANGES) {
        const file = join(folder, 'sametime.ini');
        writeFileSync(file, linesFor(store, level, fips, range).join('\n'));
        const lab = readMemberSettings(file, PORTS, () => undefined).scopes.STSRV_;
        const ini = parseIni(readFileSync(file), { host: 'st1', path: file });
        const keys = (contents[store]?.entries ?? []).flatMap(({ alias, chain: [certificate, ...issuers] }) =>
          certificate === undefined ? [] : [{ alias: alias ?? '', certificate, issuers }],
        );
        const foreseen = predictCommunity({
          settings: readSettings(ini).effective.STSRV_,
          keys,
          trust: [],
          needs: { key: true, trust: false },
        });
        const where = `level ${level}, FIPS ${fips}, ${range.join(' to ')}`;
        expect(keys).toHaveLength(1);
        expect(foreseen.keys.kept.length === 1, where).toBe(lab.key !== undefined);
        const { kept: versions } = foreseen.versions;
        const range12 = versions.length === 0 ? undefined : { minVersion: versions[0], maxVersion: versions.at(-1) };
        expect(range12, where).toEqual(lab.versions);
        if (lab.key === undefined || !versions.includes('TLSv1.2')) continue;
        // The lab leaves the choice by the kind of key to the handshake.
        const offered = (lab.ciphers ?? '').split(':').flatMap((name) => suiteByName(name)?.iana ?? []);
        const usable = offered.filter((name) => name.includes('ECDSA') === store.startsWith('ec'));
        expect(foreseen.suites.kept, where).toEqual(usable);
      }
    }
  });
});

test('the lab rewrites sametime.ini at its first start exactly as foreseen', () => {
  const own = join(folder, 'stash');
  mkdirSync(own);
  const file = join(own, 'sametime.ini');
  const lines = linesFor('rsa-2048', 2, 0, ['0x303', '0x303']);
  const text = ['; top', ...lines, 'ST_TLS_KEY_STORE_PASSWORD_STASH_FILE=key.sth', '', '[Debug]', 'A=1', ''].join(
    '\r\n',
  );
  writeFileSync(file, text);
  const before = parseIni(readFileSync(file), { host: 'st1', path: file });
  readMemberSettings(file, PORTS, () => undefined);
  const after = parseIni(readFileSync(file), { host: 'st1', path: file });
  expect(Buffer.from(after.bytes).equals(expectServerRewrite(before))).toBe(true);
  expect(judgeRewrite(before, after)).toEqual({ kind: 'expected' });
});
