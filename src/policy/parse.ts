// Text of a policy or of an expectation -> typed value, every error with its place.
import { checkYaml, throwFindings } from '../core/yaml/check-yaml.ts';
import type { Finding } from '../core/yaml/problem.ts';
import { readYaml } from '../core/yaml/read-yaml.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import { renderPath } from '../core/yaml/yaml-tree.ts';
import { ExpectationFile, PolicyFile } from './schema.ts';
import type { Expectation } from './schema.ts';
import type { Policy, SuiteRule } from './types.ts';

const LISTS = ['forbidden', 'allowed', 'preferred'] as const;

/** @throws OperatorError INPUT_SYNTAX, INPUT_UNKNOWN_KEY, INPUT_VALUE, with place */
export function parsePolicy(text: string, file: string): Policy {
  const tree = readYaml(text, file);
  const content = checkYaml(tree, PolicyFile);
  throwFindings(tree, emptyMatches(content));
  const {
    policy: name,
    version,
    title,
    notes,
    protocols,
    certificate,
    negotiation,
    clientCertificate,
    cleartext,
  } = content;
  const withReference = <Rule extends { readonly reference?: string | undefined }>(rule: Rule) => ({
    ...rule,
    reference: rule.reference ?? `policy ${name}`,
  });
  const rules = (list: (typeof LISTS)[number]): readonly SuiteRule[] =>
    (content.suites?.[list] ?? []).map(withReference);
  return {
    name,
    version,
    title,
    notes,
    protocols: {
      SSLv2: withReference(protocols.SSLv2),
      SSLv3: withReference(protocols.SSLv3),
      TLSv1: withReference(protocols.TLSv1),
      'TLSv1.1': withReference(protocols['TLSv1.1']),
      'TLSv1.2': withReference(protocols['TLSv1.2']),
      'TLSv1.3': withReference(protocols['TLSv1.3']),
    },
    suites: { forbidden: rules('forbidden'), allowed: rules('allowed'), preferred: rules('preferred') },
    certificate: certificate && withReference(certificate),
    negotiation: negotiation && withReference(negotiation),
    clientCertificate: clientCertificate && withReference(clientCertificate),
    cleartext: cleartext && withReference(cleartext),
  };
}

/** A match without a property would be true of every suite: more likely an unfinished line than a wish. */
const emptyMatches = ({ suites }: PolicyFile): readonly Finding[] =>
  LISTS.flatMap((list) =>
    (suites?.[list] ?? []).flatMap(({ match }, index) =>
      Object.keys(match).length > 0 ? [] : [nothingSaid(['suites', list, index, 'match'])],
    ),
  );

const nothingSaid = (path: YamlPath): Finding => ({
  code: 'INPUT_VALUE',
  message: `${renderPath(path)} says nothing`,
  hint: 'Give it at least one of the keys that docs/policies.md lists.',
  path,
  at: 'value',
});

const isSilent = (value: unknown): boolean => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** @throws OperatorError INPUT_SYNTAX, INPUT_UNKNOWN_KEY, INPUT_VALUE, with place */
export function parseExpectation(text: string, file: string): Expectation {
  const tree = readYaml(text, file);
  const content = checkYaml(tree, ExpectationFile);
  const { apiVersion: _version, expectation: _name, ...said } = content;
  const silent = Object.entries(said).filter(([, value]) => isSilent(value));
  throwFindings(
    tree,
    silent.map(([key]) => nothingSaid([key])),
  );
  if (Object.keys(said).length === 0) throwFindings(tree, [nothingSaid([])]);
  return content;
}
