// The report of `probe --json`.
import { describe, expect, test } from 'vitest';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { CHAIN, ISSUING, LEAF, ROOT } from './authority.ts';
import { alert, certificateMessage, clearFlight, handshake, HELLO_DONE, record, serverHello } from './flights.ts';
import { closedPort, openRawServer, openTlsServer } from './servers.ts';

test('the report has exactly the fields of the contract, and the versions in their order', async () => {
  await using server = await openTlsServer({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  const report = await probeEndpoint(server.target);
  const fields =
    'schema host port starttls reachable cleartext mode protocols ciphers ciphersIncomplete ciphersUnordered preference ' +
    'secureRenegotiation extendedMasterSecret compression ephemeralKeys ' +
    'clientCertificate chain chainComplete connections durationMs policy';
  expect(Object.keys(report)).toEqual(fields.split(' '));
  expect(report).toMatchObject({ schema: 1, host: '127.0.0.1', port: server.target.port, starttls: 'none' });
  expect(report).toMatchObject({ reachable: true, cleartext: 'not-applicable', mode: 'tls', policy: null });
  expect(Object.keys(report.protocols)).toEqual(['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
  expect(report.chain).toEqual(CHAIN);
  expect(report.chainComplete).toBe(true);
  expect(report.ciphersIncomplete).toEqual([]);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

describe('ciphers', () => {
  const ciphers = 'ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0';
  const limits = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;

  test('all accepted suites are found in the order of a server that decides itself', async () => {
    await using server = await openTlsServer({ ...limits, ciphers, honorCipherOrder: true });
    const report = await probeEndpoint(server.target);
    expect(report.ciphers['TLSv1.2']).toEqual([
      {
        id: '0xC030',
        iana: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        openssl: 'ECDHE-RSA-AES256-GCM-SHA384',
        jsse: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        bits: 256,
        forwardSecrecy: true,
      },
      {
        id: '0x002F',
        iana: 'TLS_RSA_WITH_AES_128_CBC_SHA',
        openssl: 'AES128-SHA',
        jsse: 'TLS_RSA_WITH_AES_128_CBC_SHA',
        bits: 128,
        forwardSecrecy: false,
      },
      expect.objectContaining({ id: '0xC02F' }),
    ]);
    expect(report.preference).toEqual({ 'TLSv1.2': 'server' });
  });

  test('a server that leaves the choice to the client is told apart', async () => {
    await using server = await openTlsServer({ ...limits, ciphers, honorCipherOrder: false });
    const report = await probeEndpoint(server.target);
    expect(report.ciphers['TLSv1.2']).toHaveLength(3);
    expect(report.preference).toEqual({ 'TLSv1.2': 'client' });
  });

  test('a single suite shows no preference', async () => {
    await using server = await openTlsServer({ ...limits, ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' });
    const report = await probeEndpoint(server.target);
    expect(report.ciphers['TLSv1.2']).toHaveLength(1);
    expect(report.preference).toEqual({});
  });

  test('TLS 1.3 has a list of its own', async () => {
    await using server = await openTlsServer({ minVersion: 'TLSv1.3' });
    const { ciphers: found, protocols } = await probeEndpoint(server.target);
    expect(Object.keys(found)).toEqual(['TLSv1.3']);
    expect(found['TLSv1.3']?.map(({ id }) => id).toSorted()).toEqual(['0x1301', '0x1302', '0x1303']);
    expect(protocols['TLSv1.2']).toBe('refused');
  });

  test('quick asks for versions and chain only', async () => {
    await using server = await openTlsServer(limits);
    const report = await probeEndpoint(server.target, { quick: true });
    expect(report.protocols).toMatchObject({ 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted' });
    expect(report).toMatchObject({ ciphers: {}, preference: {}, chainComplete: true });
    expect(report.connections).toBe(10);
  });

  test('a list that breaks off in silence is marked as incomplete', async () => {
    const flight = Uint8Array.from(clearFlight({ version: 0x0303, suite: 0xc02f }));
    await using server = await openRawServer((socket, hello) => {
      const [isTls12, isWhole] = [hello[9] === 3 && hello[10] === 3, Buffer.from(hello).includes('c02f', 46, 'hex')];
      if (!isTls12 || hello.length < 300) socket.end(Uint8Array.from(alert(2, 70)));
      else if (isWhole) socket.end(flight);
    });
    const report = await probeEndpoint({ ...server.target, timeoutMs: 200 });
    expect(report.ciphers['TLSv1.2']?.map(({ id }) => id)).toEqual(['0xC02F']);
    expect(report.ciphersIncomplete).toEqual(['TLSv1.2']);
  });
});

describe('client certificates', () => {
  const asking = { requestCert: true, ca: ROOT.certificate.pem } as const;
  const v12 = { maxVersion: 'TLSv1.2' } as const;
  const v13 = { minVersion: 'TLSv1.3' } as const;
  test.each([
    ['none', 'does not ask', v12],
    ['want', 'asks and goes on without', { ...v12, ...asking, rejectUnauthorized: false }],
    ['need', 'insists', { ...v12, ...asking, rejectUnauthorized: true }],
    [
      'need',
      'insists under TLS 1.0',
      { ...asking, minVersion: 'TLSv1', maxVersion: 'TLSv1', rejectUnauthorized: true },
    ],
    ['need', 'insists under TLS 1.3', { ...v13, ...asking, rejectUnauthorized: true }],
    ['want', 'asks and goes on without under TLS 1.3', { ...v13, ...asking, rejectUnauthorized: false }],
    ['none', 'does not ask under TLS 1.3', v13],
  ] as const)('%s: a server that %s', async (expected, _, options) => {
    await using server = await openTlsServer(options);
    const { clientCertificate, connections } = await probeEndpoint(server.target, { quick: true });
    expect(clientCertificate).toBe(expected);
    expect(connections).toBeLessThanOrEqual(10);
  });
});

describe('client certificates where nobody can say', () => {
  const v13 = { minVersion: 'TLSv1.3', ecdhCurve: 'X448', ca: ROOT.certificate.pem } as const;
  test.each([
    ['inconclusive', 'asks and goes on without', { ...v13, requestCert: true, rejectUnauthorized: false }],
    ['inconclusive', 'does not ask', v13],
    ['need', 'insists', { ...v13, requestCert: true, rejectUnauthorized: true }],
  ] as const)(
    '%s: a server of TLS 1.3 alone, in a group that is not read here, that %s',
    async (expected, _, options) => {
      await using server = await openTlsServer(options);
      expect((await probeEndpoint(server.target)).clientCertificate).toBe(expected);
    },
  );

  test('a closed port is not said to ask for none', async () => {
    expect((await probeEndpoint(await closedPort())).clientCertificate).toBe('inconclusive');
  });

  const answering = (version: number, suite: number, messages: readonly number[]) =>
    openRawServer((socket, hello) => {
      const isOffered = hello[9] === 3 && hello[10] === (version & 0xff);
      const flight = [...record(22, serverHello({ version, suite })), ...messages, ...record(22, HELLO_DONE)];
      socket.end(Uint8Array.from(isOffered ? flight : alert(2, 40)));
    });
  const certificate = record(22, certificateMessage([[0x30, 0]]));
  const request = record(22, handshake(13, [1, 1, 0, 0]));

  test.each([
    ['asks under SSLv3, which Node does not have', 0x0300, 0x002f, [...certificate, ...request]],
    ['asks with RC4, which Node does not have, and hangs up', 0x0302, 0x0005, [...certificate, ...request]],
    ['chose an anonymous suite, with which nobody may ask', 0x0303, 0x0034, []],
  ])('a server that %s', async (_, version, suite, messages) => {
    await using server = await answering(version, suite, messages);
    expect((await probeEndpoint(server.target, { quick: true })).clientCertificate).toBe('inconclusive');
  });

  test('a server that shows a certificate of its own and does not ask', async () => {
    await using server = await answering(0x0303, 0x002f, certificate);
    expect((await probeEndpoint(server.target, { quick: true })).clientCertificate).toBe('none');
  });
});

const isCompleteWhenServed = async (...certificates: readonly { readonly pem: string }[]): Promise<boolean> => {
  await using server = await openTlsServer({ cert: certificates.map(({ pem }) => pem).join('') });
  return (await probeEndpoint(server.target, { quick: true })).chainComplete;
};

describe('chains', () => {
  test('a root may be left out, an authority between may not', async () => {
    expect(await isCompleteWhenServed(LEAF.certificate, ISSUING.certificate)).toBe(true);
    expect(await isCompleteWhenServed(LEAF.certificate)).toBe(false);
    expect(await isCompleteWhenServed(LEAF.certificate, ROOT.certificate)).toBe(false);
  });

  test('bytes that are no certificate are shown as far as they can be read', async () => {
    const flight = Uint8Array.from(clearFlight({ version: 0x0303, suite: 0xc02f }, [[0x30, 3, 1, 2, 3]]));
    await using server = await openRawServer((socket) => socket.end(flight));
    const report = await probeEndpoint(server.target, { quick: true });
    expect(report).toMatchObject({ chain: [], chainComplete: false });
  });
});

test('a closed port gives a whole report in which nothing is claimed', async () => {
  const report = await probeEndpoint(await closedPort());
  expect(report).toMatchObject({
    reachable: false,
    mode: 'inconclusive',
    ciphers: {},
    chain: [],
    chainComplete: false,
  });
  expect(new Set(Object.values(report.protocols))).toEqual(new Set(['inconclusive']));
});

test('a port that takes the connection and says nothing is reachable and inconclusive', async () => {
  await using server = await openRawServer(() => undefined);
  const report = await probeEndpoint({ ...server.target, timeoutMs: 150 });
  expect(report).toMatchObject({ reachable: true, mode: 'inconclusive' });
});

test('a port that refuses every hello is reachable and not called TLS', async () => {
  await using server = await openRawServer((socket) => socket.end());
  const report = await probeEndpoint(server.target);
  expect(report).toMatchObject({ reachable: true, mode: 'inconclusive' });
  expect(report.protocols['TLSv1.2']).toBe('refused');
});
