// Plain, dynamic or strict for what a server listens to and for each of its peers, and the legacy SSL of the multiplexor.
// What the file says is a claim; only a probe from outside proves a mode. Source: Instant Messaging 7.2 Administration Guide,
// "Activating TLS on the Instant Messaging Server", "Setting Up Legacy SSL".
import { OperatorError } from '../../core/errors.ts';
import { coserverEdits, settingsToEdits } from './settings.ts';
import type { IimEdit, ReadSunIm, StreamMode } from './types.ts';

export type SunImModes = {
  /** of 5222 (through the multiplexor) and 5269 alike: the product has one switch for both; unclear: `remarks` say why */
  readonly streams: StreamMode | 'unclear';
  /** on: nothing but SSL from the first byte is taken on the multiplexor's port */
  readonly muxLegacySsl: boolean | 'unclear';
  /** this server's end of the link with each listed coserver; the other end has a setting of its own */
  readonly peers: Readonly<Record<string, StreamMode | 'unclear'>>;
  readonly remarks: readonly string[];
};

export function readModes({ effective, coservers, unknown }: ReadSunIm): SunImModes {
  const isUnread = (key: string): boolean => unknown.some((one) => one.key === key);
  const { keyStore, requireTls = false, muxLegacySsl = false } = effective;
  const isOdd = isUnread('iim_server.sslkeystore') || isUnread('iim_server.requiressl');
  const isShut = requireTls && keyStore === undefined;
  const streams = isOdd || isShut ? 'unclear' : modeOf(keyStore !== undefined, requireTls);
  const peers = coservers
    .filter(({ isListed }) => isListed)
    .map(({ name, requireTls: own }): readonly [string, StreamMode | 'unclear'] => {
      const isPairOdd = isUnread(`iim_server.${name}.requiressl`) || (own === true && keyStore === undefined);
      if (streams === 'unclear' || isPairOdd) return [name, 'unclear'];
      return [name, modeOf(keyStore !== undefined, requireTls || own === true)];
    });
  return {
    streams,
    muxLegacySsl: isUnread('iim_mux.usessl') ? 'unclear' : muxLegacySsl,
    peers: Object.fromEntries(peers),
    remarks: [
      ...unknown.map(({ key, line }) => `line ${line}: what ${key} says is not understood`),
      ...(isShut ? ['TLS is required and no key store is named, so every connection would be ended'] : []),
    ],
  };
}

function modeOf(hasStore: boolean, isRequired: boolean): StreamMode {
  if (!hasStore) return 'plain';
  return isRequired ? 'strict' : 'dynamic';
}

export type StreamWish = {
  readonly mode: StreamMode;
  /** needed when the file names none yet */
  readonly keyStore?: string;
  readonly passwordFile?: string;
};

/** Edits that spell the mode. Trust in every certificate goes with plaintext: it is switched off by both other modes.
 * @throws OperatorError POLICY_REFUSED without a key store, for a server would then refuse everybody */
export function streamEdits({ written, effective }: ReadSunIm, wish: StreamWish): readonly IimEdit[] {
  if (wish.mode === 'plain') return settingsToEdits({ keyStore: null, requireTls: null });
  const keyStore = wish.keyStore ?? written.keyStore;
  if (keyStore === undefined) {
    throw new OperatorError('POLICY_REFUSED', `mode ${wish.mode} needs a key store, and iim.conf names none`, {
      hint: 'Make the key store first and give its path.',
    });
  }
  const passwordFile = wish.passwordFile ?? effective.keyStorePasswordFile;
  return settingsToEdits({
    keyStore,
    ...(passwordFile === undefined ? {} : { keyStorePasswordFile: passwordFile }),
    requireTls: wish.mode === 'strict',
    ...(effective.trustAllCertificates === true ? { trustAllCertificates: false } : {}),
  });
}

/** @throws OperatorError POLICY_REFUSED when the server cannot do TLS, INPUT_UNKNOWN_NAME for an unlisted coserver */
export function peerEdits(read: ReadSunIm, name: string, mode: 'dynamic' | 'strict'): readonly IimEdit[] {
  if (read.written.keyStore === undefined) {
    throw new OperatorError('POLICY_REFUSED', `coserver ${name} cannot be ${mode}: iim.conf names no key store`, {
      hint: 'Make the server dynamic first.',
    });
  }
  return coserverEdits(read, name, mode === 'strict');
}

export type LegacySslWish =
  | { readonly on: false }
  | {
      readonly on: true;
      readonly folder: string;
      readonly nickname: string;
      readonly passwordFile: string;
      /** in front of cert8.db and key3.db, as the files are named; '' is best */
      readonly prefix: string;
    };

/** @throws OperatorError POLICY_REFUSED when the server requires TLS: Instant Messenger then gets through neither way */
export function legacySslEdits({ effective, written }: ReadSunIm, wish: LegacySslWish): readonly IimEdit[] {
  if (!wish.on) return settingsToEdits({ muxLegacySsl: false });
  if (effective.requireTls === true) {
    throw new OperatorError(
      'POLICY_REFUSED',
      'legacy SSL at the multiplexor does not go with iim_server.requiressl=true',
      {
        hint: 'Keep the multiplexor without SSL: it passes startTLS through to the server.',
      },
    );
  }
  const prefixOf = (own: string | undefined): string | null | undefined =>
    wish.prefix !== '' ? wish.prefix : own === undefined ? undefined : null;
  const key = prefixOf(written.muxKeyPrefix);
  const certificate = prefixOf(written.muxCertificatePrefix);
  return settingsToEdits({
    muxLegacySsl: true,
    muxDatabaseFolder: wish.folder,
    muxNickname: wish.nickname,
    muxPasswordFile: wish.passwordFile,
    ...(key === undefined ? {} : { muxKeyPrefix: key }),
    ...(certificate === undefined ? {} : { muxCertificatePrefix: certificate }),
  });
}
