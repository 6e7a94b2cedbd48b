// strictstep cert: what a file with certificates holds, the same in another form, and its authorities as files.
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CertificateSummary } from '../../core/certificate.ts';
import { EXIT, OperatorError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/json.ts';
import { convertKeyStore, hostCommand, passwordForOutput } from '../../tls/convert-key-store.ts';
import type { Conversion, KeyStoreInput } from '../../tls/convert-key-store.ts';
import { allFindings, inspectCertificates } from '../../tls/inspect-certificates.ts';
import { openCertificateFile } from '../../tls/open-certificate-file.ts';
import { readSecretFile } from '../../tls/secret-file.ts';
import { splitChain } from '../../tls/split-chain.ts';
import { renderInspection } from '../inspection-text.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { writeOwnFile } from '../write-file.ts';

type FileFlags = GlobalFlags & { readonly passwordFile?: string };
export type InspectFlags = FileFlags & {
  readonly host: readonly string[];
  readonly at?: string;
  readonly soon: string;
  readonly detailedExitcode: boolean;
};
export type ConvertFlags = FileFlags & {
  readonly to: Conversion;
  readonly out: string;
  readonly outPasswordFile?: string;
  readonly alias: string;
  readonly force: boolean;
};
export type SplitFlags = FileFlags & { readonly outDir: string; readonly force: boolean };

const PRIVATE = 0o600;
const PUBLIC = 0o644;

export async function certInspect(file: string, flags: InspectFlags): Promise<void> {
  const when = { at: parseDate(flags.at), soonDays: parseDays(flags.soon) };
  const { bytes, password, source } = await readInput(file, flags);
  const inspection = inspectCertificates(openCertificateFile(bytes, password, source), { ...when, hosts: flags.host });
  if (flags.json) {
    writeJson({
      schema: 1,
      file,
      sha256: sha256Hex(bytes),
      at: when.at.toISOString(),
      ...inspection,
      entries: inspection.entries.map((entry) => ({ ...entry, chain: entry.chain.map(withoutPem) })),
      signers: inspection.signers.map((signer) => ({ ...signer, certificate: withoutPem(signer.certificate) })),
    });
  } else writeResult(renderInspection(file, inspection));
  if (flags.detailedExitcode && allFindings(inspection).length > 0) process.exitCode = EXIT.findings;
}

export async function certConvert(file: string, flags: ConvertFlags): Promise<void> {
  const { to, out, alias, force } = flags;
  const input = await readInput(file, flags);
  const given =
    flags.outPasswordFile === undefined ? undefined : await readSecretFile(flags.outPasswordFile, `password of ${out}`);
  const outPassword = passwordForOutput(given, input.password);
  const { bytes, from, contents } = convertKeyStore(input, { to, outPassword, alias });
  await writeOwnFile(out, bytes, { mode: PRIVATE, force });
  const entries = contents.entries.filter(({ hasKey }) => hasKey).length;
  const command = hostCommand(file, from, to, out);
  if (flags.json) return writeJson({ schema: 1, file: out, from, to, sha256: sha256Hex(bytes), command });
  writeResult(`${out}: ${to}, ${entries} private keys, from ${from} ${file}`);
  writeNote(`the same with the tools of a host, which ask for the passwords:\n  ${command}`);
}

export async function certSplit(file: string, flags: SplitFlags): Promise<void> {
  const { bytes, password, source } = await readInput(file, flags);
  const files = splitChain(openCertificateFile(bytes, password, source), source);
  if (files.length === 0) {
    const hint = 'Give a file with the chain up to the root.';
    throw new OperatorError('CERTIFICATE_CHAIN', `file ${file}: it holds no intermediate and no root`, { hint });
  }
  await mkdir(flags.outDir, { recursive: true });
  const written = files.map(({ name, certificate }) => ({ path: join(flags.outDir, name), certificate }));
  for (const { path, certificate } of written)
    await writeOwnFile(path, certificate.pem, { mode: PUBLIC, force: flags.force });
  if (flags.json) {
    const list = written.map(({ path, certificate }) => ({ file: path, ...withoutPem(certificate) }));
    return writeJson({ schema: 1, files: list });
  }
  writeResult(written.map(({ path, certificate }) => `${path}  ${certificate.subject}`).join('\n'));
}

const withoutPem = ({ pem: _pem, ...rest }: CertificateSummary): Omit<CertificateSummary, 'pem'> => rest;

async function readInput(file: string, { passwordFile }: FileFlags): Promise<KeyStoreInput> {
  const password = passwordFile === undefined ? undefined : await readSecretFile(passwordFile, `password of ${file}`);
  try {
    return { bytes: await readFile(resolve(file)), password, source: { file } };
  } catch (cause) {
    const hint = 'Check the path and that the user who runs strictstep may read the file.';
    throw new OperatorError('INPUT_UNREADABLE', `file ${file} cannot be read`, { hint, cause });
  }
}

/** A date or a moment; without one: now. */
export function parseDate(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const isWritten = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const date = new Date(text);
  if (isWritten && !Number.isNaN(date.getTime())) return date;
  throw new OperatorError('USAGE', `--at: ${JSON.stringify(text)} is not a date`, {
    hint: 'Write it like 2026-12-31 or 2026-12-31T22:00:00+01:00.',
  });
}

export function parseDays(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new OperatorError('USAGE', `--soon: ${JSON.stringify(text)} is not a number of days`, {
    hint: 'Write a number of days such as 30.',
  });
}
