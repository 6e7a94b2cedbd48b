// sametime.log read on piece by piece, and the proxy's own word about its connection.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINE_FORMS, LOG_START, readLog, timeOfStamp } from '../../../src/products/sametime/log.ts';
import { readProxyInfo } from '../../../src/products/sametime/proxy-info.ts';

// The first line is from IBM technote swg21206752; the others put its fragments into the same layout.
const LINES = [
  'I Server 13/May, 07:01:30 Logged in to server 1.1.1.30',
  'E Server 13/May, 07:01:31 Failed to connect to server 1.1.1.31, reason: 0x80000200',
  'E Server 13/May, 07:01:32 Failed to connect to server',
  'E Server 13/May, 07:01:33 st2.acme.example has wrong net address 1.1.1.33',
  'E Server 13/May, 07:01:34 Rejecting server 1.1.1.32 not in servers list',
  // Forms of the lab.
  'I Session 13/May, 07:01:35 client rich at 10.0.0.7 logged in on the client port, TLSv1.2',
  'I Session 13/May, 07:01:36 application nightly-bot at fe80::1 logged in on the server port, legacy',
  'I Session 13/May, 07:01:37 mux mux1 at 10.0.0.8 left on the server port, legacy',
  'W Session 13/May, 07:01:38 refused 10.0.0.9 on the client port: a session without TLS',
];
const bytes = (text: string) => Buffer.from(text);

test('every known form becomes an event with what it tells', () => {
  const { events, ignored, position } = readLog(bytes(`${LINES.join('\n')}\n`));
  const told = events.map(({ kind, line, address, name, component, port, encryption }) =>
    [kind, line, address, name, component, port, encryption].map((one) => one ?? '-').join(' '),
  );
  expect(told).toEqual([
    'peer-connected 1 1.1.1.30 - - - -',
    'peer-failed 2 1.1.1.31 - - - -',
    'peer-failed 3 - - - - -',
    'peer-wrong-address 4 1.1.1.33 st2.acme.example - - -',
    'peer-rejected 5 1.1.1.32 - - - -',
    'caller-connected 6 10.0.0.7 rich client client tls',
    'caller-connected 7 fe80::1 nightly-bot application server legacy',
    'caller-left 8 10.0.0.8 mux1 mux server legacy',
    'caller-refused 9 10.0.0.9 - - client -',
  ]);
  expect(events[1]).toMatchObject({ reason: '0x80000200', stamp: '13/May, 07:01:31' });
  expect({ ignored, line: position.line }).toEqual({ ignored: 0, line: 9 });
});

test.each([
  'Sametime Running',
  'I Server Logged in to server 1.1.1.30',
  'I Server 13/May, 07:01:30 Logged in to server 1.1.1.30 not',
  'I Server 13/May, 07:01:30 Not Logged in to server 1.1.1.30',
  'x I Server 13/May, 07:01:30 Logged in to server 1.1.1.30',
  'I Server 13/May, 07:01:30 Logged in to server',
  'I Session 13/May, 07:01:30 client a b at 10.0.0.7 logged in on the client port, TLSv1.2',
])('a line that only looks alike is counted and says nothing: %s', (line) => {
  expect(readLog(bytes(`${line}\r\n\r\n`))).toMatchObject({ events: [], ignored: 1 });
});

test('pieces of any size give the same events as the whole, and half a line waits', () => {
  const whole = bytes(`${LINES.join('\r\n')}\r\nhalf`);
  const expected = readLog(whole);
  expect(expected.position.offset).toBe(whole.length - 4);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
      let [end, position] = [0, LOG_START];
      const events = [];
      for (let turn = 0; end < whole.length; turn += 1) {
        end = Math.min(end + (sizes[turn % sizes.length] ?? 1), whole.length);
        const reading = readLog(whole.subarray(position.offset, end), position);
        events.push(...reading.events);
        position = reading.position;
      }
      expect(events).toEqual(expected.events);
      expect(position).toEqual(expected.position);
    }),
  );
});

test.each([
  ['13/May, 07:01:30', '2026-05-20T00:00:00Z', 0, '2026-05-13T07:01:30.000Z'],
  ['13/May, 07:01:30', '2026-05-20T00:00:00Z', 120, '2026-05-13T05:01:30.000Z'],
  ['31/Dec, 23:59:59', '2027-01-01T00:00:01Z', 0, '2026-12-31T23:59:59.000Z'],
  ['01/Jan, 00:30:00', '2026-12-31T23:45:00Z', 60, '2026-12-31T23:30:00.000Z'],
  ['29/Feb, 12:00:00', '2027-03-01T00:00:00Z', 0, '2024-02-29T12:00:00.000Z'],
  ['31/Feb, 12:00:00', '2027-03-01T00:00:00Z', 0, undefined],
  ['13/Mai, 07:01:30', '2026-05-20T00:00:00Z', 0, undefined],
])('the stamp %s read at %s is a time', (stamp, now, offset, expected) => {
  expect(timeOfStamp(stamp, new Date(now), offset)).toBe(expected);
});

test('the forms of callers are marked as ours', () => {
  expect(LINE_FORMS.filter(({ verified }) => !verified).map(({ kind }) => kind)).toEqual([
    'caller-connected',
    'caller-left',
    'caller-refused',
  ]);
});

test('the proxy is connected only when it says so', () => {
  const url = 'https://proxy.acme.example/stwebapi/proxyinfo';
  expect(readProxyInfo('{"isSAML":false,"communityConnected":true,"more":1}', url)).toEqual({
    communityConnected: true,
  });
  expect(readProxyInfo('{"communityConnected":false}', url)).toEqual({ communityConnected: false });
  for (const text of ['', '{}', '<html>', '{"communityConnected":"true"}', 'null']) {
    expect(() => readProxyInfo(text, url)).toThrow(expect.objectContaining({ code: 'REMOTE_REPLY' }));
  }
});
