// Mutated answers: nothing hangs, throws or counts as accepted without cause. STRICTSTEP_FUZZ_RUNS=100000 for the long run.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeEnding, readAnswer, sendHello } from '../../src/tls/send-hello.ts';
import { readVpAnswer } from '../../src/tls/probe-vp.ts';
import { readTls13Flight } from '../../src/tls/tls13-server.ts';
import type { HelloOffer } from '../../src/tls/client-hello.ts';
import { makeXmppPrelude } from '../../src/tls/xmpp-prelude.ts';
import {
  alert,
  certificateMessage,
  clearFlight,
  handshake,
  HELLO_DONE,
  record,
  selectedVersion,
  serverHello,
} from './flights.ts';
import { openRawServer } from './servers.ts';

const RUNS = Number(process.env['STRICTSTEP_FUZZ_RUNS'] ?? 6000);
const SOCKET_RUNS = Math.ceil(RUNS / 60);

const offer = (version: HelloOffer['version'], suites: readonly number[]): HelloOffer => ({
  version,
  suites,
  deflate: true,
});
const KEY_EXCHANGE = handshake(12, [3, 0, 23, 4, 1, 2, 3, 4]);
const ANSWERS = [
  { offer: offer('TLSv1.2', [0xc02f]), bytes: clearFlight({ version: 0x0303, suite: 0xc02f }) },
  {
    offer: offer('TLSv1', [0xc013]),
    bytes: record(22, [
      ...serverHello({ version: 0x0301, suite: 0xc013, extensions: [0xff, 1, 0, 1, 0] }),
      ...certificateMessage([
        [0x30, 0],
        [0x30, 1, 1],
      ]),
      ...KEY_EXCHANGE,
      ...HELLO_DONE,
    ]),
  },
  { offer: offer('SSLv3', [0x0a]), bytes: clearFlight({ version: 0x0300, suite: 0x0a }) },
  {
    offer: offer('TLSv1.3', [0x1302]),
    bytes: record(
      22,
      serverHello({ version: 0x0303, suite: 0x1302, extensions: [...selectedVersion(0x0304), 0, 51, 0, 2, 0, 29] }),
    ),
  },
  { offer: offer('TLSv1.1', [0x2f]), bytes: alert(2, 70) },
  {
    offer: offer('SSLv2', [0x010080]),
    bytes: [0x80, 19, 4, 0, 1, 0, 2, 0, 2, 0, 3, 0, 1, 0x30, 0, 1, 0, 0x80, 7, 0, 0],
  },
] as const;

const edit = fc.record({
  at: fc.nat(200),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 3, 4, 255)),
  way: fc.constantFrom('set', 'insert', 'remove', 'repeat'),
});
/** truncated, oversized, wrong lengths and versions, parts twice */
const mutated = fc
  .record({
    answer: fc.constantFrom(...ANSWERS),
    edits: fc.array(edit, { maxLength: 5 }),
    keep: fc.nat(400),
    more: fc.uint8Array({ maxLength: 20 }),
  })
  .map(({ answer, edits, keep, more }) => {
    const bytes: number[] = [...answer.bytes];
    for (const { at, byte, way } of edits) {
      const place = at % (bytes.length + 1);
      if (way === 'repeat') bytes.splice(place, 0, ...bytes.slice(place, place + byte));
      else bytes.splice(place, way === 'insert' ? 0 : 1, ...(way === 'remove' ? [] : [byte]));
    }
    const cut = keep < 120 ? bytes.slice(0, keep) : [...bytes, ...(keep > 300 ? more : [])];
    return { offer: answer.offer, bytes: Uint8Array.from(cut) };
  });

const WIRE = {
  SSLv2: '0002',
  SSLv3: '0300',
  TLSv1: '0301',
  'TLSv1.1': '0302',
  'TLSv1.2': '0303',
  'TLSv1.3': '0303',
} as const;

