// keytool on the hosts: -importkeystore, -importcert, -list -v and -certreq, with questions on standard input, real JKS files and
// the texts that OpenJDK 17's keytool was seen to print (test/products/sun-im/stores.long.ts runs the same commands against it).
import { sign, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { bits, childOf, nothing, oid, parseDer, renderDer, sequence } from '../../tls/asn1-value.ts';
import { javaStoreForm } from '../../tls/open-jks.ts';
import { extractKey, isSameAlias, openPkcs12 } from '../../tls/open-pkcs12.ts';
import { summarizeCertificate } from '../../tls/summarize-certificate.ts';
import type { ToolRun } from '../control.ts';
import { openLines } from '../line-reader.ts';
import { readJksEntries, writeJks } from './jks-file.ts';
import type { JksEntry } from './jks-file.ts';
import { renderListing } from './keytool-listing.ts';

type Ask = (question: string) => Promise<string>;
type Options = ReadonlyMap<string, string>;
type Job = {
  readonly options: Options;
  readonly run: ToolRun;
  readonly ask: Ask;
  readonly file: (key: string) => string;
};

/** What keytool ends with: `keytool error: <exception>: <text>` on standard output, exit status 1. */
const failure = (text: string, exception = 'java.lang.Exception'): Error => new Error(`${exception}: ${text}`);

const FLAGS = new Set(['-noprompt', '-trustcacerts', '-v']);

/** @returns the exit status */
export async function runKeytool(run: ToolRun): Promise<number> {
  const [verb = '', ...rest] = run.argv.filter((word) => !word.startsWith('-J'));
  const options = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (FLAGS.has(word)) options.set(word, '');
    else options.set(word, rest[(at += 1)] ?? '');
  }
  const lines = openLines(run.input);
  const ask: Ask = async (question) => {
    run.err(question);
    return (await lines.next()) ?? '';
  };
  const work = VERBS[verb];
  if (work === undefined) {
    run.out(`keytool error: java.lang.RuntimeException: ${verb} is not a legal command\n`);
    return 1;
  }
  try {
    await work({ options, run, ask, file: (key) => path.resolve(run.cwd, options.get(key) ?? '') });
    return 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    run.out(`keytool error: ${error instanceof OperatorError ? exceptionOf(error) : text}\n`);
    return 1;
  }
}

const exceptionOf = ({ code }: OperatorError): string =>
  code === 'KEYSTORE_PASSWORD'
    ? 'java.io.IOException: Keystore was tampered with, or password was incorrect'
    : 'java.io.IOException: Invalid keystore format';

const VERBS: Readonly<Record<string, (job: Job) => Promise<void>>> = {
  '-importkeystore': importKeyStore,
  '-importcert': importCertificate,
  '-list': list,
  '-certreq': certificateRequest,
};

const proprietary = (name: string): string =>
  `\nWarning:\nThe JKS keystore uses a proprietary format. It is recommended to migrate to PKCS12 which is an industry standard format using "keytool -importkeystore -srckeystore ${name} -destkeystore ${name} -deststoretype pkcs12".\n`;

/** Asks until it is long enough; undefined: three times it was not, and keytool ends with 0 and has made nothing. */
async function newPassword(job: Job, question: string): Promise<string | undefined> {
  for (let tries = 0; tries < 3; tries += 1) {
    const given = await job.ask(question);
    if (given.length >= 6) {
      const again = await job.ask('Re-enter new password: ');
      if (again === given) return given;
      job.run.err("They don't match. Try again\n");
    } else job.run.err('Keystore password is too short - must be at least 6 characters\n');
  }
  job.run.err('Too many failures - try later\n');
  return undefined;
}

async function importKeyStore(job: Job): Promise<void> {
  const { options, run, ask, file } = job;
  const option = (key: string): string => options.get(key) ?? '';
  const [from, to] = [file('-srckeystore'), file('-destkeystore')];
  run.err(`Importing keystore ${option('-srckeystore')} to ${option('-destkeystore')}...\n`);
  const isNew = !existsSync(to);
  const question = 'Enter destination keystore password:  ';
  const given = isNew ? await newPassword(job, question) : await ask(question);
  if (given === undefined) return;
  const password = new Secret(given, 'password of the destination');
  if (!existsSync(from)) {
    throw failure(`${option('-srckeystore')} (No such file or directory)`, 'java.io.FileNotFoundException');
  }
  const source = new Secret(await ask('Enter source keystore password:  '), 'password of the source');
  const bytes = readFileSync(from);
  const entry = openSource(bytes, source).find(({ alias }) => isSameAlias(alias, option('-srcalias')));
  if (entry === undefined) throw failure(`Alias <${option('-srcalias')}> does not exist`);
  const { key, chain } = extractKey(bytes, source, entry.alias);
  const alias = option('-destalias').toLowerCase();
  const before = isNew ? [] : readJksEntries(readFileSync(to), password);
  if (before.some((one) => one.alias === alias))
    run.err(`Warning: Overwriting existing alias ${entry.alias} in destination keystore\n`);
  const kept = before.filter((one) => one.alias !== alias);
  save(job, to, [...kept, { kind: 'key', alias, key, chain }], { password, form: option('-deststoretype') });
  run.err(proprietary(option('-destkeystore')));
}

