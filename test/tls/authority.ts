// One chain for all tests of a file: keys take long to make.
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';

export const VALIDITY = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
export const NOW = new Date('2027-06-01T00:00:00Z');

export const ROOT = makeCertificateAuthority({ subject: 'Acme Example Root', ...VALIDITY });
export const ISSUING = makeCertificateAuthority({ subject: 'Acme Example Issuing', issuer: ROOT, ...VALIDITY });
export const SPARE_KEY = makeKey();
export const LEAF = issueCertificate({
  subject: '*.acme.example',
  names: ['*.acme.example', 'acme.example', '127.0.0.1'],
  issuer: ISSUING,
  ...VALIDITY,
});
export const CHAIN = [LEAF.certificate, ISSUING.certificate, ROOT.certificate];
