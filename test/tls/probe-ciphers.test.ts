// Suites of one version: side by side where the network is slow, in short hellos where long ones are not taken; and what
// the same flights tell beside.
import { describe, expect, test } from 'vitest';
import { FULL_LIMITS, makeConnectionGate, type ConnectionGate } from '../../src/tls/connection-gate.ts';
import { readEphemeralKey } from '../../src/tls/flight-facts.ts';
import { probeCiphers } from '../../src/tls/probe-ciphers.ts';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { readTls13Server } from '../../src/tls/tls13-server.ts';
import { CHAIN, ROOT } from './authority.ts';
import { alert, clearFlight } from './flights.ts';
import { openRawServer, openTlsServer } from './servers.ts';

const V12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
const CIPHERS = 'ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA:@SECLEVEL=0';
const FOUND = [0x2f, 0x35, 0xc02f, 0xc030];

const slowGate = (): ConnectionGate => ({
  ...makeConnectionGate({ parallel: 64, pauseMs: 0, budget: 500 }),
  roundTripMs: () => 20,
});

describe('on a slow network', () => {
  test('disjoint lists find the same suites, in the order of their numbers', async () => {
    await using server = await openTlsServer({ ...V12, ciphers: CIPHERS, honorCipherOrder: true });
    const target = { ...server.target, gate: slowGate() };
    const found = await probeCiphers(target, 'TLSv1.2', { suite: 0xc030, isShort: false });
    expect(found).toMatchObject({ suites: FOUND, isOrdered: false, preference: 'server', isComplete: true });
    expect(found.connections).toBeLessThanOrEqual(FOUND.length + 20);
  });

  test('a list that breaks off in silence is not complete', async () => {
    await using server = await openRawServer((socket, _, turn) =>
      turn < 4 ? socket.end(Uint8Array.from(alert(2, 40))) : undefined,
    );
    const target = { ...server.target, timeoutMs: 150, gate: slowGate() };
    const found = await probeCiphers(target, 'TLSv1.2', { suite: 0xc030, isShort: false });
    expect(found).toMatchObject({ suites: [0xc030], isComplete: false, preference: null });
  });
});

