// The lab reads iim.conf by a reader of its own: here both are held equal, over generated files of the documented grammar.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readConf } from '../../src/lab/sun-im/conf.ts';
import { readMuxSettings, readServerSettings } from '../../src/lab/sun-im/settings.ts';
import { Secret, exposeSecret } from '../../src/core/secret.ts';
import { effectiveEntry, entriesOf, parseIim } from '../../src/products/sun-im/iim.ts';
import { readSettings } from '../../src/products/sun-im/settings.ts';

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,11}$/);
const blank = fc.constantFrom('', ' ', '\t', '  ');
const bare = fc.stringMatching(/^[A-Za-z0-9:/._-]{0,12}$/);
const quoted = fc
  .array(fc.constantFrom('a', 'Z', '0', ' ', ',', ';', '=', '!', '\\n', '\\t', '\\"', '\\\\'), { maxLength: 8 })
  .map((signs) => `"${signs.join('')}"`);
const broken = fc.constantFrom('"open', '"x" y', '"\\q"', '“curly”', '"True”');
const entry = fc
  .tuple(word, fc.option(fc.constantFrom(';lang-en', '; lang-fr')), blank, blank, fc.oneof(bare, quoted, broken))
  .map(([key, language, before, after, value]) => `${key}${language ?? ''}${before}=${after}${value}`);
const continued = fc.tuple(word, bare, bare).map(([key, a, b]) => `${key} = ${a}\\\n${b}`);
const line = fc.oneof(
  entry,
  entry,
  entry,
  continued,
  fc.constantFrom('', '! comment', '! x = 1', ' ! y=1', '# z=1', 'none'),
);

test('the reader of the lab and the reader of the product give every key the same value', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, eol) => {
      const text = lines.map((one) => one.replaceAll('\n', eol) + eol).join('');
      const bytes = Buffer.from(text, 'latin1');
      const file = parseIim(bytes, { host: 'im1', path: 'iim.conf' });
      const mine = readConf(bytes.toString('latin1'));
      const keys = new Set(entriesOf(file).flatMap(({ key, language }) => (language === null ? [key] : [])));
      for (const key of keys) {
        const found = effectiveEntry(file, key);
        if (found === undefined || found.fault !== null) continue;
        const value = found.value instanceof Secret ? exposeSecret(found.value) : found.value;
        expect([key, mine.get(key)]).toEqual([key, value]);
      }
      expect([...mine.keys()].toSorted()).toEqual([...keys].toSorted());
    }),
    { numRuns: 1000 },
  );
});

const CONF = [
  'iim_server.port = "127.0.0.1:5269"',
  'iim_server.domainname=IM1.acme.example',
  'iim_server.coservers="peer1,gone"',
  'iim_server.peer1.host=10.0.0.2:5269',
  'iim_server.peer1.domain=im2.acme.example',
  'iim_server.peer1.requiressl=true',
  'iim_server.sslkeystore=server-keystore.jks',
  'iim_mux.listenport = "127.0.0.1:5222"',
  'iim_mux.usessl = "On"',
];

test('both take the same settings from a file, defaults included', () => {
  const text = CONF.join('\n');
  const server = readServerSettings(readConf(text), '/etc/im');
  const mux = readMuxSettings(readConf(text), '/etc/im');
  const { effective, coservers } = readSettings(parseIim(Buffer.from(text), { host: 'im1', path: 'iim.conf' }));
  expect(server).toMatchObject({
    domain: 'im1.acme.example',
    ports: [{ address: '127.0.0.1', port: 5269 }],
    link: { port: Number(effective.muxServer) },
    keyStore: `/etc/im/${effective.keyStore}`,
    passwordFile: `/etc/im/${effective.keyStorePasswordFile}`,
    requiresTls: effective.requireTls,
    trustsAll: effective.trustAllCertificates,
    versions: ['TLSv1'],
  });
  // The second name has no host: nobody can be called.
  expect(server.coservers).toEqual([
    { name: 'peer1', address: '10.0.0.2', port: 5269, domain: 'im2.acme.example', requiresTls: true },
  ]);
  expect(coservers.find(({ name }) => name === 'peer1')).toMatchObject({ host: '10.0.0.2', requireTls: true });
  expect(mux).toMatchObject({ legacySsl: effective.muxLegacySsl, nickname: effective.muxNickname, keyPrefix: '' });
});
