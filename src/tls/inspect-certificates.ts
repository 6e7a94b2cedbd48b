// Everything that can be said of a file with certificates: facts, findings, security levels, Java generations. Pure.
import type { CertificateContents, CertificateForm, ContainedEntry } from './certificate-contents.ts';
import type { CertificateSummary } from '../core/certificate.ts';
import { isMeantFor } from './certificate-usage.ts';
import { javaReaders } from './java-readers.ts';
import type { Readable } from './java-readers.ts';
import { fails, judgeChain, judgeTime, judgeUse, warning } from './judge-certificate.ts';
import type { Finding, When } from './judge-certificate.ts';
import { orderChain } from './order-chain.ts';
import { objectionsOf, SECURITY_LEVELS } from './security-levels.ts';

export type EntryInspection = {
  readonly alias: string | null;
  readonly hasKey: boolean;
  readonly chain: readonly CertificateSummary[];
  readonly complete: boolean;
  readonly findings: readonly Finding[];
  /** Sametime community server: what each security level would drop, and why */
  readonly levels: readonly { readonly level: number; readonly name: string; readonly objections: readonly string[] }[];
};

export type SignerInspection = {
  readonly alias: string | null;
  readonly certificate: CertificateSummary;
  readonly findings: readonly Finding[];
};

export type Inspection = {
  readonly form: CertificateForm;
  readonly readers: readonly { readonly java: string; readonly reads: Readable }[];
  readonly findings: readonly Finding[];
  readonly entries: readonly EntryInspection[];
  readonly signers: readonly SignerInspection[];
};

export type InspectOptions = When & { readonly hosts: readonly string[] };

export function inspectCertificates(contents: CertificateContents, options: InspectOptions): Inspection {
  const { form, entries, signers } = contents;
  return {
    form,
    readers: javaReaders(form),
    findings: judgeFile(contents),
    entries: entries.map((entry) => inspectEntry(entry, options)),
    signers: signers.map(({ alias, certificate }) => ({
      alias,
      certificate,
      findings: [
        ...judgeTime(certificate, options),
        // Beside a server's certificate, authorities that its chain does not need are usually a mistake.
        ...(form === 'pem' && entries.length > 0
          ? [warning('NOT_IN_CHAIN', `"${certificate.subject}" is not in the chain of any certificate of the file`)]
          : []),
      ],
    })),
  };
}

/** Every finding of the file, of its entries and of its signers. */
export const allFindings = ({ findings, entries, signers }: Inspection): readonly Finding[] => [
  ...findings,
  ...entries.flatMap((entry) => entry.findings),
  ...signers.flatMap((signer) => signer.findings),
];

function judgeFile({ form, signers }: CertificateContents): readonly Finding[] {
  const hidden = signers.filter(({ javaTrusted }) => !javaTrusted).length;
  const isOldOut = form === 'pkcs12-modern';
  return [
    ...(isOldOut
      ? [warning('OLD_JAVA_CANNOT_READ', 'its encryption (PBES2) or check (SHA-2) is unreadable to old Java')]
      : []),
    ...(hidden > 0
      ? [
          warning(
            'JAVA_SHOWS_NOTHING',
            `${hidden} of its certificates have no mark of trust: keytool and Java show no entry for them`,
          ),
        ]
      : []),
  ];
}

function inspectEntry(entry: ContainedEntry, options: InspectOptions): EntryInspection {
  const { alias, chain, hasKey, isOrdered } = entry;
  const [leaf] = chain;
  const { complete, missingIssuer } = orderChain(chain, leaf);
  const findings: readonly Finding[] = [
    ...(complete
      ? []
      : [fails('CHAIN_INCOMPLETE', `the issuer "${missingIssuer}" of "${chain.at(-1)?.subject}" is missing`)]),
    ...(isOrdered ? [] : [warning('CHAIN_ORDER', 'the certificates are not in the order from the leaf to the root')]),
    ...judgeChain(chain, options),
    ...(leaf === undefined ? [] : [...judgeUse(leaf), ...judgeNames(leaf, options.hosts)]),
  ];
  const levels = SECURITY_LEVELS.map((level) => ({
    level: level.level,
    name: level.name,
    objections: chain.flatMap((certificate) =>
      objectionsOf(level, certificate).map((objection) => `"${certificate.subject}": ${objection}`),
    ),
  }));
  return { alias, hasKey, chain, complete, findings, levels };
}

const judgeNames = (leaf: CertificateSummary, hosts: readonly string[]): readonly Finding[] =>
  hosts
    .filter((host) => !isMeantFor(leaf, host))
    .map((host) => fails('NAME_MISMATCH', `"${leaf.subject}" is not for ${host}; its names: ${leaf.names.join(', ')}`));
