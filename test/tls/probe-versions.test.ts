// Verdicts for all versions of one port: refusals are asked for twice, and nothing mixed counts as a proof.
import { describe, expect, test } from 'vitest';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { CHAIN } from './authority.ts';
import { alert, clearFlight } from './flights.ts';
import { closedPort, openRawServer, openTlsServer } from './servers.ts';

const fingerprint = (der: Uint8Array | undefined): string => Buffer.from(der ?? []).toString('base64');
const LEAF_DER = CHAIN[0]?.pem.replace(/-----.*-----|\n/g, '');

/** version that the hello offers, as a number */
const offered = (hello: Uint8Array): number => (hello[0] === 22 ? (hello[9] ?? 0) * 256 + (hello[10] ?? 0) : 2);
const ACCEPT_12 = Uint8Array.from(clearFlight({ version: 0x0303, suite: 0xc02f }));
const REFUSE = Uint8Array.from(alert(2, 70));

describe('real servers', () => {
  test.each([
    ['TLSv1', 'TLSv1', ['TLSv1']],
    ['TLSv1', 'TLSv1.2', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['TLSv1.2', 'TLSv1.2', ['TLSv1.2']],
    ['TLSv1.2', 'TLSv1.3', ['TLSv1.2', 'TLSv1.3']],
    ['TLSv1.3', 'TLSv1.3', ['TLSv1.3']],
  ] as const)(
    'from %s to %s exactly these versions are accepted and all others refused',
    async (minVersion, maxVersion, expected) => {
      await using server = await openTlsServer({ minVersion, maxVersion });
      const report = await probeVersions(server.target);
      const accepted = Object.entries(report.protocols).filter(([, verdict]) => verdict === 'accepted');
      expect(accepted.map(([version]) => version)).toEqual(expected);
      expect(Object.values(report.protocols)).not.toContain('inconclusive');
      expect(report.chain).toHaveLength(3);
      expect(fingerprint(report.chain[0])).toBe(LEAF_DER);
    },
  );

  test('only the versions that are asked for cost a connection', async () => {
    await using server = await openTlsServer({ minVersion: 'TLSv1.2' });
    const report = await probeVersions(server.target, ['TLSv1.2', 'TLSv1']);
    expect(report.protocols).toMatchObject({ TLSv1: 'refused', 'TLSv1.2': 'accepted', SSLv3: 'inconclusive' });
    expect(report.outcomes.TLSv1).toHaveLength(2);
    expect(report.outcomes['TLSv1.2']).toHaveLength(1);
    expect(report.outcomes.SSLv3).toEqual([]);
    expect(report.connections).toBe(3);
  });
});

describe('servers that do not answer alike', () => {
  test('a port that nobody listens on proves nothing for any version', async () => {
    const { protocols, chain } = await probeVersions(await closedPort());
    expect(new Set(Object.values(protocols))).toEqual(new Set(['inconclusive']));
    expect(chain).toEqual([]);
  });

  test('a refusal that is not repeated proves nothing', async () => {
    await using server = await openRawServer((socket, _, turn) => socket.end(turn === 1 ? REFUSE : ACCEPT_12));
    const report = await probeVersions(server.target, ['TLSv1.2']);
    expect(report.outcomes['TLSv1.2'].map(({ kind }) => kind)).toEqual(['refused', 'accepted']);
    expect(report.protocols['TLSv1.2']).toBe('inconclusive');
  });

  test('a refusal followed by silence proves nothing', async () => {
    await using server = await openRawServer((socket, _, turn) => (turn === 1 ? socket.end(REFUSE) : undefined));
    const { protocols } = await probeVersions({ ...server.target, timeoutMs: 200 }, ['TLSv1']);
    expect(protocols.TLSv1).toBe('inconclusive');
  });

  test('a server that closes on long hellos is found by the short one', async () => {
    await using server = await openRawServer((socket, hello) => {
      const answer = offered(hello) === 0x0303 ? ACCEPT_12 : REFUSE;
      socket.end(hello.length < 256 ? answer : new Uint8Array(0));
    });
    const { protocols } = await probeVersions(server.target, ['TLSv1', 'TLSv1.2']);
    expect(protocols).toMatchObject({ 'TLSv1.2': 'accepted', TLSv1: 'refused' });
  });

  test('a server that answers every hello with TLS 1.0 accepts TLS 1.0 only', async () => {
    const flight = Uint8Array.from(clearFlight({ version: 0x0301, suite: 0x002f }));
    await using server = await openRawServer((socket) => socket.end(flight));
    const { protocols } = await probeVersions(server.target, ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
    expect(protocols).toMatchObject({
      TLSv1: 'accepted',
      'TLSv1.1': 'refused',
      'TLSv1.2': 'refused',
      'TLSv1.3': 'refused',
    });
  });
});
