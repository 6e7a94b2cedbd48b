// Which Java generations read which form of key store. "unknown" is not a guess in either direction.
// Sources: OpenJDK 9 release notes, JEP 229 (PKCS12 as default type); JDK-8076190 (new PKCS12 algorithms, Java 16) and the
// backports of its reading side named in the release notes of 8u301 and 11.0.12; read with OpenJDK 17.0.15 here. IBM SDK 6
// to 8, which WebSphere 8.5.5 runs on: old forms by long use, the new one not verified on real WebSphere.
import type { CertificateForm } from './certificate-contents.ts';

export type Readable = 'yes' | 'no' | 'unknown';
type StoreForm = Exclude<CertificateForm, 'pem' | 'der'>;
type JavaGeneration = { readonly java: string; readonly reads: Readonly<Record<StoreForm, Readable>> };

const OLD_FORMS = { jks: 'yes', jceks: 'yes', 'pkcs12-legacy': 'yes' } as const;

export const JAVA_GENERATIONS: readonly JavaGeneration[] = [
  { java: 'IBM SDK 6, 7, 7.1 (WebSphere 8.5.5)', reads: { ...OLD_FORMS, 'pkcs12-modern': 'no' } },
  { java: 'IBM SDK 8 (WebSphere 8.5.5, 9)', reads: { ...OLD_FORMS, 'pkcs12-modern': 'unknown' } },
  { java: 'OpenJDK 8 before 8u301', reads: { ...OLD_FORMS, 'pkcs12-modern': 'no' } },
  { java: 'OpenJDK 8u301 or newer', reads: { ...OLD_FORMS, 'pkcs12-modern': 'yes' } },
  { java: 'OpenJDK 11 before 11.0.12', reads: { ...OLD_FORMS, 'pkcs12-modern': 'unknown' } },
  { java: 'OpenJDK 11.0.12 or newer', reads: { ...OLD_FORMS, 'pkcs12-modern': 'yes' } },
  { java: 'OpenJDK 17 or newer', reads: { ...OLD_FORMS, 'pkcs12-modern': 'yes' } },
];

/** Java reads PEM and DER when they are imported, never as a key store. */
export const javaReaders = (form: CertificateForm): readonly { readonly java: string; readonly reads: Readable }[] =>
  form === 'pem' || form === 'der' ? [] : JAVA_GENERATIONS.map(({ java, reads }) => ({ java, reads: reads[form] }));
