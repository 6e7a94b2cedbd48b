// What we log in with: private keys from files, and keys that an ssh-agent holds. They go nowhere but into the signature.
import { readFile, stat } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import { sha256Hex } from '../core/json.ts';
import { exposeSecret } from '../core/secret.ts';
import type { Secret } from '../core/secret.ts';
import type { LogInEntry } from '../inventory/types.ts';

/** In the order in which they are tried.
 * @param passphrase of the keys that are protected by one
 * @throws OperatorError INPUT_UNREADABLE, SECRET_EXPOSED */
export async function loadLogInMethods(entry: LogInEntry, passphrase?: Secret): Promise<readonly AnyAuthMethod[]> {
  const { name, user: username, identityFiles, agent } = entry;
  const keys = await Promise.all(identityFiles.map((file) => loadIdentity(name, file, passphrase)));
  const methods: AnyAuthMethod[] = keys.map((key) => ({ type: 'publickey', username, key }));
  if (agent === undefined) return methods;
  const socket = agent === true ? process.env['SSH_AUTH_SOCK'] : agent;
  if (socket !== undefined && socket !== '') return [...methods, { type: 'agent', username, agent: socket }];
  throw new OperatorError(
    'INPUT_UNREADABLE',
    `host ${name}: the inventory wants an ssh-agent, and SSH_AUTH_SOCK is not set`,
    {
      hint: 'Start ssh-agent and load the key with ssh-add, or give identityFile.',
    },
  );
}

async function loadIdentity(host: string, file: string, passphrase: Secret | undefined): Promise<ParsedKey> {
  const bytes = await readPrivate(host, file);
  // Many hosts are entered with one key, and opening a protected one is made to take long.
  const known = openedWith(passphrase);
  const digest = sha256Hex(bytes);
  const key = known.get(digest) ?? openKey(host, file, bytes, passphrase);
  known.set(digest, key);
  return key;
}

const NO_PASSPHRASE = {};
const opened = new WeakMap<object, Map<string, ParsedKey>>();

/** Keys that were opened with this passphrase, by digest of their file. */
function openedWith(passphrase: Secret | undefined): Map<string, ParsedKey> {
  const known = opened.get(passphrase ?? NO_PASSPHRASE) ?? new Map<string, ParsedKey>();
  opened.set(passphrase ?? NO_PASSPHRASE, known);
  return known;
}

function openKey(host: string, file: string, bytes: Buffer, passphrase: Secret | undefined): ParsedKey {
  const plain = ssh2.utils.parseKey(bytes);
  const isLocked = plain instanceof Error && /encrypted|passphrase/i.test(plain.message);
  const key = isLocked && passphrase !== undefined ? ssh2.utils.parseKey(bytes, exposeSecret(passphrase)) : plain;
  if (!(key instanceof Error) && key.isPrivateKey()) return key;
  // The parser's own message is not shown: it could quote the file.
  if (isLocked && passphrase !== undefined) {
    const message = `host ${host}: the ${passphrase.label} does not open the identity file ${file}`;
    throw new OperatorError('INPUT_UNREADABLE', message, { hint: 'Correct the credential that passphrase names.' });
  }
  const message = isLocked
    ? `host ${host}: the identity file ${file} is protected by a passphrase`
    : `host ${host}: the identity file ${file} holds no private key that can be used`;
  const hint = isLocked
    ? 'Name the credential with its passphrase (passphrase: NAME), or load the key into ssh-agent and set agent: true.'
    : 'Name a private key in OpenSSH or PEM form; a key of a hardware token goes through ssh-agent.';
  throw new OperatorError('INPUT_UNREADABLE', message, { hint });
}

async function readPrivate(host: string, file: string): Promise<Buffer> {
  let mode: number;
  let bytes: Buffer;
  try {
    ({ mode } = await stat(file));
    bytes = await readFile(file);
  } catch (cause) {
    throw new OperatorError('INPUT_UNREADABLE', `host ${host}: the identity file ${file} cannot be read`, { cause });
  }
  // Windows has no such bits; the mode it reports says nothing.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const message = `host ${host}: the identity file ${file} can be read by group or others`;
    throw new OperatorError('SECRET_EXPOSED', message, { hint: `Restrict it to its owner with chmod 600 ${file}.` });
  }
  return bytes;
}
