// Reads the key stores under fixtures/; where they come from: fixtures/README.md.
import { readFileSync } from 'node:fs';
import { Secret } from '../../src/core/secret.ts';

export const OPENSSL_PASSWORD = new Secret('WebAS', 'password of the openssl fixtures');
export const KEYTOOL_PASSWORD = new Secret('changeit', 'password of the keytool fixtures');

/** SHA-256 fingerprints as `openssl x509 -fingerprint` printed them. */
export const FINGERPRINTS = {
  leaf: '85:EE:DB:96:25:D8:76:70:52:4F:8E:12:59:94:9F:4F:1F:B0:D1:C7:E9:22:10:C8:CB:B5:94:F4:BD:AB:9E:42',
  issuing: 'A0:CA:ED:2E:67:C4:45:5A:2B:AF:58:C3:E6:48:86:59:FF:A3:55:B8:1D:FC:FE:D6:EE:19:04:1F:3E:BA:0C:32',
  root: '20:7E:DB:42:9E:7C:E7:02:77:99:84:2D:B4:A5:51:6D:1F:60:52:6B:3E:4B:91:C4:92:07:59:88:12:EE:9C:0E',
} as const;

export const readFixture = (name: string): Uint8Array =>
  Uint8Array.from(Buffer.from(readFileSync(new URL(`fixtures/${name}.b64`, import.meta.url), 'utf8'), 'base64'));
