// One question to a real socket: what counts as accepted, refused and inconclusive.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suitesFor } from '../../src/tls/cipher-suites.ts';
import { sendHello } from '../../src/tls/send-hello.ts';
import type { HelloTarget } from '../../src/tls/send-hello.ts';
import type { HelloOutcome, ProtocolVersion } from '../../src/tls/types.ts';
import { CHAIN } from './authority.ts';
import { alert, clearFlight, record, serverHello } from './flights.ts';
import { closedPort, openRawServer, openTlsServer } from './servers.ts';

const ask = (target: HelloTarget, version: ProtocolVersion = 'TLSv1.2'): Promise<HelloOutcome> =>
  sendHello(target, { version, suites: suitesFor(version) });

const GOOD = Uint8Array.from(clearFlight({ version: 0x0303, suite: 0xc02f }));

describe('against a real TLS server', () => {
  test.each(['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const)(
    '%s is accepted with the chain from the clear flight',
    async (version) => {
      await using server = await openTlsServer({ minVersion: version, maxVersion: version });
      const outcome = await ask(server.target, version);
      expect(outcome).toMatchObject({ kind: 'accepted', version });
      const chain = outcome.kind === 'accepted' ? outcome.chain : [];
      const pems = chain.map((der) => Buffer.from(der).toString('base64'));
      expect(pems).toEqual(CHAIN.map(({ pem }) => pem.replace(/-----.*-----|\n/g, '')));
    },
  );

  test('TLSv1.3 is accepted on its HelloRetryRequest', async () => {
    await using server = await openTlsServer({ minVersion: 'TLSv1.3' });
    expect(await ask(server.target, 'TLSv1.3')).toMatchObject({ kind: 'accepted', version: 'TLSv1.3', chain: [] });
  });

  test('a hello above what the server can do is never an acceptance of the lower version', async () => {
    await using server = await openTlsServer({ minVersion: 'TLSv1', maxVersion: 'TLSv1' });
    expect(await ask(server.target, 'TLSv1.2')).toMatchObject({ kind: 'refused', how: 'lower-version' });
    expect(await ask(server.target, 'TLSv1.3')).toMatchObject({ kind: 'refused' });
    expect(await ask(server.target, 'TLSv1')).toMatchObject({ kind: 'accepted' });
  });

  test.each(['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1'] as const)('%s is refused by a server of today', async (version) => {
    await using server = await openTlsServer({ minVersion: 'TLSv1.2' });
    expect(await ask(server.target, version)).toMatchObject({ kind: 'refused' });
  });

  test('only the suites that were given are offered', async () => {
    await using server = await openTlsServer({ maxVersion: 'TLSv1.2' });
    const suites = [0x009c, 0xc02f];
    expect(await sendHello(server.target, { version: 'TLSv1.2', suites: suites.slice(0, 1) })).toMatchObject({
      suite: 0x009c,
    });
    expect(await sendHello(server.target, { version: 'TLSv1.2', suites: [0x0005] })).toMatchObject({
      kind: 'refused',
      how: 'alert',
      detail: 'handshake_failure',
    });
  });

  test('the server name arrives, an address is left out', async () => {
    const seen: string[] = [];
    const SNICallback = (name: string, done: (error: null) => void): void => {
      seen.push(name);
      done(null);
    };
    await using server = await openTlsServer({ SNICallback });
    await ask({ ...server.target, serverName: 'chat.acme.example' });
    await ask({ ...server.target, serverName: '127.0.0.1' });
    await ask(server.target);
    expect(seen).toEqual(['chat.acme.example']);
  });
});

describe('against a server that answers oddly', () => {
  test('a close after the hello is a refusal', async () => {
    await using server = await openRawServer((socket) => socket.end());
    expect(await ask(server.target)).toMatchObject({ kind: 'refused', how: 'closed' });
  });

  test('a reset after the hello is a refusal', async () => {
    await using server = await openRawServer((socket) => socket.resetAndDestroy());
    expect(await ask(server.target)).toMatchObject({ kind: 'refused', how: 'reset' });
  });

  test('an alert is a refusal that names it', async () => {
    await using server = await openRawServer((socket) => socket.end(Uint8Array.from(alert(2, 70))));
    expect(await ask(server.target)).toEqual({ kind: 'refused', how: 'alert', detail: 'protocol_version' });
  });

  test('silence is inconclusive, never a refusal', async () => {
    await using server = await openRawServer(() => undefined);
    const outcome = await ask({ ...server.target, timeoutMs: 150 });
    expect(outcome).toMatchObject({ kind: 'inconclusive', why: 'timeout' });
  });

  test('a port that nobody listens on is inconclusive', async () => {
    expect(await ask(await closedPort())).toMatchObject({ kind: 'inconclusive', why: 'connection-refused' });
  });

  test('an address that cannot be reached is inconclusive', async () => {
    // The kernel refuses a TCP connection to the broadcast address itself: nothing is sent.
    const target = { host: '255.255.255.255', port: 443, timeoutMs: 5000 };
    expect(await ask(target)).toMatchObject({ kind: 'inconclusive', why: 'unreachable' });
  });

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a web server that expects no TLS', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ])('%s is not TLS', async (_, text) => {
    await using server = await openRawServer((socket) => socket.end(text));
    expect(await ask(server.target)).toMatchObject({ kind: 'inconclusive', why: 'not-tls' });
  });

  test('the connection is closed as soon as the question is settled, even if the server would go on', async () => {
    let open = 0;
    await using server = await openRawServer((socket, _, turn) => {
      open += 1;
      socket.once('close', () => (open -= 1));
      if (turn === 1) socket.write(GOOD);
    });
    expect(await ask(server.target)).toMatchObject({ kind: 'accepted' });
    await expect.poll(() => open).toBe(0);
    expect(await ask({ ...server.target, timeoutMs: 100 })).toMatchObject({ why: 'timeout' });
    await expect.poll(() => open).toBe(0);
  });

  test('an answer that ends in its middle is inconclusive', async () => {
    const hello = record(22, serverHello({ version: 0x0303, suite: 0xc02f }));
    for (const part of [GOOD.subarray(0, 3), GOOD.subarray(0, 30), Uint8Array.from(hello)]) {
      await using server = await openRawServer((socket) => socket.end(part));
      expect(await ask(server.target)).toMatchObject({ kind: 'inconclusive', why: 'not-tls' });
    }
  });

  test('a flight that arrives byte by byte is understood', async () => {
    await using server = await openRawServer((socket) => {
      socket.setNoDelay(true);
      const send = (at: number): void => {
        if (at < GOOD.length) socket.write(GOOD.subarray(at, at + 1), () => setImmediate(send, at + 1));
      };
      send(0);
    });
    expect(await ask(server.target)).toMatchObject({ kind: 'accepted', suite: 0xc02f });
  });

  test('a server that never stops talking is given up', async () => {
    const warnings = Uint8Array.from(Array.from({ length: 10_000 }, () => alert(1, 112)).flat());
    await using server = await openRawServer((socket) => {
      for (let turn = 0; turn < 8; turn += 1) socket.write(warnings);
    });
    expect(await ask(server.target)).toMatchObject({ kind: 'inconclusive', why: 'not-tls' });
  });

  test('an SSLv2 SERVER-HELLO is accepted, an SSLv2 error is a refusal, a newer hello is not SSLv2', async () => {
    const body = [4, 0, 1, 0, 2, 0, 2, 0, 6, 0, 1, 0x30, 0, 1, 0, 0x80, 7, 0, 0xc0, 9];
    const tooLong = [0x80, body.length + 1, ...body, 0];
    const answers = [
      [0x80, body.length, ...body],
      [0x80, 3, 0, 0, 1],
      clearFlight({ version: 0x0300, suite: 0x000a }),
      tooLong,
    ];
    await using server = await openRawServer((socket, _, turn) => socket.end(Uint8Array.from(answers[turn - 1] ?? [])));
    expect(await ask(server.target, 'SSLv2')).toMatchObject({ kind: 'accepted', version: 'SSLv2', suite: 0x010080 });
    expect(await ask(server.target, 'SSLv2')).toMatchObject({ kind: 'refused', how: 'alert' });
    expect(await ask(server.target, 'SSLv2')).toMatchObject({ kind: 'refused', how: 'lower-version' });
    expect(await ask(server.target, 'SSLv2')).toMatchObject({ kind: 'inconclusive', why: 'not-tls' });
  });

  test('mutated flights neither hang nor throw, and every connection is closed', async () => {
    let flight: Uint8Array = GOOD;
    let open = 0;
    await using server = await openRawServer((socket) => {
      open += 1;
      socket.once('close', () => (open -= 1));
      socket.end(flight);
    });
    const edit = fc.record({ at: fc.nat(GOOD.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        flight = Uint8Array.from(GOOD);
        for (const { at, byte } of edits) flight[at] = byte;
        const outcome = await ask({ ...server.target, timeoutMs: 2000 });
        const isOffered = flight[9] === 3 && flight[10] === 3;
        const allowed = {
          accepted: isOffered,
          refused: true,
          inconclusive: 'why' in outcome && outcome.why === 'not-tls',
        };
        expect(allowed[outcome.kind]).toBe(true);
      }),
      { numRuns: 150 },
    );
    await expect.poll(() => open).toBe(0);
  });
});
