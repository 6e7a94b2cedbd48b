// certutil and pk12util on the hosts, over the stand-in for NSS databases: the verbs that strictstep uses, with the texts and exit
// statuses that NSS 3.87's tools were seen to print. The script that starts them (tools.ts) has read the password files and passes
// them on standard input: -f or -k first, -w second.
import type { X509Certificate } from 'node:crypto';
import { X509Certificate as Certificate, createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CertificateSummary } from '../../core/certificate.ts';
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { extractKey, openPkcs12 } from '../../tls/open-pkcs12.ts';
import type { ToolRun } from '../control.ts';
import { openLines } from '../line-reader.ts';
import { findUntrusted } from '../tls-client.ts';
import { createDatabase, openDatabase } from './nss-database.ts';
import type { DatabaseFiles, KeyEntry, Listed, NssDatabase, Unlocked } from './nss-database.ts';

const NAMES = {
  dbm: { certificates: 'cert8.db', keys: 'key3.db', modules: 'secmod.db' },
  sql: { certificates: 'cert9.db', keys: 'key4.db', modules: 'pkcs11.txt' },
} as const;

type Job = {
  readonly run: ToolRun;
  readonly option: (name: string) => string;
  readonly files: DatabaseFiles;
  readonly password: Secret;
  readonly second: Secret;
};

/** What a tool ends with. */
type End = { readonly status: number; readonly out?: string; readonly err?: string };

const DONE: End = { status: 0 };
const said = (err: string, status = 255): End => ({ status, err });

const NOT_OPENED =
  'certutil: function failed: SEC_ERROR_LEGACY_DATABASE: The certificate/key database is in an old, unsupported format.\n';
const TOKEN = 'certutil: Checking token "NSS Certificate DB" in slot "NSS User Private Key and Certificate Services"\n';
const BAD_PASSWORD = 'SEC_ERROR_BAD_PASSWORD: The security password entered is incorrect.\n';
const REFUSED = `Incorrect password/PIN entered.\ncertutil: could not authenticate to token NSS Certificate DB.: ${BAD_PASSWORD}`;

async function jobOf(run: ToolRun): Promise<Job> {
  const option = (name: string): string => run.argv[run.argv.indexOf(name) + 1] ?? '';
  const [, form = 'sql', folder = ''] = /^(?:(dbm|sql):)?(.*)$/.exec(option('-d')) ?? [];
  const names = NAMES[form === 'dbm' ? 'dbm' : 'sql'];
  const prefix = run.argv.includes('-P') ? option('-P') : '';
  const at = (name: string): string => path.resolve(run.cwd, folder, name);
  const lines = openLines(run.input);
  return {
    run,
    option,
    files: {
      certificates: at(`${prefix}${names.certificates}`),
      keys: at(`${prefix}${names.keys}`),
      modules: at(names.modules),
    },
    password: new Secret((await lines.next()) ?? '', 'password of the database'),
    second: new Secret((await lines.next()) ?? '', 'password of the .p12'),
  };
}

/** @returns the exit status */
export async function runNssTool(run: ToolRun): Promise<number> {
  const job = await jobOf(run);
  const { status, out = '', err = '' } = run.tool === 'pk12util' ? importKey(job) : certutil(job);
  run.out(out);
  run.err(err);
  return status;
}

function certutil(job: Job): End {
  const [verb = ''] = job.run.argv;
  if (verb === '-N') return create(job);
  const database = openDatabase(job.files);
  if (database === undefined) return said(NOT_OPENED);
  const work = VERBS[verb];
  return work === undefined ? said(`certutil: ${verb}: unknown command\n`) : work(job, database);
}

const VERBS: Readonly<Record<string, (job: Job, database: NssDatabase) => End>> = {
  '-L': list,
  '-K': listKeys,
  '-M': setTrust,
  '-V': validate,
};

function create({ files, password }: Job): End {
  if (!existsSync(path.dirname(files.keys))) return said(NOT_OPENED);
  if (existsSync(files.keys)) return { status: 0, out: 'Password changed successfully.\n' };
  createDatabase(files, password);
  return DONE;
}

/** Of one nickname with -a the certificate itself, of all of them the list. Neither needs the password. */
function list({ run, option }: Job, { listed }: NssDatabase): End {
  if (!run.argv.includes('-n')) return { status: 0, out: renderList(listed) };
  const nickname = option('-n');
  const found = listed.find((one) => one.nickname === nickname);
  if (found === undefined)
    return said(`certutil: Could not find cert: ${nickname}\n: PR_FILE_NOT_FOUND_ERROR: File not found\n`);
  return { status: 0, out: found.certificate.pem };
}

function renderList(listed: readonly Listed[]): string {
  const rows = listed.map(({ nickname, trust }) => `${nickname.padEnd(60)} ${trust.padEnd(5)}\n`);
  const head = `${'Certificate Nickname'.padEnd(60)} Trust Attributes\n${' '.repeat(61)}SSL,S/MIME,JAR/XPI\n`;
  return `\n${head}\n${rows.join('')}`;
}

function listKeys({ password }: Job, database: NssDatabase): End {
  const unlocked = database.unlock(password);
  if (unlocked === undefined) return { ...said(REFUSED), out: TOKEN };
  if (unlocked.keys.length === 0) return { status: 255, out: `${TOKEN}certutil: no keys found\n` };
  const rows = unlocked.keys.map(({ nickname, chain }, at) => {
    const id = createHash('sha1')
      .update(chain[0]?.pem ?? '')
      .digest('hex');
    return `<${String(at).padStart(2)}> rsa      ${id}   ${nickname}\n`;
  });
  return { status: 0, out: TOKEN + rows.join('') };
}

