// The bytes of the two stores. Salts are random, so two stores with the same content differ: states compare content.
import type { CertificateFile, CertificateSummary } from '../../core/certificate.ts';
import { OperatorError } from '../../core/errors.ts';
import type { WriteContext } from '../../core/operation.ts';
import type { Secret } from '../../core/secret.ts';
import { openCertificateFile } from '../../tls/open-certificate-file.ts';
import { extractKey } from '../../tls/open-pkcs12.ts';
import { writePkcs12 } from '../../tls/write-pkcs12.ts';
import type { KnownStore } from '../community-state.ts';
import type { Params } from './wanted-stores.ts';

export function keyStoreBytes({ facts, bytes, password }: CertificateFile): Uint8Array {
  const { key } = extractKey(bytes, password, facts.aliasInFile, { file: facts.file });
  const entries = [{ alias: facts.alias, key, chain: facts.chain }];
  return writePkcs12({ entries, signers: [], password, legacy: true });
}

/** @param found the store that is there: what it holds beyond the declared certificates is taken from it */
export function trustStoreBytes(
  context: WriteContext,
  params: Params,
  wanted: KnownStore,
  found: Uint8Array | undefined,
): Uint8Array {
  const { password } = context.certificateFile(params.certificate);
  const declared = context.declaredCertificates();
  const inside = found === undefined ? [] : certificatesIn(found, [password, ...declared.map((one) => one.password)]);
  const known = [...declared.flatMap(({ facts }) => facts.chain), ...inside];
  const signers = wanted.trust.map(({ alias, certificate: { sha256 } }) => {
    const certificate = known.find((one) => one.sha256 === sha256);
    if (certificate === undefined) throw new Error(`certificate ${sha256} was read and is gone`);
    return { alias, certificate };
  });
  return writePkcs12({ entries: [], signers, password, legacy: true });
}

function certificatesIn(bytes: Uint8Array, passwords: readonly Secret[]): readonly CertificateSummary[] {
  for (const password of passwords) {
    try {
      return openCertificateFile(bytes, password, { file: 'trust store' }).signers.map(
        ({ certificate }) => certificate,
      );
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
    }
  }
  return [];
}