function openSource(bytes: Uint8Array, password: Secret) {
  try {
    return openPkcs12(bytes, password).entries.filter(({ hasKey }) => hasKey);
  } catch (error) {
    const isPassword = error instanceof OperatorError && error.code === 'KEYSTORE_PASSWORD';
    throw isPassword ? failure('keystore password was incorrect', 'java.io.IOException') : error;
  }
}

type Target = { readonly password: Secret; readonly form: string };

function save({ run }: Job, file: string, entries: readonly JksEntry[], { password, form }: Target): void {
  if (form.toUpperCase() !== 'JKS') throw failure(`${form || 'PKCS12'} is not made by this keytool`);
  if (run.signal.aborted) throw failure('the caller is gone');
  writeFileSync(file, writeJks(entries, password, new Date()), { mode: 0o600 });
}

/** @throws Error as keytool says it of a store that is not there */
function storeOf({ options, file }: Job): Uint8Array {
  const store = file('-keystore');
  if (!existsSync(store)) throw failure(`Keystore file does not exist: ${options.get('-keystore')}`);
  return readFileSync(store);
}

async function importCertificate(job: Job): Promise<void> {
  const { options, run, ask, file } = job;
  const given = await ask('Enter keystore password:  ');
  const password = new Secret(given, 'password of the key store');
  const store = file('-keystore');
  const before = existsSync(store) ? readJksEntries(readFileSync(store), password) : [];
  const alias = (options.get('-alias') ?? '').toLowerCase();
  if (before.some((one) => one.alias === alias))
    throw failure(`Certificate not imported, alias <${alias}> already exists`);
  if (!existsSync(file('-file')))
    throw failure(`${options.get('-file')} (No such file or directory)`, 'java.io.FileNotFoundException');
  const certificate = summarizeCertificate(readFileSync(file('-file')));
  save(job, store, [...before, { kind: 'trusted', alias, certificate }], {
    password,
    form: options.get('-storetype') ?? '',
  });
  run.err(`Certificate was added to keystore\n${proprietary(options.get('-keystore') ?? '')}`);
}

const UNVERIFIED =
  '\n*****************  WARNING WARNING WARNING  *****************\n* The integrity of the information stored in your keystore  *\n* has NOT been verified!  In order to verify its integrity, *\n* you must provide your keystore password.                  *\n*****************  WARNING WARNING WARNING  *****************\n\n';

async function list(job: Job): Promise<void> {
  const { options, run, ask } = job;
  const bytes = storeOf(job);
  if (javaStoreForm(bytes) !== 'jks') throw failure('Invalid keystore format', 'java.io.IOException');
  const given = await ask('Enter keystore password:  ');
  // Without a password keytool lists all the same and says that it has verified nothing.
  if (given === '') {
    run.err(UNVERIFIED);
    return;
  }
  run.out(renderListing(readJksEntries(bytes, new Secret(given, 'password of the key store')), new Date()));
  run.err(proprietary(options.get('-keystore') ?? ''));
}

/** The request needs the key, which the password of the store has to open. */
async function certificateRequest(job: Job): Promise<void> {
  const { options, run, ask } = job;
  const bytes = storeOf(job);
  const password = new Secret(await ask('Enter keystore password:  '), 'password of the key store');
  const alias = options.get('-alias') ?? '';
  const entry = readJksEntries(bytes, password).find((one) => isSameAlias(one.alias, alias));
  if (entry === undefined) throw failure(`Alias <${alias}> does not exist`);
  if (entry.kind !== 'key') throw failure(`Alias <${alias}> has no key`);
  const [leaf] = entry.chain;
  const certificate = childOf(parseDer(new X509Certificate(leaf?.pem ?? '').raw), 0);
  const [subject, publicKey] = [childOf(certificate, 5), childOf(certificate, 6)];
  const wanted = sequence(parseDer(Buffer.from([2, 1, 0])), subject, publicKey, parseDer(Buffer.from([0xa0, 0])));
  const signature = sign('sha256', renderDer(wanted), entry.key);
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), nothing());
  const der = Buffer.from(renderDer(sequence(wanted, algorithm, bits(signature)))).toString('base64');
  const body = (der.match(/.{1,64}/g) ?? []).join('\n');
  run.out(`-----BEGIN NEW CERTIFICATE REQUEST-----\n${body}\n-----END NEW CERTIFICATE REQUEST-----\n`);
  run.err(proprietary(options.get('-keystore') ?? ''));
}