function setTrust({ option, password }: Job, { listed, unlock }: NssDatabase): End {
  const nickname = option('-n');
  if (!listed.some((one) => one.nickname === nickname))
    return said(
      `certutil: could not find certificate named "${nickname}": SEC_ERROR_BAD_DATABASE: security library: bad database.\n`,
    );
  const unlocked = unlock(password);
  if (unlocked === undefined) return said(REFUSED);
  const changed = listed.map((one) => (one.nickname === nickname ? { ...one, trust: option('-t') } : one));
  unlocked.save(changed, unlocked.keys);
  return DONE;
}

const certificateOf = ({ certificate }: Listed): X509Certificate => new Certificate(certificate.pem);

/** As a TLS server; as with NSS the password plays no part once it was given. */
function validate({ option }: Job, { listed }: NssDatabase): End {
  const nickname = option('-n');
  const found = listed.find((one) => one.nickname === nickname);
  if (found === undefined)
    return said(`certutil: could not find certificate named "${nickname}": PR_FILE_NOT_FOUND_ERROR: File not found\n`);
  const trusted = listed.filter(({ trust }) => /^[^,]*C/.test(trust)).map(certificateOf);
  const others = listed.filter((one) => one !== found).map(certificateOf);
  const chain = [certificateOf(found), ...others.filter(({ ca }) => ca)];
  const objection = objectionTo(orderedBy(chain), trusted);
  if (objection !== undefined) return { status: 255, out: `certutil: certificate is invalid: ${objection}\n` };
  return { status: 0, out: 'certutil: certificate is valid\n' };
}

function orderedBy([leaf, ...others]: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain = leaf === undefined ? [] : [leaf];
  for (let last = leaf; last !== undefined;) {
    const issuer = others.find((one) => last?.checkIssued(one) === true && !chain.includes(one));
    if (issuer !== undefined) chain.push(issuer);
    last = issuer;
  }
  return chain;
}

function objectionTo(chain: readonly X509Certificate[], trusted: readonly X509Certificate[]): string | undefined {
  const now = Date.now();
  if (chain.some(({ validFromDate, validToDate }) => now < validFromDate.getTime() || now > validToDate.getTime()))
    return "Peer's Certificate has expired.";
  return findUntrusted(chain, trusted) === undefined && trusted.length > 0
    ? undefined
    : "Peer's certificate issuer has been marked as not trusted by the user.";
}

function importKey({ run, option, files, password, second }: Job): End {
  const database = openDatabase(files);
  if (database === undefined)
    return said(NOT_OPENED.replace('certutil: function failed', 'pk12util: NSS_Initialize() failed'), 1);
  const file = path.resolve(run.cwd, option('-i'));
  if (!existsSync(file))
    return said(`pk12util: File Open failed: ${option('-i')}: PR_FILE_NOT_FOUND_ERROR: File not found\n`, 10);
  const unlocked = database.unlock(password);
  if (unlocked === undefined) {
    const text = `Incorrect password/PIN entered.\npk12util: Failed to authenticate to PKCS11 slot: ${BAD_PASSWORD}`;
    return said(
      `${text}pk12util: Failed to authenticate to "NSS User Private Key and Certificate Services": SEC_ERROR_USER_CANCELLED: The user pressed cancel.\n`,
      13,
    );
  }
  const bytes = readFileSync(file);
  try {
    for (const { alias } of openPkcs12(bytes, second).entries.filter(({ hasKey }) => hasKey)) {
      const { key, chain } = extractKey(bytes, second, alias);
      take(database.listed, unlocked, { nickname: alias, key, chain });
    }
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'KEYSTORE_PASSWORD') throw error;
    const text = `pk12util: PKCS12 decode not verified: ${BAD_PASSWORD}`;
    return said(
      `${text}pk12util: PKCS12 decode validate bags failed: SEC_ERROR_INVALID_ARGS: security library: invalid arguments.\n`,
      18,
    );
  }
  return { status: 0, out: 'pk12util: PKCS12 IMPORT SUCCESSFUL\n' };
}

/** Authorities come in with no trust at all, named by CN and O. */
function take(listed: readonly Listed[], unlocked: Unlocked, entry: KeyEntry): void {
  const [leaf, ...authorities] = entry.chain;
  if (leaf === undefined) return;
  const known = new Set(listed.map(({ certificate }) => certificate.sha256));
  const added = [
    { nickname: entry.nickname, trust: 'u,u,u', certificate: leaf },
    ...authorities.map((certificate) => ({ nickname: nameOf(certificate), trust: ',,', certificate })),
  ].filter(({ certificate }) => !known.has(certificate.sha256));
  const keys = unlocked.keys.filter(({ chain }) => chain[0]?.sha256 !== leaf.sha256);
  unlocked.save([...listed, ...added], [...keys, entry]);
}

function nameOf({ subject }: CertificateSummary): string {
  const part = (which: string): string => new RegExp(`(?:^|, ?)${which}=([^,]+)`).exec(subject)?.[1] ?? '';
  return part('O') === '' ? part('CN') : `${part('CN')} - ${part('O')}`;
}
