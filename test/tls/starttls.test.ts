// TLS behind something else: XMPP with <proceed/>, and the plaintext VP handshake on Sametime ports.
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { readVpAnswer } from '../../src/tls/probe-vp.ts';
import { makeXmppPrelude, readOffer } from '../../src/tls/xmpp-prelude.ts';
import { CHAIN, LEAF } from './authority.ts';
import { openRawServer, type RunningServer } from './servers.ts';

const context = createSecureContext({
  key: LEAF.key.export({ type: 'pkcs8', format: 'pem' }),
  cert: CHAIN.map(({ pem }) => pem).join(''),
  minVersion: 'TLSv1.2',
});
const startTls = (socket: Socket): void => {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
  secure.on('error', () => socket.destroy());
};

const features = (inside: string): string =>
  `<?xml version="1.0"?><stream:stream xmlns:stream="http://etherx.jabber.org/streams" from='acme.example' id="1>2">` +
  `<stream:features>${inside}</stream:features>`;
const STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const REQUIRED = '<tls:starttls xmlns:tls="urn:ietf:params:xml:ns:xmpp-tls"><tls:required/></tls:starttls>';
const PROCEED = '<proceed xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>';

type XmppServer = { readonly server: RunningServer; readonly headers: readonly string[] };
async function openXmpp(inside: string, answer: string = PROCEED): Promise<XmppServer> {
  const headers: string[] = [];
  const server = await openRawServer((socket, hello) => {
    headers.push(Buffer.from(hello).toString());
    // Cut in two, as a network may.
    const text = features(inside);
    socket.write(text.slice(0, 70), () => setImmediate(() => socket.write(text.slice(70))));
    socket.once('data', () => {
      if (answer === PROCEED) startTls(socket);
      socket.write(answer);
    });
  });
  return { server, headers };
}

