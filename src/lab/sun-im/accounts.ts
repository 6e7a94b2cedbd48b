// Accounts of a server and the log-ins they allow: PLAIN (RFC 4616) and SCRAM-SHA-1 (RFC 5802). Which mechanisms Sun's server has is
// in no page that could be read. The file holds no password: user, salt, stored key and server key, as RFC 5802 names them.
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';
import { exposeSecret } from '../../core/secret.ts';

const ROUNDS = 4096;

type Account = { readonly salt: string; readonly storedKey: Buffer; readonly serverKey: Buffer };
export type Accounts = ReadonlyMap<string, Account>;

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha1', key).update(text).digest();
const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest();
const salted = (password: string, salt: string): Buffer =>
  pbkdf2Sync(password, Buffer.from(salt, 'base64'), ROUNDS, 20, 'sha1');

/** One line of the file. */
export function renderAccount(user: string, password: Secret): string {
  const salt = randomBytes(12).toString('base64');
  const key = salted(exposeSecret(password), salt);
  const stored = sha1(hmac(key, 'Client Key')).toString('base64');
  return `${user} ${salt} ${stored} ${hmac(key, 'Server Key').toString('base64')}\n`;
}

export const readAccounts = (text: string): Accounts =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [user, salt, stored, server] = line.split(' ');
      if (user === undefined || salt === undefined || stored === undefined || server === undefined) return [];
      const account = {
        salt,
        storedKey: Buffer.from(stored, 'base64'),
        serverKey: Buffer.from(server, 'base64'),
      };
      return [[user, account]];
    }),
  );

export type SaslStep =
  | { readonly kind: 'challenge'; readonly text: string; readonly next: (answer: string) => SaslStep }
  | { readonly kind: 'success'; readonly user: string; readonly text: string }
  | { readonly kind: 'failure'; readonly condition: 'invalid-mechanism' | 'not-authorized' | 'malformed-request' };

export const MECHANISMS = ['SCRAM-SHA-1', 'PLAIN'] as const;

const refused: SaslStep = { kind: 'failure', condition: 'not-authorized' };

/** @param initial what came with `<auth>`, decoded */
export function beginSasl(accounts: Accounts, mechanism: string, initial: string): SaslStep {
  if (mechanism === 'PLAIN') return plain(accounts, initial);
  if (mechanism === 'SCRAM-SHA-1') return scram(accounts, initial);
  return { kind: 'failure', condition: 'invalid-mechanism' };
}

function plain(accounts: Accounts, initial: string): SaslStep {
  const [, user = '', password = ''] = initial.split('\0');
  const account = accounts.get(user);
  if (account === undefined) return refused;
  const stored = sha1(hmac(salted(password, account.salt), 'Client Key'));
  return timingSafeEqual(stored, account.storedKey) ? { kind: 'success', user, text: '' } : refused;
}

function scram(accounts: Accounts, initial: string): SaslStep {
  const [, bare = '', user = '', nonce = ''] = /^n,[^,]*,(n=([^,]+),r=([^,]+).*)$/.exec(initial) ?? [];
  if (bare === '') return { kind: 'failure', condition: 'malformed-request' };
  const account = accounts.get(user);
  const whole = nonce + randomBytes(12).toString('base64url');
  const first = `r=${whole},s=${account?.salt ?? randomBytes(12).toString('base64')},i=${ROUNDS}`;
  const next = (answer: string): SaslStep => {
    const [, without = '', said = '', proof = ''] = /^(c=[^,]+,r=([^,]+)),p=(.+)$/.exec(answer) ?? [];
    if (account === undefined || said !== whole) return refused;
    const message = `${bare},${first},${without}`;
    const signature = hmac(account.storedKey, message);
    const given = Buffer.from(proof, 'base64');
    const key = Buffer.from(signature.map((byte, at) => byte ^ (given[at] ?? 0)));
    if (!timingSafeEqual(sha1(key), account.storedKey)) return refused;
    return { kind: 'success', user, text: `v=${hmac(account.serverKey, message).toString('base64')}` };
  };
  return { kind: 'challenge', text: first, next };
}
