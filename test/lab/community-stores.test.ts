// What a community server of the lab does with its stores at a start: stash, security levels, and nothing else to its file.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommunityLab } from '../../src/lab/community/index.ts';
import { dataFolder, memberNamed } from '../../src/lab/community/site.ts';
import { parseIni } from '../../src/products/sametime/ini.ts';
import { predictCommunity } from '../../src/products/sametime/predict.ts';
import { readSettings } from '../../src/products/sametime/settings.ts';
import {
  answersOf,
  giveStores,
  iniBytes,
  logOf,
  openTestCommunity,
  readIni,
  restart,
  setIni,
  setMode,
  storesOf,
  suitesOf,
} from '../helpers/community-lab.ts';

test('at its first start a server stashes its passwords and changes nothing else in the file', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'st1');
  for (const store of ['KEY', 'TRUST'])
    setIni(lab, 'st1', 'Config', `ST_TLS_${store}_STORE_PASSWORD_STASH_FILE`, `${store.toLowerCase()}.sth`);
  // The same name in another section is no setting of TLS.
  const file = 'hosts/st1/local/notesdata/sametime.ini';
  const other = '[Debug]\r\nST_TLS_KEY_STORE_PASSWORD=other';
  await lab.fault({ kind: 'edit-file', path: file, find: '[Debug]', replace: other });
  setMode(lab, 'st1', 'server', 'strict');
  const before = readIni(lab, 'st1');
  await restart(lab, 'st1');
  const after = readIni(lab, 'st1');
  expect(after).toBe(before.replaceAll(/ST_TLS_(KEY|TRUST)_STORE_PASSWORD=secret-of-stores\r\n/g, ''));
  expect(after).not.toContain('secret-of-stores');
  expect(
    readFileSync(path.join(dataFolder(lab.site, memberNamed(lab.site, 'st1')), 'key.sth'), 'latin1'),
  ).not.toContain('secret');
  await restart(lab, 'st1');
  expect(readIni(lab, 'st1')).toBe(after);
  expect(await answersOf(lab, 'st1', 'server')).toEqual({ vp: 'refused', tls: ['TLSv1.2'] });
});

test('a stash of an earlier password is used instead of the new one, and the store stays shut', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'st1');
  setIni(lab, 'st1', 'Config', 'ST_TLS_KEY_STORE_PASSWORD_STASH_FILE', 'key.sth');
  setMode(lab, 'st1', 'server', 'dynamic');
  await restart(lab, 'st1');
  giveStores(lab, 'st1', 'another-password');
  await restart(lab, 'st1');
  expect(await answersOf(lab, 'st1', 'server')).toEqual({ vp: 'accepted', tls: [] });
  expect(logOf(lab, 'st1')).toContain('key store key.p12 cannot be used');
});

test('a security level that drops the certificate leaves the file as it is and the port without TLS', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'st1');
  setMode(lab, 'st1', 'server', 'dynamic');
  setIni(lab, 'st1', 'Config', 'ST_TLS_SECURITY_LEVEL', '3');
  const before = readIni(lab, 'st1');
  await restart(lab, 'st1');
  expect(readIni(lab, 'st1')).toBe(before);
  expect(await answersOf(lab, 'st1', 'server')).toEqual({ vp: 'accepted', tls: [] });
  expect(logOf(lab, 'st1')).toContain('discarded by security level 3');
  setIni(lab, 'st1', 'Config', 'ST_TLS_SECURITY_LEVEL', '2');
  await restart(lab, 'st1');
  expect(await answersOf(lab, 'st1', 'server')).toEqual({ vp: 'accepted', tls: ['TLSv1.2'] });
});

const SUITES = [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];

type Hardened = { readonly level: string; readonly versions: number };
const ROUNDS: readonly (readonly Hardened[])[] = [
  [
    { level: '0', versions: 3 },
    { level: '1', versions: 3 },
    { level: '2', versions: 1 },
    { level: '3', versions: 0 },
  ],
  [
    { level: '4', versions: 0 },
    { level: 'FIPS', versions: 3 },
  ],
];

// The two were written apart from each other: see src/lab/community/security-level.ts.
test('at every security level, and with FIPS, lab servers offer what the predictor says', async () => {
  await using lab = await openTestCommunity();
  for (const round of ROUNDS) {
    for (const [at, { level, versions }] of round.entries()) {
      const name = `st${at + 1}`;
      const foreseen = harden(lab, name, level);
      await restart(lab, name);
      const { tls } = await answersOf(lab, name, 'server');
      expect([level, tls, tls.length]).toEqual([level, foreseen.versions, versions]);
      expect([level, (await suitesOf(lab, name)).toSorted()]).toEqual([level, foreseen.suites.toSorted()]);
    }
  }
});

function harden(lab: CommunityLab, name: string, level: string) {
  giveStores(lab, name);
  setMode(lab, name, 'server', 'strict');
  setIni(lab, name, 'Config', 'ST_TLS_SECURITY_LEVEL', level === 'FIPS' ? '0' : level);
  setIni(lab, name, 'Config', 'ST_TLS_FIPS_COMPLIANCE', level === 'FIPS' ? '1' : '0');
  setIni(lab, name, 'Config', 'ST_TLS_MIN_PROTOCOL_VERSION', '0x301');
  setIni(lab, name, 'Config', 'ST_TLS_CIPHER_SUITES', SUITES.join(','));
  const ini = parseIni(iniBytes(lab, name), { host: name, path: 'sametime.ini' });
  const { keys = [], trust = [] } = storesOf(lab);
  const { versions, suites, refusals } = predictCommunity({
    settings: readSettings(ini).effective.STSRV_,
    keys: keys.flatMap(({ alias, chain: [certificate, ...issuers] }) =>
      certificate === undefined ? [] : [{ alias, certificate, issuers }],
    ),
    trust,
    needs: { key: true, trust: false },
  });
  return refusals.length === 0 ? { versions: versions.kept, suites: suites.kept } : { versions: [], suites: [] };
}
