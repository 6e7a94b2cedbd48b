// The multiplexor's certificate and key databases, made by the host's own certutil and pk12util. The product of 2007 reads dbm
// (cert8.db, key3.db, secmod.db), which the tools of today write only when they are told to (`dbm:`), or not at all any more.
// Database and .p12 have the same password, which goes in by standard input. Measured with NSS 3.87.
import { Secret } from '../../core/secret.ts';
import type { Command } from '../../core/shell.ts';
import { runAs } from './look.ts';

export type Database = {
  readonly folder: string;
  /** dbm: what Sun Instant Messaging reads; sql: what NSS writes by default since 3.35 */
  readonly form: 'dbm' | 'sql';
  /** in front of cert8.db and key3.db, hyphen included; '' where we make it */
  readonly prefix: string;
  readonly password: Secret;
  /** folder of certutil and pk12util; absent: they are in PATH */
  readonly tools?: string;
  /** account that will own new files, by sudo; absent: the one of the log-in */
  readonly user?: string;
};

const toolOf = ({ tools }: Database, name: 'certutil' | 'pk12util'): string =>
  tools === undefined ? name : `${tools}/${name}`;

const timeoutMs = 60_000;
const at = ({ form, folder, prefix }: Database): readonly string[] => [
  '-d',
  `${form}:${folder}`,
  ...(prefix === '' ? [] : ['-P', prefix]),
];
// The tools read a password from a file they are named: a pipe here, since standard input may be a socket, which they cannot
// open (and a database made that way has no password). printf is part of the shell, so no argv and no file has the password.
const CALL = 'IFS= read -r pw; printf \'%s\\n\' "$pw" | "$@" -f /dev/fd/0';

const withPassword = (database: Database, argv: readonly string[], password = database.password): Command => ({
  argv: [...runAs(database.user), 'sh', '-c', CALL, 'sh', toolOf(database, 'certutil'), ...argv, ...at(database)],
  stdin: [password, '\n'],
  timeoutMs,
});

export const NAMES = {
  dbm: { certificates: 'cert8.db', keys: 'key3.db', modules: 'secmod.db' },
  sql: { certificates: 'cert9.db', keys: 'key4.db', modules: 'pkcs11.txt' },
} as const;

/** The folder is there and holds no database. Where NSS was built without dbm this is what fails. */
export const createCommand = (database: Database): Command => withPassword(database, ['-N']);

const IMPORT =
  'IFS= read -r pw; printf \'%s\\n\' "$pw" | { exec 3<&0; printf \'%s\\n\' "$pw" | "$3" -i "$1" -k /dev/fd/3 -w /dev/fd/0 -d "$2"; }';

/** The .p12 has the password of the database; the friendly name in it becomes the nickname. */
export const importKeyCommand = (database: Database, p12: string): Command => ({
  argv: [
    ...runAs(database.user),
    'sh',
    '-c',
    IMPORT,
    'sh',
    p12,
    `${database.form}:${database.folder}`,
    toolOf(database, 'pk12util'),
  ],
  stdin: [database.password, '\n'],
  timeoutMs,
});

/** An imported authority is trusted for nothing (`,,`) until this: C signs servers, T signs clients. */
export const trustCommand = (database: Database, nickname: string): Command =>
  withPassword(database, ['-M', '-n', nickname, '-t', 'CT,,']);

/** As a TLS server, signatures checked. Without the password certutil ends with 0 and has checked nothing. */
export const validityCommand = (database: Database, nickname: string): Command =>
  withPassword(database, ['-V', '-n', nickname, '-u', 'V', '-e']);

export const listCommand = (database: Database): Command => withPassword(database, ['-L']);

/** The certificate itself, as PEM. */
export const certificateCommand = (database: Database, nickname: string): Command =>
  withPassword(database, ['-L', '-n', nickname, '-a']);

export const keysCommand = (database: Database): Command => withPassword(database, ['-K']);

/** Has to fail with `database-password`; otherwise anybody who can read the files has the key. */
export const emptyPasswordCommand = (database: Database): Command =>
  withPassword(database, ['-K'], new Secret('', 'no password'));