/** Independent of the readers: what must stand somewhere in the bytes of any acceptance. */
function hasCause({ version, suites }: HelloOffer, bytes: Uint8Array): boolean {
  const hex = Buffer.from(bytes).toString('hex');
  const suite = (suites[0] ?? 0).toString(16).padStart(version === 'SSLv2' ? 6 : 4, '0');
  const isDone = version === 'SSLv2' || version === 'TLSv1.3' || Buffer.from(bytes).includes('0e', 5, 'hex');
  const isTls13 = version !== 'TLSv1.3' || /002b.*0304/.test(hex);
  return hex.includes(WIRE[version]) && hex.includes(suite) && isDone && isTls13;
}

test(`${RUNS} mutated answers never throw and are accepted only with version and suite as offered`, () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(mutated, ({ offer: asked, bytes }) => {
      const reading = readAnswer(bytes, asked);
      const outcomes = [reading.kind === 'answered' ? reading : judgeEnding({ kind: 'closed' }, bytes, asked)];
      for (const { outcome, facts } of outcomes) {
        kinds.add(outcome.kind);
        if (outcome.kind !== 'accepted') continue;
        expect([outcome.version, outcome.suite]).toEqual([asked.version, asked.suites[0]]);
        expect(hasCause(asked, bytes)).toBe(true);
        if (asked.version !== 'SSLv2') expect(facts).toBeDefined();
      }
    }),
    { numRuns: RUNS },
  );
  expect(kinds).toEqual(new Set(['accepted', 'refused', 'inconclusive']));
});

test('the readers of encrypted flights, VP messages and XMPP streams take anything', () => {
  const prelude = makeXmppPrelude('xmpp-client', 'acme.example', () => undefined);
  const parts = fc.constantFrom(
    '<',
    '>',
    '/',
    'stream:features',
    'starttls',
    " xmlns='",
    'urn:ietf:params:xml:ns:xmpp-tls',
    "'",
    '"',
    'proceed',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      mutated,
      fc.array(parts, { maxLength: 30 }),
      (noise, { bytes }, text) => {
        const found = readTls13Flight(bytes, noise, () => new Uint8Array(32));
        expect(found === undefined || found === 'waiting').toBe(true);
        expect(['accepted', 'refused', 'inconclusive', undefined]).toContain(readVpAnswer(noise)?.verdict);
        for (const turn of [0, 1]) expect(prelude.read(text.join(''), turn).kind).toBeTypeOf('string');
      },
    ),
    { numRuns: Math.ceil(RUNS / 4) },
  );
});

test(
  `${SOCKET_RUNS} mutated answers over a socket end in time, with the connection closed`,
  { timeout: 240_000 },
  async () => {
    let answer: Uint8Array = new Uint8Array(0);
    let open = 0;
    await using server = await openRawServer((socket) => {
      open += 1;
      socket.once('close', () => (open -= 1));
      socket.end(answer);
    });
    await fc.assert(
      fc.asyncProperty(mutated, async ({ offer: asked, bytes }) => {
        answer = bytes;
        const outcome = await sendHello({ ...server.target, timeoutMs: 5000 }, asked);
        expect('why' in outcome ? outcome.why : 'answered').not.toBe('timeout');
        if (outcome.kind === 'accepted') expect(hasCause(asked, bytes)).toBe(true);
      }),
      { numRuns: SOCKET_RUNS },
    );
    await expect.poll(() => open).toBe(0);
  },
);

test('a server that trickles for ever is given up at the timeout', async () => {
  await using server = await openRawServer((socket) => {
    const warning = Uint8Array.from(alert(1, 112));
    const drip = (at: number): void => {
      if (!socket.destroyed) socket.write(warning.subarray(at % 7, (at % 7) + 1), () => setTimeout(drip, 2, at + 1));
    };
    drip(0);
  });
  const outcome = await sendHello({ ...server.target, timeoutMs: 200 }, ANSWERS[0].offer);
  expect(outcome).toMatchObject({ kind: 'inconclusive', why: 'timeout' });
});
