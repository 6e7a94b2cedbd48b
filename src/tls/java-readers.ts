// Which Java generations read which form of key store. "unknown" is not a guess in either direction.
// Measured here: OpenJDK 17.0.15 alone. The update numbers 8u301 and 11.0.12 (backports of the reading side of JDK-8076190)
// are from memory of release notes, not looked up again. IBM SDK 6 to 8, which WebSphere 8.5.5 runs on: old forms by long use;
// 6 and 7 are from before Java had PBES2 with SHA-2 (Java 8). None of the IBM rows is verified on real WebSphere.
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
