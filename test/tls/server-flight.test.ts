// Reading a server's flight: pure, so every odd answer can be made by hand.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readServerFlight } from '../../src/tls/server-flight.ts';
import type { HelloOffer } from '../../src/tls/client-hello.ts';
import {
  alert,
  certificateMessage,
  clearFlight,
  handshake,
  HELLO_DONE,
  record,
  refragment,
  selectedVersion,
  serverHello,
} from './flights.ts';

const OFFER: HelloOffer = { version: 'TLSv1.2', suites: [0xc02f, 0x002f] };
const OFFER_13: HelloOffer = { version: 'TLSv1.3', suites: [0x1301, 0x1302] };
const GOOD = clearFlight({ version: 0x0303, suite: 0xc02f });

const read = (bytes: readonly number[], offer = OFFER) => readServerFlight(Uint8Array.from(bytes), offer);
const outcomeOf = (bytes: readonly number[], offer = OFFER) => {
  const reading = read(bytes, offer);
  return reading.kind === 'answered' ? reading.outcome : reading;
};

describe('an answer in the version that was offered', () => {
  test('is accepted with suite and chain once the flight is complete', () => {
    expect(outcomeOf(GOOD)).toEqual({
      kind: 'accepted',
      version: 'TLSv1.2',
      suite: 0xc02f,
      chain: [Uint8Array.of(0x30, 0)],
    });
  });

  test('shows that a client certificate is asked for', () => {
    const flight = [
      ...record(22, [...serverHello({ version: 0x0303, suite: 0xc02f }), ...certificateMessage([[1]])]),
      ...record(22, [...handshake(13, [1, 1, 0, 0]), ...HELLO_DONE]),
    ];
    expect(read(flight)).toMatchObject({ outcome: { kind: 'accepted' }, certificateRequested: true });
    expect(read(GOOD)).toMatchObject({ certificateRequested: false });
  });

  test('is read the same whatever records carry it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
        expect(outcomeOf(refragment(GOOD, size))).toEqual(outcomeOf(GOOD));
      }),
    );
  });

  test('no beginning of it is accepted yet', () => {
    for (let length = 0; length < GOOD.length; length += 1) {
      expect([length, read(GOOD.slice(0, length)).kind]).toEqual([length, 'waiting']);
    }
  });

  test('under TLS 1.3 the hello alone decides, by its supported_versions', () => {
    const hello = { version: 0x0303, suite: 0x1302, extensions: selectedVersion(0x0304) };
    expect(outcomeOf(record(22, serverHello(hello)), OFFER_13)).toMatchObject({ kind: 'accepted', suite: 0x1302 });
  });
});

