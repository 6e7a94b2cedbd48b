// A certificate with intermediate and root, as an inventory declares it; one key for all, since making one takes long.
import type { CertificateFacts, CertificateFile } from '../../src/core/certificate.ts';
import { Secret } from '../../src/core/secret.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';

const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
const key = makeKey();

export const root = makeCertificateAuthority({ subject: 'Acme Root CA', key, ...validity });
export const intermediate = makeCertificateAuthority({ subject: 'Acme Issuing CA', issuer: root, key, ...validity });
const leaf = issueCertificate({
  subject: '*.acme.example',
  names: ['*.acme.example'],
  issuer: intermediate,
  key,
  ...validity,
});
/** another authority, for stores that hold something already */
export const stranger = makeCertificateAuthority({ subject: 'Other Root CA', key, ...validity });

/** what `default` of the fake cell is, as an inventory would declare it */
export const strangerFacts: CertificateFacts = {
  name: 'stranger',
  file: '/controller/stranger.p12',
  fileSha256: '1'.repeat(64),
  aliasInFile: 'stranger',
  alias: 'default',
  format: 'legacy',
  chain: [stranger.certificate],
};

export const messaging: CertificateFile = {
  facts: {
    name: 'messaging',
    file: '/controller/wild_acme_com.p12',
    fileSha256: '0'.repeat(64),
    aliasInFile: 'ridiculous-name-{1234}',
    alias: 'acme-wild-2026',
    format: 'legacy',
    chain: [leaf.certificate, intermediate.certificate, root.certificate],
  },
  // The fake deployment manager knows the file by these bytes and the password.
  bytes: new TextEncoder().encode('bytes of wild_acme_com.p12'),
  password: new Secret('p12 password', 'password of wild_acme_com.p12'),
};
