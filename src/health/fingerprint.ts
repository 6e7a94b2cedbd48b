// The printed form of a certificate's digest.
import { createHash } from 'node:crypto';

const colons = (hex: string): string => hex.toUpperCase().replace(/(..)(?!$)/g, '$1:');

export const sha256Colons = (der: Uint8Array): string => colons(createHash('sha256').update(der).digest('hex'));