describe('an answer that is no acceptance', () => {
  test('a lower version than offered is a refusal of the offered one', () => {
    for (const version of [0x0300, 0x0301, 0x0302]) {
      expect(outcomeOf(clearFlight({ version, suite: 0xc02f }))).toMatchObject({
        kind: 'refused',
        how: 'lower-version',
      });
    }
    expect(outcomeOf(clearFlight({ version: 0x0303, suite: 0x1301 }), OFFER_13)).toMatchObject({
      how: 'lower-version',
    });
  });

  test('a higher version than offered proves nothing', () => {
    const offer = { ...OFFER, version: 'TLSv1' } as const;
    expect(outcomeOf(GOOD, offer)).toMatchObject({ kind: 'inconclusive', why: 'not-tls' });
  });

  test('a suite that was not offered proves nothing', () => {
    expect(outcomeOf(clearFlight({ version: 0x0303, suite: 0xc030 }))).toMatchObject({ kind: 'inconclusive' });
  });

  test('a fatal alert is a refusal by name, also behind a warning and cut in two records', () => {
    expect(outcomeOf(alert(2, 70))).toEqual({ kind: 'refused', how: 'alert', detail: 'protocol_version' });
    expect(outcomeOf([...alert(1, 112), ...alert(2, 40)])).toMatchObject({ detail: 'handshake_failure' });
    expect(outcomeOf([...record(21, [2]), ...record(21, [80])])).toMatchObject({ detail: 'internal_error' });
    expect(outcomeOf(alert(2, 99))).toMatchObject({ detail: 'alert 99' });
  });

  test('an alert after the ServerHello takes the acceptance back', () => {
    const flight = [...record(22, serverHello({ version: 0x0303, suite: 0xc02f })), ...alert(2, 40)];
    expect(outcomeOf(flight)).toMatchObject({ kind: 'refused', how: 'alert' });
  });

  test('a warning alone is no answer, close_notify is a close', () => {
    expect(read(alert(1, 112))).toEqual({ kind: 'waiting', note: undefined });
    expect(outcomeOf(alert(1, 0))).toMatchObject({ kind: 'refused', how: 'closed' });
  });

  test.each([
    ['text', [...Buffer.from('HTTP/1.1 400 Bad Request\r\n')]],
    ['an empty record', [22, 3, 3, 0, 0]],
    ['a record of a foreign version', [22, 9, 9, 0, 1, 2]],
    ['a record that is too long', [22, 3, 3, 0xff, 0xff]],
    ['a message that is too long', record(22, [2, 0xff, 0xff, 0xff])],
    ['application data', record(23, [1, 2, 3])],
    ['an alert of an unknown level', alert(3, 40)],
    ['a Certificate as first message', record(22, certificateMessage([[1]]))],
    [
      'a ServerHello with a byte too many',
      record(22, handshake(2, [...serverHello({ version: 0x0303, suite: 0xc02f }).slice(4), 1])),
    ],
    ['a ServerHello cut short', record(22, handshake(2, [3, 3, 1, 2]))],
    ['a Certificate with a wrong length', [...GOOD.slice(0, 47), ...record(22, handshake(11, [0, 0, 9, 1]))]],
    ['an unknown message in the flight', [...GOOD.slice(0, 47), ...record(22, handshake(20, [1]))]],
    [
      'an extension twice',
      record(22, serverHello({ version: 0x0303, suite: 0xc02f, extensions: [0, 23, 0, 0, 0, 23, 0, 0] })),
    ],
  ])('%s is not TLS as we asked for it', (_, bytes) => {
    expect(outcomeOf(bytes)).toMatchObject({ kind: 'inconclusive', why: 'not-tls' });
  });
});

describe('hostile bytes', () => {
  const flights = [
    { bytes: GOOD, offer: OFFER },
    {
      bytes: record(22, serverHello({ version: 0x0303, suite: 0x1302, extensions: selectedVersion(0x0304) })),
      offer: OFFER_13,
    },
  ];
  const mutation = fc.record({
    flight: fc.constantFrom(...flights),
    edits: fc.array(
      fc.record({ at: fc.nat(140), byte: fc.nat(255), way: fc.constantFrom('set', 'insert', 'remove') }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    keep: fc.nat(200),
  });

  test('mutated flights never throw and are accepted only with version and suite as offered', () => {
    let accepted = 0;
    fc.assert(
      fc.property(mutation, ({ flight: { bytes, offer }, edits, keep }) => {
        const mutated = [...bytes];
        for (const { at, byte, way } of edits) {
          mutated.splice(at % mutated.length, way === 'insert' ? 0 : 1, ...(way === 'remove' ? [] : [byte]));
        }
        const cut = keep < 150 ? mutated : mutated.slice(0, keep - 100);
        const outcome = outcomeOf(cut, offer);
        if (outcome.kind !== 'accepted') return;
        accepted += 1;
        // Independent of the reader: type and version of record, message and hello stand at fixed places.
        expect([cut[0], cut[1], cut[5], cut[9], cut[10]]).toEqual([22, 3, 2, 3, 3]);
        const suiteAt = 11 + 32 + 1 + (cut[43] ?? 0);
        expect(offer.suites).toContain((cut[suiteAt] ?? 0) * 256 + (cut[suiteAt + 1] ?? 0));
        // What follows the hello is not looked at any more: the rest of a flight of TLS 1.3 is encrypted.
        const helloEnd = 9 + (cut[7] ?? 0) * 256 + (cut[8] ?? 0);
        const tail = cut.slice(helloEnd - 6, helloEnd);
        expect(tail).toEqual(offer.version === 'TLSv1.3' ? [0, 43, 0, 2, 3, 4] : tail);
      }),
      { numRuns: 4000 },
    );
    // Some mutations hit only the server's random bytes.
    expect(accepted).toBeGreaterThan(0);
  });

  test('random bytes are never an acceptance', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, hasHeader) => {
        const flight = hasHeader ? [...record(22, [...bytes]), ...bytes] : [...bytes];
        expect(outcomeOf(flight).kind).not.toBe('accepted');
      }),
      { numRuns: 3000 },
    );
  });
});
