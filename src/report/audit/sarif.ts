// An audit as SARIF 2.1.0 for code scanning: a rule per kind of finding, a result per finding. The place of a result is the
// line of the inventory that declares the node: the one file that a CI system has. Source: OASIS SARIF 2.1.0, 3.13 to 3.28.
import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { Json } from '../../core/json.ts';
import type { Audit, AuditEntry, AuditFinding } from './types.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** @param folder uris are relative to it, as code scanning wants them */
export function renderAuditSarif({ strictstep, startedAt, entries }: Audit, folder: string): Json {
  const found = entries.flatMap((entry) => entry.findings.map((finding) => ({ entry, finding })));
  const rules = [...new Set(found.map(({ finding }) => ruleOf(finding)))].toSorted();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'strictstep',
            version: strictstep,
            rules: rules.map((id) => ({ id, shortDescription: { text: id.replaceAll(/[/-]/g, ' ') } })),
          },
        },
        invocations: [{ executionSuccessful: true, startTimeUtc: startedAt }],
        columnKind: 'utf16CodeUnits',
        results: found.map(({ entry, finding }) => resultOf(entry, finding, rules, folder)),
      },
    ],
  };
}

const ruleOf = ({ by, code }: AuditFinding): string => `${by}/${code}`;

function resultOf({ listener }: AuditEntry, finding: AuditFinding, rules: readonly string[], folder: string): Json {
  const { name, address, port, place } = listener;
  const { where, what, reference, isInconclusive } = finding;
  const ruleId = ruleOf(finding);
  return {
    ruleId,
    ruleIndex: rules.indexOf(ruleId),
    level: isInconclusive ? 'warning' : 'error',
    message: { text: `${name} (${address}:${port}), ${where}: ${what} [${reference}]` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(place.file, folder) },
          region: { startLine: place.line, startColumn: place.column },
        },
        logicalLocations: [{ fullyQualifiedName: name, kind: 'resource' }],
      },
    ],
    // The same finding of tomorrow is the same alert.
    partialFingerprints: {
      'strictstep/v1': createHash('sha256').update(`${name}\n${ruleId}\n${where}\n${what}`).digest('hex'),
    },
  };
}

const uriOf = (file: string, folder: string): string =>
  relative(folder, file).split(sep).map(encodeURIComponent).join('/');
