// The server's rewrite at its first start: with a password, the name of a stash file, and no such file yet, it writes the
// stash and takes the password out of sametime.ini. Source: HCL Sametime 11.6 "Implementing TLS configuration". A stash
// that is there already is used as it is, also when it holds an earlier password. The form of the stash is ours.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exposeSecret, Secret } from '../../core/secret.ts';
import type { LabIni } from './ini.ts';
import { removeConfigKeys } from './ini.ts';

const HEAD = 'STASH1\n';
const hide = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xa5));

const writeStash = (file: string, password: Secret): void =>
  writeFileSync(file, HEAD + hide(Buffer.from(exposeSecret(password))).toString('base64'), { mode: 0o600 });

export function readStash(file: string): Secret {
  const text = readFileSync(file, 'latin1');
  if (!text.startsWith(HEAD)) throw new Error(`${file} is not a stash file`);
  return new Secret(hide(Buffer.from(text.slice(HEAD.length), 'base64')).toString(), `password in ${file}`);
}

const PREFIXES = ['ST_TLS_', 'STSRV_TLS_', 'STMUX_TLS_', 'STLDAP_TLS_', 'STSAML_'];

/** @returns the keys whose lines were taken out of the file */
export function stashPasswords(file: string, ini: LabIni): readonly string[] {
  const done = PREFIXES.flatMap((prefix) => [`${prefix}TRUST_STORE_PASSWORD`, `${prefix}KEY_STORE_PASSWORD`]).filter(
    (key) => {
      const [password, stash] = [ini.value('Config', key), ini.value('Config', `${key}_STASH_FILE`)];
      if (password === undefined || password === '' || stash === undefined || stash === '') return false;
      const at = path.resolve(path.dirname(file), stash);
      if (existsSync(at)) return false;
      writeStash(at, new Secret(password, key));
      return true;
    },
  );
  if (done.length > 0) removeConfigKeys(file, new Set(done));
  return done;
}
