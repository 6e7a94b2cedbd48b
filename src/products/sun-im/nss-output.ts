// What certutil and pk12util say. One text of theirs has several causes, and an exit status of 0 alone proves nothing, so
// each wanted outcome has its line. Measured with NSS 3.87; what Sun's own tools of 2007 print is not verified.
import type { CommandResult } from '../../core/shell.ts';
import type { FolderLook } from './look.ts';
import { NAMES, type Database } from './nss.ts';

export type NssFailure =
  | 'database-password'
  | 'p12-password'
  | 'p12-file'
  | 'nickname-missing'
  | 'not-valid'
  /** one of the next five; look at the folder to know which */
  | 'database'
  | 'folder-missing'
  | 'database-missing'
  | 'database-unreadable'
  | 'prefix-wrong'
  | 'form-wrong'
  | 'database-damaged'
  /** exit status 0 without the line that tells success */
  | 'nothing-proved'
  | 'other';
export type NssOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly why: NssFailure; readonly line: string; readonly fix: string };

export type NssVerb = 'create' | 'import' | 'trust' | 'validity' | 'list' | 'keys';

/** Line that a good outcome has; null: it says nothing, and another command proves it. */
const PROOF: Readonly<Record<NssVerb, RegExp | null>> = {
  create: null,
  import: /^pk12util: PKCS12 IMPORT SUCCESSFUL$/mu,
  trust: null,
  validity: /^certutil: certificate is valid$/mu,
  list: /^Certificate Nickname\s+Trust Attributes$/mu,
  keys: /^certutil: Checking token /mu,
};

const REASONS: readonly (readonly [NssFailure, RegExp, string])[] = [
  [
    'p12-password',
    /PKCS12 decode not verified|SEC_ERROR_PKCS12_INVALID_MAC/u,
    'Give the .p12 the password of the database.',
  ],
  ['p12-file', /File Open failed/u, 'Check the path of the .p12 and who may read it.'],
  [
    'nickname-missing',
    /Could not find cert: |could not find certificate named/u,
    'Compare the nickname letter by letter with certutil -L.',
  ],
  ['not-valid', /certificate is invalid: /u, 'Import the whole chain and give its root the trust CT,, .'],
  ['database', /SEC_ERROR_LEGACY_DATABASE|SEC_ERROR_BAD_DATABASE/u, 'Look at the folder of the database.'],
  [
    'database-password',
    /SEC_ERROR_BAD_PASSWORD|Incorrect password\/PIN/u,
    'Compare the password with the one in sslpassword.conf.',
  ],
];

/** @param look as the same account sees the folder; tells apart what the tools do not */
export function judgeNss(verb: NssVerb, result: CommandResult, database: Database, look?: FolderLook): NssOutcome {
  const text = `${result.stdout}\n${result.stderr}`;
  const found = REASONS.find(([, form]) => form.test(text));
  if (found !== undefined) {
    const [why, form, fix] = found;
    const line =
      text
        .split('\n')
        .find((one) => form.test(one))
        ?.trim() ?? '';
    if (why !== 'database' || look === undefined) return { kind: 'failed', why, line, fix };
    return { kind: 'failed', line, ...explainDatabase(database, look) };
  }
  const said =
    text
      .split('\n')
      .findLast((one) => one.trim() !== '')
      ?.trim() ?? 'nothing';
  if (result.exitCode !== 0)
    return { kind: 'failed', why: 'other', line: said, fix: 'Run the command by hand on the host.' };
  const proof = PROOF[verb];
  if (proof === null || proof.test(text)) return { kind: 'done' };
  return {
    kind: 'failed',
    why: 'nothing-proved',
    line: said,
    fix: 'Run the command by hand on the host with the password.',
  };
}

type Cause = { readonly why: NssFailure; readonly fix: string };

/** Why a database cannot be opened, though the tool has one error for all of it. */
export function explainDatabase(
  { form, prefix, folder }: Pick<Database, 'form' | 'prefix' | 'folder'>,
  look: FolderLook,
): Cause {
  const { certificates, keys, modules } = NAMES[form];
  if (look.folder === 'absent') return { why: 'folder-missing', fix: `Create ${folder}, or correct the path.` };
  if (look.folder === 'closed')
    return { why: 'database-unreadable', fix: `Let the account of the multiplexor read ${folder}.` };
  const wanted = [`${prefix}${certificates}`, `${prefix}${keys}`, modules];
  const states = wanted.map((name) => [name, look.files.get(name)] as const);
  const closed = states.find(([, state]) => state === 'unreadable')?.[0];
  if (closed !== undefined)
    return { why: 'database-unreadable', fix: `Let the account of the multiplexor read ${folder}/${closed}.` };
  const missing = states.find(([, state]) => state === undefined)?.[0];
  if (missing === undefined)
    return {
      why: 'database-damaged',
      fix: `Make the database again: ${wanted.join(', ')} are there and cannot be used.`,
    };
  const prefixes = prefixesIn(look, certificates);
  if (missing !== modules && prefixes.length > 0) {
    const named = prefixes.map((one) => (one === '' ? 'no prefix' : `"${one}"`)).join(' or ');
    return {
      why: 'prefix-wrong',
      fix: `Use ${named}: the prefix is everything in front of ${certificates}, hyphens too.`,
    };
  }
  const otherForm = form === 'dbm' ? NAMES.sql.certificates : NAMES.dbm.certificates;
  if (prefixesIn(look, otherForm).length > 0)
    return { why: 'form-wrong', fix: `Make the database in the form ${form}: the folder has ${otherForm}.` };
  return { why: 'database-missing', fix: `Create the database: ${folder} has no ${missing}.` };
}

/** Prefixes with which the folder has such a file. */
export const prefixesIn = ({ files }: FolderLook, name: string): readonly string[] =>
  [...files.keys()].filter((file) => file.endsWith(name)).map((file) => file.slice(0, -name.length));

export type ListedCertificate = { readonly nickname: string; readonly trust: string };

/** @param text of `certutil -L`; lines of another form are left out */
export const parseCertutilList = (text: string): readonly ListedCertificate[] =>
  text.split('\n').flatMap((line) => {
    const [, nickname = '', trust = ''] = /^(\S.*?)\s+([A-Za-z]*,[A-Za-z]*,[A-Za-z]*)\s*$/u.exec(line) ?? [];
    return nickname === '' || nickname === 'SSL,S/MIME,JAR/XPI' ? [] : [{ nickname, trust }];
  });

/** @param text of `certutil -K`; nicknames of the certificates that have a key */
export const parseCertutilKeys = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^<\s*\d+>\s+\S+\s+[0-9a-f]+\s+(.+?)\s*$/u.exec(line)?.[1] ?? []);
