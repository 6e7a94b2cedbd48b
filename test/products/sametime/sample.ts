// Short ways to a sametime.ini and to certificates for the tests of this folder.
import type { CertificateSummary } from '../../../src/core/certificate.ts';
import { parseIni, type IniFile } from '../../../src/products/sametime/ini.ts';
import type { StoredCertificate } from '../../../src/products/sametime/types.ts';

export const source = { host: 'st1', path: '/local/notesdata/sametime.ini' };

export const parse = (text: string | Uint8Array): IniFile =>
  parseIni(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, source);

export const config = (...lines: readonly string[]): IniFile => parse(`[Config]\n${lines.join('\n')}\n`);

export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const summary = (keyType: string, keyBits: number, signature: string): CertificateSummary => ({
  subject: `CN=${keyType}-${keyBits}-${signature}`,
  issuer: 'CN=Acme Root',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  sha256: '00',
  sha1: '00',
  names: ['*.acme.example'],
  keyBits,
  keyType,
  signature,
  selfSigned: false,
  certificateAuthority: false,
  pem: '',
});

/** `RSA 2048 sha256WithRSA`, with those of its issuers behind it */
export function stored(alias: string, ...forms: readonly string[]): StoredCertificate {
  const [certificate, ...issuers] = forms.map((form) => {
    const [type = '', bits = '', signature = ''] = form.split(' ');
    return summary(type, Number(bits), signature);
  });
  if (certificate === undefined) throw new RangeError('a stored certificate has a form');
  return { alias, certificate, issuers };
}
