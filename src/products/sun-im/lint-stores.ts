// Findings about the stores as they were found on the host: the server's JKS and the multiplexor's databases. Sources: Instant
// Messaging 7.2 Administration Guide, chapter 12; keytool and NSS as measured (jks.ts, nss-output.ts).
import { identityFor } from './certificate-identity.ts';
import type { MuxDatabase, ReadSunIm, ServerStore, SunImFinding, SunImStores } from './types.ts';

const fails = (code: string, text: string, fix: string): SunImFinding => ({ code, severity: 'fails', text, fix });
const warning = (code: string, text: string, fix: string): SunImFinding => ({ code, severity: 'warning', text, fix });

/** Only stores that the settings use are judged. */
export function lintStores({ server, mux }: SunImStores, { effective }: ReadSunIm): readonly SunImFinding[] {
  const { keyStore, muxLegacySsl = false, domain } = effective;
  return [
    ...(server === undefined || keyStore === undefined ? [] : serverFindings(server, keyStore, domain)),
    ...(mux === undefined || !muxLegacySsl ? [] : muxFindings(mux, effective.muxNickname ?? '')),
  ];
}

function serverFindings(store: ServerStore, path: string, domain: string | undefined): readonly SunImFinding[] {
  if (store.refusal !== undefined)
    return [fails('STORE_UNUSABLE', `${path}: ${store.refusal}`, 'Correct that, or make the store again.')];
  const [key, ...others] = store.keys;
  return [
    ...(store.form === 'jks'
      ? []
      : [
          fails(
            'STORE_FORM',
            `${path} is ${store.form} and no JKS: old Java cannot read it, though the keytool of today can`,
            'Make it again with -deststoretype JKS.',
          ),
        ]),
    ...(store.keyPasswordFits === false
      ? [
          fails(
            'KEY_PASSWORD',
            `${path}: the key has another password than the store, and Sun IM knows only one`,
            'Give the key the password of the store (keytool -keypasswd).',
          ),
        ]
      : []),
    ...(key === undefined ? [fails('NO_KEY', `${path} holds no key`, 'Import the certificate with its key.')] : []),
    ...(others.length > 0
      ? [
          warning(
            'SEVERAL_KEYS',
            `${path} holds ${store.keys.length} keys, and no setting says which one is served`,
            'Keep one key in the store.',
          ),
        ]
      : []),
    ...(key === undefined ? [] : chainFindings(path, key.chain)),
    ...(key === undefined || domain === undefined ? [] : nameFindings(path, key.chain, domain)),
    ...(store.trusted.length === 0
      ? [
          warning(
            'NO_SIGNER',
            `${path} holds no signer, so no certificate of another server is trusted`,
            'Import the root of the other servers.',
          ),
        ]
      : []),
  ];
}

type Chain = ServerStore['keys'][number]['chain'];

function chainFindings(path: string, chain: Chain): readonly SunImFinding[] {
  const last = chain.at(-1);
  if (last === undefined || last.selfSigned) return [];
  return [
    warning(
      'CHAIN_INCOMPLETE',
      `${path}: the chain of ${chain.length} ends at "${last.subject}", which is no root`,
      'Import the key again with the whole chain.',
    ),
  ];
}

function nameFindings(path: string, [leaf]: Chain, domain: string): readonly SunImFinding[] {
  if (leaf === undefined) return [];
  const { by, found } = identityFor(leaf, domain, 'server');
  if (by === null) {
    return [
      fails(
        'NAME_NOT_COVERED',
        `${path}: the certificate is for ${found.join(', ') || 'nothing'}, and the domain is ${domain}`,
        'Get a certificate for the domain of the addresses, not for the host.',
      ),
    ];
  }
  if (by !== 'common-name') return [];
  return [
    warning(
      'NAME_BY_CN',
      `${path}: only the common name covers ${domain}, which callers of today do not look at`,
      'Get a certificate with the domain as dNSName.',
    ),
  ];
}

function muxFindings({ form, nicknames, refusal }: MuxDatabase, nickname: string): readonly SunImFinding[] {
  if (refusal !== undefined)
    return [
      fails('DATABASE_UNUSABLE', `the database of the multiplexor: ${refusal}`, 'Correct that, or make it again.'),
    ];
  const near = nicknames.find(
    (one) => one.toLowerCase().replaceAll('_', '-') === nickname.toLowerCase().replaceAll('_', '-'),
  );
  return [
    ...(form === 'dbm'
      ? []
      : [
          fails(
            'DATABASE_FORM',
            'the multiplexor reads cert8.db and key3.db, and the folder has cert9.db and key4.db',
            'Make the database again with dbm: in front of the folder.',
          ),
        ]),
    ...(nicknames.includes(nickname)
      ? []
      : [
          fails(
            'NICKNAME_MISSING',
            `there is no certificate "${nickname}" in the database${near === undefined ? '' : `, but "${near}"`}`,
            `Set iim_mux.certnickname to ${near === undefined ? 'a nickname that certutil -L shows' : `"${near}"`}.`,
          ),
        ]),
  ];
}