describe('XMPP', () => {
  test.each([
    ['optional', STARTTLS, 'accepted', 'dynamic'],
    ['required', `<mechanisms/>${REQUIRED}`, 'refused', 'strict'],
  ] as const)('a server whose starttls is %s', async (_, inside, cleartext, mode) => {
    const { server, headers } = await openXmpp(inside);
    await using _closing = server;
    const report = await probeEndpoint(server.target, { starttls: 'xmpp-client', domain: 'acme.example' });
    expect(report).toMatchObject({ starttls: 'xmpp-client', reachable: true, cleartext, mode, chain: CHAIN });
    expect(report.protocols).toMatchObject({ TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted' });
    expect(report.ciphers['TLSv1.2']?.length).toBeGreaterThan(3);
    expect(new Set(headers).size).toBe(1);
    expect(headers[0]).toMatch(/xmlns='jabber:client'.* to='acme\.example' version/);
  });

  test('server to server says who calls, and quick keeps to ten connections', async () => {
    const { server, headers } = await openXmpp(STARTTLS);
    await using _closing = server;
    const report = await probeEndpoint(server.target, { starttls: 'xmpp-server', domain: 'a&b', quick: true });
    expect(report.protocols['TLSv1.3']).toBe('accepted');
    expect(report.connections).toBeLessThanOrEqual(10);
    expect(headers[0]).toMatch(/xmlns='jabber:server'.* to='a&#38;b' from='probe\.invalid'/);
  });

  test('features without starttls are a port without TLS, and no version is called refused', async () => {
    const { server } = await openXmpp('<mechanisms/>');
    await using _closing = server;
    const report = await probeEndpoint(server.target, { starttls: 'xmpp-client' });
    expect(report).toMatchObject({ cleartext: 'accepted', mode: 'legacy' });
    expect(new Set(Object.values(report.protocols))).toEqual(new Set(['inconclusive']));
  });

  test.each([
    ['a failure', "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"],
    ['bytes behind the go-ahead', `${PROCEED}x`],
    ['a stream error', '<stream:error/>'],
  ])('%s instead of a go-ahead proves nothing', async (_, answer) => {
    const { server } = await openXmpp(STARTTLS, answer);
    await using _closing = server;
    const report = await probeEndpoint(server.target, { starttls: 'xmpp-client', quick: true });
    expect(new Set(Object.values(report.protocols))).toEqual(new Set(['inconclusive']));
    expect(report.mode).toBe('inconclusive');
  });

  test.each(['HTTP/1.1 400 Bad Request\r\n', '<a', '<'.repeat(20_000), ''])(
    '%# an answer that is no stream ends',
    async (text) => {
      await using server = await openRawServer((socket) => socket.end(text));
      const report = await probeEndpoint(server.target, { starttls: 'xmpp-client', quick: true });
      expect(report).toMatchObject({ cleartext: 'not-applicable', mode: 'inconclusive' });
    },
  );

  test('starttls counts only in its namespace and inside the features', () => {
    expect(readOffer(features('<starttls xmlns="urn:other"/>'))).toBe('absent');
    expect(readOffer(`${STARTTLS}<stream:features/>`)).toBe('absent');
    expect(readOffer(features(STARTTLS).slice(0, -3))).toBeUndefined();
    const prelude = makeXmppPrelude('xmpp-client', 'a', () => undefined);
    expect(prelude.read('<proceed xmlns="urn:other"/>', 1)).toEqual({ kind: 'waiting' });
    expect(prelude.read('<proceed xmlns="urn:ietf:params:xml:ns:xmpp-tls">', 1)).toEqual({ kind: 'waiting' });
  });
});

const ACK = Buffer.from('0000001a8000000000000000001e001d7f0000010000000000000002abcd', 'hex');

type Vp = { readonly takesVp: boolean; readonly takesTls: boolean };
const openVp = ({ takesVp, takesTls }: Vp): Promise<RunningServer> =>
  openRawServer((socket, hello) => {
    if (hello[0] === 0 && takesVp) socket.write(Buffer.concat([Buffer.of(0x80, 0x80), ACK]));
    else if (hello[0] === 0x16 && takesTls) {
      socket.pause();
      socket.unshift(hello);
      startTls(socket);
    } else socket.end();
  });

describe('Sametime', () => {
  test.each([
    ['legacy', 'accepted', { takesVp: true, takesTls: false }],
    ['dynamic', 'accepted', { takesVp: true, takesTls: true }],
    ['strict', 'refused', { takesVp: false, takesTls: true }],
    ['inconclusive', 'refused', { takesVp: false, takesTls: false }],
  ] as const)('a port in mode %s: its plaintext handshake is %s', async (mode, cleartext, takes) => {
    await using server = await openVp(takes);
    const report = await probeEndpoint(server.target, { starttls: 'sametime', quick: true });
    expect(report).toMatchObject({ starttls: 'sametime', reachable: true, cleartext, mode });
    expect(report.connections).toBeLessThanOrEqual(10);
  });

  test('silence in the clear is never called strict', async () => {
    await using server = await openRawServer((socket, hello) => {
      if (hello[0] !== 0x16) return;
      socket.pause();
      socket.unshift(hello);
      startTls(socket);
    });
    const target = { ...server.target, timeoutMs: 300 };
    expect(await probeEndpoint(target, { starttls: 'sametime' })).toMatchObject({
      cleartext: 'inconclusive',
      mode: 'inconclusive',
    });
  });

  test('answers to the handshake', () => {
    const read = (hex: string) => readVpAnswer(Buffer.from(hex, 'hex'))?.verdict;
    expect(readVpAnswer(ACK)?.verdict).toBe('accepted');
    expect(read(`00000000${ACK.toString('hex')}`)).toBe('accepted');
    expect(read('15030100020228')).toBe('refused');
    expect(read('000000080003000000000000')).toBe('inconclusive');
    expect(read('48545450')).toBe('inconclusive');
    for (let length = 0; length < ACK.length; length += 1)
      expect(readVpAnswer(ACK.subarray(0, length))).toBeUndefined();
  });
});