test('on a fast network the connections are at most the accepted suites and twenty', async () => {
  await using server = await openTlsServer({ minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  // A busy machine looks like a slow network, so what is measured is not asked here.
  const gate = { ...makeConnectionGate(FULL_LIMITS), roundTripMs: () => 0 };
  const { ciphers, connections } = await probeEndpoint({ ...server.target, gate });
  const accepted = Object.values(ciphers).reduce((sum, suites) => sum + suites.length, 0);
  expect(accepted).toBeGreaterThan(20);
  expect(connections).toBeLessThanOrEqual(accepted + 20);
});

test('a server that closes on long hellos has its suites found by short ones', async () => {
  await using server = await openRawServer((socket, hello) => {
    const bytes = Buffer.from(hello);
    const isTls12 = bytes[9] === 3 && bytes[10] === 3;
    const offered = bytes.subarray(46, 46 + bytes.readUInt16BE(44));
    const choice = [0xc02f, 0x002f].find((suite) =>
      offered.some((byte, at) => at % 2 === 0 && byte === suite >> 8 && offered[at + 1] === (suite & 0xff)),
    );
    if (hello.length >= 256) socket.end();
    else if (!isTls12 || choice === undefined) socket.end(Uint8Array.from(alert(2, 40)));
    else socket.end(Uint8Array.from(clearFlight({ version: 0x0303, suite: choice })));
  });
  const report = await probeEndpoint(server.target);
  expect(report.protocols).toMatchObject({ 'TLSv1.2': 'accepted', 'TLSv1.1': 'refused' });
  expect(report.ciphers['TLSv1.2']?.map(({ id }) => id)).toEqual(['0x002F', '0xC02F']);
  expect(report.ciphersIncomplete).toEqual([]);
});

test('a server that breaks down over one suite still has the others found', async () => {
  await using server = await openRawServer((socket, hello) => {
    const bytes = Buffer.from(hello);
    const offered = bytes.toString('hex', 46, 46 + bytes.readUInt16BE(44));
    const suites: readonly string[] = offered.match(/..../g) ?? [];
    // 0x0032 is DHE_DSS: chosen first, and then there is no signature for it
    const choice = ['c02f', '0032', '002f'].find((suite) => suites.includes(suite));
    if (bytes[9] !== 3 || bytes[10] !== 3 || choice === undefined) socket.end(Uint8Array.from(alert(2, 40)));
    else if (choice === '0032') socket.end(Uint8Array.from(alert(2, 80)));
    else socket.end(Uint8Array.from(clearFlight({ version: 0x0303, suite: Number.parseInt(choice, 16) })));
  });
  const report = await probeEndpoint(server.target);
  expect(report.ciphers['TLSv1.2']?.map(({ id }) => id)).toEqual(['0x002F', '0xC02F']);
  expect(report).toMatchObject({ ciphersIncomplete: [], ciphersUnordered: ['TLSv1.2'] });
});

test('suites over which a server breaks down are found out with few connections more', async () => {
  // What a JSSE server with a long DSA key does below TLS 1.2: DHE_DSS comes before RSA, and then it cannot sign.
  const taken = ['c009', 'c013', '0032', '0038', '0013', '002f', '0035', '000a', '0005', '0034'];
  const faulty = new Set(['0032', '0038', '0013']);
  await using server = await openRawServer((socket, hello) => {
    const bytes = Buffer.from(hello);
    const offered = new Set(bytes.toString('hex', 46, 46 + bytes.readUInt16BE(44)).match(/..../g));
    const choice = taken.find((suite) => offered.has(suite));
    if (choice === undefined) socket.end(Uint8Array.from(alert(2, 40)));
    else if (faulty.has(choice)) socket.end(Uint8Array.from(alert(2, 80)));
    else socket.end(Uint8Array.from(clearFlight({ version: 0x0301, suite: Number.parseInt(choice, 16) })));
  });
  const gate = { ...makeConnectionGate(FULL_LIMITS), roundTripMs: () => 0 };
  const found = await probeCiphers({ ...server.target, gate }, 'TLSv1', { suite: 0xc009, isShort: false });
  expect(found.suites).toEqual([0x0005, 0x000a, 0x002f, 0x0034, 0x0035, 0xc009, 0xc013]);
  expect(found).toMatchObject({ isComplete: true, isOrdered: false });
  expect(found.connections).toBeLessThanOrEqual(7 + 20);
});

test('a server that breaks down over everything comes to an end', async () => {
  await using server = await openRawServer((socket) => socket.end(Uint8Array.from(alert(2, 80))));
  const found = await probeCiphers(server.target, 'TLSv1', { suite: 0xc009, isShort: false });
  expect(found).toMatchObject({ suites: [0xc009], isComplete: true });
});

test('a server that breaks down over its first choice is asked without it before its version is called refused', async () => {
  await using server = await openRawServer((socket, hello) => {
    const bytes = Buffer.from(hello);
    const offered: readonly string[] = bytes.toString('hex', 46, 46 + bytes.readUInt16BE(44)).match(/..../g) ?? [];
    const choice = ['0032', '0016'].find((suite) => offered.includes(suite));
    if (bytes[9] !== 3 || bytes[10] !== 2 || choice === undefined) socket.end(Uint8Array.from(alert(2, 40)));
    else if (choice === '0032') socket.end(Uint8Array.from(alert(2, 80)));
    else socket.end(Uint8Array.from(clearFlight({ version: 0x0302, suite: Number.parseInt(choice, 16) })));
  });
  const report = await probeEndpoint(server.target);
  expect(report.protocols).toMatchObject({ 'TLSv1.1': 'accepted', 'TLSv1.2': 'refused', TLSv1: 'refused' });
  expect(report.ciphers['TLSv1.1']?.map(({ id }) => id)).toEqual(['0x0016']);
});

describe('what the flights tell beside', () => {
  test('a server of today', async () => {
    await using server = await openTlsServer({ ecdhCurve: 'P-384' });
    expect(await probeEndpoint(server.target)).toMatchObject({
      secureRenegotiation: true,
      extendedMasterSecret: true,
      compression: false,
      ephemeralKeys: { 'TLSv1.2': expect.arrayContaining(['secp384r1']), 'TLSv1.3': ['secp384r1'] },
    });
  });

  test('a server of the old days: no renegotiation sign, compression when offered', async () => {
    await using server = await openRawServer((socket, hello) => {
      const flight = clearFlight({ version: 0x0303, suite: 0x002f });
      const bytes = Buffer.from(hello);
      const isTls12 = bytes[9] === 3 && bytes[10] === 3 && bytes.includes('002f', 46, 'hex');
      // methods stand behind the suites; the ServerHello's method behind 5 + 4 + 2 + 32 + 1 + 2 bytes
      if (bytes[46 + bytes.readUInt16BE(44)] === 2) flight[46] = 1;
      socket.end(Uint8Array.from(isTls12 && bytes.length > 600 ? flight : alert(2, 40)));
    });
    const report = await probeEndpoint(server.target);
    expect(report).toMatchObject({ secureRenegotiation: false, extendedMasterSecret: false, compression: true });
  });

  test('the size of a Diffie-Hellman prime does not count zeros in front', () => {
    expect(readEphemeralKey(Uint8Array.of(0, 4, 0, 0x80, 1, 1, 0, 1, 2), 0x0033)).toBe('DH 24 bits');
    expect(readEphemeralKey(Uint8Array.of(0, 9, 1), 0x0033)).toBeNull();
    expect(readEphemeralKey(Uint8Array.of(3, 0, 23, 1, 4), 0xc02f)).toBe('secp256r1');
    expect(readEphemeralKey(Uint8Array.of(3, 0, 23, 1, 4), 0x002f)).toBeNull();
  });
});

describe('the encrypted flight of TLS 1.3', () => {
  const base64 = (chain: readonly Uint8Array[] = []): string[] =>
    chain.map((der) => Buffer.from(der).toString('base64'));
  const expected = CHAIN.map(({ pem }) => pem.replace(/-----.*-----|\n/g, ''));
  const asking = { requestCert: true, ca: ROOT.certificate.pem, rejectUnauthorized: false };

  test.each([
    ['AES-128', { ciphers: 'TLS_AES_128_GCM_SHA256' }, false],
    ['AES-256 and a request', { ciphers: 'TLS_AES_256_GCM_SHA384', ...asking }, true],
    ['ChaCha20 over P-521', { ciphers: 'TLS_CHACHA20_POLY1305_SHA256', ecdhCurve: 'P-521' }, false],
  ])('is read as served: %s', async (_, options, certificateRequested) => {
    await using server = await openTlsServer({ minVersion: 'TLSv1.3', ...options });
    const found = await readTls13Server(server.target);
    expect(base64(found?.chain)).toEqual(expected);
    expect(found?.certificateRequested).toBe(certificateRequested);
  });

  test('a group of no share of ours cannot be read, and Node finishes the handshake instead', async () => {
    await using server = await openTlsServer({ minVersion: 'TLSv1.3', ecdhCurve: 'X448' });
    expect(await readTls13Server(server.target)).toBeUndefined();
    expect((await probeEndpoint(server.target, { quick: true })).chain).toEqual(CHAIN);
  });
});
