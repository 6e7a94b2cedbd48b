// What an XMPP stream and a certificate prove. The features are those of Prosody 0.12.3 as captured in both modes, in both orders.
// fixtures/xmpp-names.pem, common-name.pem: made with openssl req -x509 from xmpp-names.cnf; they protect nothing.
import { describe, expect, test } from 'vitest';
import { identityFor } from '../../../src/products/sun-im/certificate-identity.ts';
import {
  judgeClearAttempt,
  modeByFeatures,
  objectionsToStrict,
  parseFeatures,
  type StrictEvidence,
} from '../../../src/products/sun-im/stream-features.ts';
import { fixture } from './sample.ts';

const HEAD =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>";
const TLS = "xmlns='urn:ietf:params:xml:ns:xmpp-tls'";
const SASL =
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>\n<mechanism> PLAIN </mechanism></mechanisms>";
const features = (inside: string): string => `${HEAD}<stream:features>${inside}</stream:features>`;

describe('features', () => {
  test.each([
    ['dynamic', features(`${SASL}<starttls ${TLS}/>`), { starttls: 'optional', mechanisms: ['SCRAM-SHA-1', 'PLAIN'] }],
    [
      'dynamic',
      features(`<starttls ${TLS}></starttls>${SASL}`),
      { starttls: 'optional', mechanisms: ['SCRAM-SHA-1', 'PLAIN'] },
    ],
    ['strict', features(`<starttls ${TLS}><required/></starttls>`), { starttls: 'required', mechanisms: [] }],
    ['dynamic', features(`<starttls ${TLS}><required/></starttls>${SASL}`), { starttls: 'required' }],
    [
      'dynamic',
      features(`<starttls ${TLS}><required/></starttls><auth xmlns="http://jabber.org/features/iq-auth"/>`),
      { legacyAuth: true },
    ],
    [
      'strict',
      features(`<starttls ${TLS}><required/></starttls><dialback xmlns='urn:xmpp:features:dialback'/>`),
      { dialback: true },
    ],
    ['plain', features(SASL), { starttls: 'absent' }],
    ['plain', features(''), { starttls: 'absent', mechanisms: [] }],
    ['plain', `${HEAD}<stream:features/>`, { starttls: 'absent', mechanisms: [] }],
    ['plain', features(`<starttls xmlns='urn:something:else'><required/></starttls>${SASL}`), { starttls: 'absent' }],
  ])('%s: %s', (mode, text, part) => {
    const found = parseFeatures(text);
    expect(found).toMatchObject(part);
    expect(found && modeByFeatures(found)).toBe(mode);
  });

  test('half of them are none, and what stands behind them does not count', () => {
    expect(parseFeatures(features(SASL).slice(0, -5))).toBeUndefined();
    expect(parseFeatures(HEAD)).toBeUndefined();
    expect(parseFeatures(`${features(`<starttls ${TLS}/>`)}${SASL}`)?.mechanisms).toEqual([]);
  });
});

describe('a log-in without TLS', () => {
  const failure = (what: string): string => `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><${what}/></failure>`;
  test.each([
    ['allowed', 'SCRAM-SHA-1', "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>cj0=</challenge>", false],
    ['allowed', 'PLAIN', '<success/>', false],
    ['refused', 'SCRAM-SHA-1', failure('encryption-required'), false],
    [
      'refused',
      'SCRAM-SHA-1',
      "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
      true,
    ],
    ['not-telling', 'PLAIN', failure('encryption-required'), false],
    ['not-telling', 'SCRAM-SHA-1', failure('invalid-mechanism'), true],
    ['not-telling', 'SCRAM-SHA-1', '', false],
    ['closed', 'SCRAM-SHA-1', '</stream:stream>', true],
  ])('is %s: %s, %s', (verdict, mechanism, answer, closed) => {
    expect(judgeClearAttempt({ mechanism, answer, closed })).toBe(verdict);
  });
});

describe('strict is proved', () => {
  const parsed = (inside: string) =>
    parseFeatures(features(inside)) ?? { starttls: 'absent', mechanisms: [], legacyAuth: false, dialback: false };
  const good: StrictEvidence = {
    features: parsed(`<starttls ${TLS}><required/></starttls>`),
    clear: 'refused',
    inside: parsed(SASL),
    answeredInside: true,
  };
  test('by required TLS, a refused log-in and a working one inside; also without <required/>, as Sun may have it', () => {
    expect(objectionsToStrict(good)).toEqual([]);
    expect(objectionsToStrict({ ...good, features: parsed(`<starttls ${TLS}/>`), clear: 'closed' })).toEqual([]);
  });

  test.each<readonly [string, Partial<StrictEvidence>]>([
    ['startTLS is not offered', { features: parsed('') }],
    [
      'log-ins are offered without TLS: SCRAM-SHA-1, PLAIN',
      { features: parsed(`<starttls ${TLS}><required/></starttls>${SASL}`) },
    ],
    ['a log-in without TLS was let in', { clear: 'allowed' }],
    ['the answer to a log-in without TLS does not tell strict from dynamic', { clear: 'not-telling' }],
    [
      'a log-in without TLS was cut off, and inside TLS it got no answer either',
      { clear: 'closed', answeredInside: false },
    ],
    ['startTLS was offered and did not work', { inside: null }],
    ['no log-in is offered inside TLS', { inside: parsed('') }],
    ['startTLS is offered again inside TLS', { inside: parsed(`${SASL}<starttls ${TLS}/>`) }],
  ])('not: %s', (objection, part) => {
    expect(objectionsToStrict({ ...good, ...part })).toContain(objection);
  });
});

describe('the identity of a certificate', () => {
  const all = { pem: Buffer.from(fixture('xmpp-names.pem')).toString() };
  const common = { pem: Buffer.from(fixture('common-name.pem')).toString() };
  test.each([
    ['xmpp-address', all, 'acme.example', 'server'],
    ['xmpp-address', all, 'ACME.example.', 'client'],
    ['service-name', all, 'talk.example', 'client'],
    [null, all, 'talk.example', 'server'],
    ['dns-name', all, 'im.acme.example', 'server'],
    ['dns-name', all, 'room.chat.acme.example', 'server'],
    [null, all, 'a.room.chat.acme.example', 'server'],
    [null, all, 'chat.acme.example', 'server'],
    ['common-name', common, 'acme.example', 'server'],
    [null, common, 'im.acme.example', 'server'],
    [null, all, '', 'server'],
  ] as const)('%s', (by, certificate, domain, service) => {
    expect(identityFor(certificate, domain, service).by).toBe(by);
  });

  test('the common name does not count beside other names, nor does a name hidden in the text of another', () => {
    // The URI says "..., othername:XmppAddr:evil.example, DNS:evil.example".
    expect(identityFor(all, 'cn.acme.example', 'server').by).toBeNull();
    expect(identityFor(all, 'evil.example', 'server').by).toBeNull();
    expect(identityFor(all, 'x', 'server').found).toEqual([
      'XMPP acme.example',
      'service _xmpp-client.talk.example',
      'DNS im.acme.example',
      'DNS *.chat.acme.example',
      'CN cn.acme.example',
    ]);
  });
});
