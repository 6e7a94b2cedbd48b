// Findings about the multiplexor's legacy SSL. Source: Instant Messaging 7.2 Administration Guide, "Setting Up Legacy SSL for the
// Multiplexor", table 12-2, example 12-2; file names of NSS as measured.
import { keyed, type KeyedFinding } from './finding.ts';
import type { ReadSunIm } from './types.ts';

export function lintMux({ effective, written }: ReadSunIm): readonly KeyedFinding[] {
  const {
    muxLegacySsl = false,
    muxNickname = '',
    muxPasswordFile,
    keyStorePasswordFile,
    keyStore,
    requireTls,
  } = effective;
  const prefixes = [
    ['iim_mux.keydbprefix', effective.muxKeyPrefix, 'key3.db'],
    ['iim_mux.certdbprefix', effective.muxCertificatePrefix, 'cert8.db'],
  ] as const;
  const hyphens = prefixes.flatMap(([key, prefix = '', file]) =>
    /[A-Za-z0-9]$/u.test(prefix)
      ? [
          keyed(
            key,
            'warning',
            'PREFIX_HYPHEN',
            `${key} is "${prefix}", which stands for the file ${prefix}${file}; the guide leaves out the hyphen of ${prefix}-${file}`,
            `Write "${prefix}-" when that is the name of the file, or rename the files and leave the prefix empty.`,
          ),
        ]
      : [],
  );
  if (!muxLegacySsl) return hyphens;
  return [
    ...hyphens,
    keyed(
      'iim_mux.usessl',
      'warning',
      'LEGACY_SSL',
      'clients speak SSL to the multiplexor, and from there to the server (45222) everything is without TLS',
      'Offer startTLS at the server and switch this off: the multiplexor then passes TLS through.',
    ),
    ...(keyStore === undefined
      ? []
      : [
          keyed(
            'iim_mux.usessl',
            requireTls === true ? 'fails' : 'warning',
            'LEGACY_SSL_AND_TLS',
            `the multiplexor takes SSL and the server ${requireTls === true ? 'requires' : 'offers'} startTLS: Instant Messenger does not use startTLS behind SSL`,
            'Set iim_mux.usessl to off once the server offers startTLS.',
          ),
        ]),
    ...(/^multiplexor_cert$/iu.test(muxNickname) ||
    (/^multiplexor-cert$/iu.test(muxNickname) && muxNickname !== 'Multiplexor-Cert')
      ? [
          keyed(
            'iim_mux.certnickname',
            'warning',
            'NICKNAME_SPELLING',
            `iim_mux.certnickname is "${muxNickname}" and the default is Multiplexor-Cert; every letter and sign counts`,
            'Compare it with certutil -L.',
          ),
        ]
      : []),
    ...(keyStore !== undefined && muxPasswordFile === keyStorePasswordFile
      ? [
          keyed(
            'iim_mux.keystorepasswordfile',
            'note',
            'ONE_PASSWORD_FILE',
            `server and multiplexor read the same ${muxPasswordFile}, so their stores need the same password`,
            'Keep it so, or name two files.',
          ),
        ]
      : []),
    ...(written.muxDatabaseFolder === undefined
      ? [
          keyed(
            'iim_mux.secconfigdir',
            'note',
            'FOLDER_DEFAULT',
            'iim_mux.secconfigdir is not set, and its default differs between Solaris and Linux',
            'Write the folder.',
          ),
        ]
      : []),
  ];
}
