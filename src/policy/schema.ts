// The YAML forms of a policy and of an expectation; docs/policies.md tells them to people.
import { z } from 'zod';
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import {
  apiVersion,
  leaf,
  mapping,
  oneLine,
  oneOf,
  textThat,
  wholeNumber,
  wordName,
  yesNo,
} from '../core/yaml/leaf.ts';
import { cipherSuites, suiteByName } from '../tls/cipher-suites.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { AUTHENTICATIONS, ENCRYPTIONS, KEY_EXCHANGES, MODES } from './suite-properties.ts';
import { PROTOCOL_RULES } from './types.ts';

/** Any name that the registry knows -> IANA name. */
const suiteName = leaf(
  'the name of a cipher suite (IANA, OpenSSL, OpenJDK or IBM)',
  (value) => (typeof value === 'string' ? suiteByName(value)?.iana : undefined),
  (value) =>
    didYouMean(
      String(value),
      cipherSuites().map(({ iana }) => iana),
    ),
);

const bits = wholeNumber(0, 16_384);
const days = wholeNumber(0, 36_500);
/** Filled with the name of the policy when it is left out. */
const reference = oneLine.optional();
const version = oneOf(PROTOCOL_VERSIONS);
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).optional();

const Match = mapping({
  names: listOf(suiteName),
  encryption: listOf(oneOf(ENCRYPTIONS)),
  mode: listOf(oneOf(MODES)),
  keyExchange: listOf(oneOf(KEY_EXCHANGES)),
  authentication: listOf(oneOf(AUTHENTICATIONS)),
  bitsBelow: bits.optional(),
  bitsAtLeast: bits.optional(),
  forwardSecrecy: yesNo.optional(),
  aead: yesNo.optional(),
  export: yesNo.optional(),
});

const SuiteRules = z.array(mapping({ rule: oneLine, match: Match, versions: listOf(version), reference })).default([]);
const ProtocolRule = mapping({ is: oneOf(PROTOCOL_RULES), reference });
const clientCertificate = oneOf(['none', 'want', 'need']);

export const PolicyFile = mapping({
  apiVersion,
  policy: wordName,
  version: wholeNumber(1, 9999),
  title: oneLine,
  notes: z.array(oneLine).default([]),
  protocols: mapping({
    SSLv2: ProtocolRule,
    SSLv3: ProtocolRule,
    TLSv1: ProtocolRule,
    'TLSv1.1': ProtocolRule,
    'TLSv1.2': ProtocolRule,
    'TLSv1.3': ProtocolRule,
  }),
  suites: mapping({ forbidden: SuiteRules, allowed: SuiteRules, preferred: SuiteRules }).optional(),
  certificate: mapping({
    leastRsaBits: bits.optional(),
    leastEllipticBits: bits.optional(),
    forbiddenHashes: listOf(oneOf(['MD2', 'MD4', 'MD5', 'SHA1', 'SHA224'])),
    leastDaysLeft: days.optional(),
    mostDays: days.optional(),
    chainComplete: yesNo.optional(),
    reference,
  }).optional(),
  negotiation: mapping({
    secureRenegotiation: oneOf(['required']).optional(),
    extendedMasterSecret: oneOf(['required']).optional(),
    compression: oneOf(['forbidden']).optional(),
    leastDhBits: bits.optional(),
    reference,
  }).optional(),
  clientCertificate: mapping({ oneOf: z.array(clientCertificate).min(1), reference }).optional(),
  cleartext: mapping({ is: oneOf(['refused']), reference }).optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

const sha256 = textThat(
  'a SHA-256 fingerprint: 32 pairs of upper-case hexadecimal digits with colons',
  (text) => /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(text),
  'Take it from strictstep probe --json, field chain[0].sha256.',
);
const suites = z.array(suiteName).min(1).optional();
const preference = oneOf(['server', 'client']).optional();

export const ExpectationFile = mapping({
  apiVersion,
  expectation: wordName,
  protocols: listOf(version),
  suites: mapping({ SSLv3: suites, TLSv1: suites, 'TLSv1.1': suites, 'TLSv1.2': suites, 'TLSv1.3': suites }).optional(),
  preference: mapping({
    SSLv3: preference,
    TLSv1: preference,
    'TLSv1.1': preference,
    'TLSv1.2': preference,
    'TLSv1.3': preference,
  }).optional(),
  certificate: mapping({
    sha256: sha256.optional(),
    subject: oneLine.optional(),
    names: listOf(oneLine),
    chainComplete: yesNo.optional(),
  }).optional(),
  clientCertificate: clientCertificate.optional(),
  cleartext: oneOf(['accepted', 'refused', 'not-applicable']).optional(),
});
export type Expectation = z.infer<typeof ExpectationFile>;
