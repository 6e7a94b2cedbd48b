// Policy files: every mistake is told with its place.
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { loadPolicy, shippedPolicies } from '../../src/policy/load.ts';
import { parseExpectation, parsePolicy } from '../../src/policy/parse.ts';

const HEAD = 'apiVersion: strictstep/v1\npolicy: ours\nversion: 1\ntitle: ours\n';
const PROTOCOLS =
  'protocols: { SSLv2: { is: forbidden }, SSLv3: { is: forbidden }, TLSv1: { is: forbidden }, TLSv1.1: { is: forbidden }, TLSv1.2: { is: required }, TLSv1.3: { is: allowed } }\n';

function mistakeIn(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const { code, message, hint, place } = error;
    return `${code} ${place?.line}:${place?.column} ${message} | ${hint}`;
  }
  return 'no mistake';
}

const inPolicy = (text: string): string => mistakeIn(() => parsePolicy(text, 'ours.yaml'));

test('the shortest policy names its protocols, and itself where a reference is left out', () => {
  const policy = parsePolicy(HEAD + PROTOCOLS, 'ours.yaml');
  expect(policy.protocols['TLSv1.2']).toEqual({ is: 'required', reference: 'policy ours' });
  expect(policy.suites).toEqual({ forbidden: [], allowed: [], preferred: [] });
});

describe('mistakes', () => {
  test.each([
    ['an unknown key', `${HEAD}${PROTOCOLS}suits: {}\n`, /^INPUT_UNKNOWN_KEY 6:1 .*"suits".* Did you mean suites\?/],
    ['a missing version', `${HEAD}protocols: { SSLv2: { is: forbidden } }\n`, /^INPUT_VALUE 5:1 .*SSLv3 is missing/],
    [
      'an unknown rule word',
      HEAD + PROTOCOLS.replace('required', 'must'),
      /^INPUT_VALUE 5:\d+ protocols.TLSv1.2.is must be one of required, allowed, forbidden/,
    ],
    [
      'an unknown suite',
      `${HEAD}${PROTOCOLS}suites:\n  forbidden:\n    - { rule: x, match: { names: [TLS_RSA_WITH_RC4_128_SHE] } }\n`,
      /^INPUT_VALUE 8:\d+ .*name of a cipher suite.*Did you mean TLS_RSA_WITH_RC4_128_SHA\?/,
    ],
    [
      'an unknown property',
      `${HEAD}${PROTOCOLS}suites:\n  forbidden:\n    - { rule: x, match: { encryptions: [RC4] } }\n`,
      /^INPUT_UNKNOWN_KEY 8:\d+ .*"encryptions".*Did you mean encryption\?/,
    ],
    [
      'NULL without quotes',
      `${HEAD}${PROTOCOLS}suites:\n  forbidden:\n    - { rule: x, match: { encryption: [NULL] } }\n`,
      /^INPUT_VALUE 8:\d+ suites.forbidden\[0\].match.encryption\[0\] is empty/,
    ],
    [
      'a match that says nothing',
      `${HEAD}${PROTOCOLS}suites:\n  allowed:\n    - { rule: x, match: {} }\n`,
      /^INPUT_VALUE 8:\d+ suites.allowed\[0\].match says nothing/,
    ],
    ['a text for a number', `${HEAD}${PROTOCOLS}certificate: { leastRsaBits: "2048" }\n`, /^INPUT_VALUE 6:\d+ /],
    ['another kind of file', 'apiVersion: strictstep/v1\nplaybook: x\n', /^INPUT_UNKNOWN_KEY 2:1 /],
    ['no YAML', '{', /^INPUT_SYNTAX /],
  ])('%s', (_what, text, wanted) => {
    expect(inPolicy(text)).toMatch(wanted);
  });

  test('an expectation points at its mistakes too', () => {
    const text = 'apiVersion: strictstep/v1\nexpectation: x\nprotocols: [TLSv1.2]\ncertificate: { sha256: abcd }\n';
    expect(mistakeIn(() => parseExpectation(text, 'x.yaml'))).toMatch(/^INPUT_VALUE 4:\d+ certificate.sha256 must be/);
    expect(mistakeIn(() => parseExpectation(text.replace('protocols', 'protokols'), 'x.yaml'))).toMatch(
      /^INPUT_UNKNOWN_KEY 3:1 .*Did you mean protocols\?/,
    );
  });
});

describe('by name', () => {
  test('the shipped policies load under the name that they carry', async () => {
    const names = shippedPolicies();
    expect(names).toEqual(['ietf88', 'rfc9325', 'sametime-hardened']);
    const policies = await Promise.all(names.map((name) => loadPolicy(name)));
    expect(policies.map(({ name }) => name)).toEqual(names);
  });

  test('an unknown name gets the nearest; what looks like a file is read as one', async () => {
    await expect(loadPolicy('rfc9235')).rejects.toMatchObject({
      code: 'INPUT_UNKNOWN_NAME',
      hint: expect.stringContaining('Did you mean rfc9325?'),
    });
    await expect(loadPolicy('./rfc9325')).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  });
});
