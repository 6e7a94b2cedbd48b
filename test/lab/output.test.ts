import { PassThrough } from 'node:stream';
import { array, assert, asyncProperty, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { openLines } from '../../src/lab/line-reader.ts';
import { wrapMessage } from '../../src/lab/tool/output.ts';
import { rangeOf } from '../../src/lab/tls-client.ts';

// From a log of startServer on WAS 7: fixtures carry the product's own line breaks.
test('messages break where the product breaks them', () => {
  expect(wrapMessage('ADMU3000I: Server WebSphere_Portal_n02s01 open for e-business; process id is 7602252')).toBe(
    'ADMU3000I: Server WebSphere_Portal_n02s01 open for e-business; process id is\n           7602252\n',
  );
  expect(wrapMessage('ADMU3000I: Server dmgr open for e-business; process id is 7602328')).toBe(
    'ADMU3000I: Server dmgr open for e-business; process id is 7602328\n',
  );
  expect(
    wrapMessage(
      'ADMU0116I: Tool information is being logged in file /optware/IBM/WebSphere/AppServer/profiles/Dmgr01/logs/dmgr/startServer.log',
    ),
  ).toBe(
    'ADMU0116I: Tool information is being logged in file\n           /optware/IBM/WebSphere/AppServer/profiles/Dmgr01/logs/dmgr/startServer.log\n',
  );
});

test('wrapping loses nothing', () => {
  const word = string({ minLength: 1, maxLength: 100 }).map((text) => text.replaceAll(/\s/g, '_'));
  assert(
    property(array(word, { minLength: 1 }), (words) => {
      const text = words.join(' ');
      expect(wrapMessage(text).replaceAll('\n           ', ' ')).toBe(`${text}\n`);
    }),
  );
});

test('lines arrive whole however they were cut, and input that has ended stays ended', async () => {
  await assert(
    asyncProperty(array(string({ unit: constantFrom('a', 'é', '\n', '\r\n') })), async (chunks) => {
      const stream = new PassThrough();
      const lines = openLines(stream);
      for (const byte of Buffer.from(chunks.join(''))) stream.write(Buffer.of(byte));
      stream.end();
      const expected = chunks.join('').split(/\r?\n/);
      if (expected.at(-1) === '') expected.pop();
      for (const line of expected) expect(await lines.next()).toBe(line);
      expect(await lines.next()).toBe(undefined);
      expect(await lines.next()).toBe(undefined);
    }),
  );
});

test('a list of versions is a range only without a gap', () => {
  expect(rangeOf(['TLSv1', 'TLSv1.1', 'TLSv1.2'])).toEqual({ minVersion: 'TLSv1', maxVersion: 'TLSv1.2' });
  expect(rangeOf(['TLSv1.2'])).toEqual({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  expect(rangeOf(['TLSv1', 'TLSv1.2'])).toBe(undefined);
  expect(rangeOf(['SSLv3'])).toBe(undefined);
  expect(rangeOf([])).toBe(undefined);
});
