// Every certificate whose text was seen somewhere, by the fingerprint that stores and listeners are known by.
import type { CertificateSummary } from '../core/certificate.ts';
import type { Facts } from '../facts/types.ts';
import { fingerprintKey } from '../topology/state.ts';

export type KnownCertificates = ReadonlyMap<string, CertificateSummary>;

export const knownCertificates = ({ certificates, clients = [], served = [] }: Facts): KnownCertificates =>
  new Map(
    [...served, ...clients.flatMap(({ roots }) => roots), ...certificates.flatMap(({ chain }) => chain)].map(
      (certificate) => [fingerprintKey(certificate.sha1), certificate],
    ),
  );
