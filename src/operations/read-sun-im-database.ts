// Reads a certificate database of the multiplexor with the host's own certutil. What the tool has one error for is told apart
// by a look at the folder. Source: products/sun-im (nss.ts, nss-output.ts, look.ts).
import { X509Certificate } from 'node:crypto';
import type { Secret } from '../core/secret.ts';
import type { CommandResult, ReadShell } from '../core/shell.ts';
import { lookCommand, parseLook, type FolderLook } from '../products/sun-im/look.ts';
import {
  certificateCommand,
  emptyPasswordCommand,
  keysCommand,
  listCommand,
  NAMES,
  validityCommand,
  type Database,
} from '../products/sun-im/nss.ts';
import {
  explainDatabase,
  judgeNss,
  parseCertutilKeys,
  parseCertutilList,
  type NssVerb,
} from '../products/sun-im/nss-output.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import type { SunImMember } from './sun-im-server.ts';
import { sunImChainOf, type DatabaseFault, type KnownDatabase, type SunImCertificate } from './sun-im-state.ts';

type Wanted = {
  readonly folder: string;
  readonly prefix: string;
  readonly nickname: string;
  /** undefined: none is known */
  readonly password: Secret | undefined;
};

export type DatabaseOwner = Pick<SunImMember, 'nssForm' | 'nssTools' | 'user'>;

export function databaseOf(
  { nssForm: form, nssTools, user }: DatabaseOwner,
  { folder, prefix, password }: { readonly folder: string; readonly prefix: string; readonly password: Secret },
): Database {
  const tools = nssTools === null ? {} : { tools: nssTools };
  return { folder, form, prefix, password, ...tools, ...(user === null ? {} : { user }) };
}

/** undefined: there is no such folder */
export async function readDatabase(
  shell: ReadShell,
  member: DatabaseOwner,
  { folder, prefix, nickname, password }: Wanted,
): Promise<KnownDatabase | DatabaseFault | undefined> {
  const look = await lookAt(shell, member, folder);
  if (look.folder === 'absent') return undefined;
  const names = NAMES[member.nssForm];
  const wanted = [`${prefix}${names.certificates}`, `${prefix}${names.keys}`, names.modules];
  const isThere = wanted.every((name) => look.files.get(name) === 'readable');
  if (!isThere) return faultOf(explainDatabase({ form: member.nssForm, prefix, folder }, look));
  if (password === undefined)
    return { fault: 'no password for it is known', fix: 'Name its password file in iim.conf.' };
  const database = databaseOf(member, { folder, prefix, password });
  const ask = async (verb: NssVerb, command: Parameters<ReadShell['query']>[0]): Promise<string | DatabaseFault> => {
    const result = await shell.query(command);
    const outcome = judgeNss(verb, result, database, look);
    return outcome.kind === 'done' ? textOf(result) : faultOf(outcome);
  };
  const keys = await ask('keys', keysCommand(database));
  if (typeof keys !== 'string') return keys;
  const list = await ask('list', listCommand(database));
  if (typeof list !== 'string') return list;
  const nicknames = parseCertutilList(list).map((one) => one.nickname);
  const isListed = nicknames.includes(nickname);
  const validity = isListed ? await ask('validity', validityCommand(database, nickname)) : '';
  const empty = await shell.query(emptyPasswordCommand(database));
  return {
    form: member.nssForm,
    nicknames: nicknames.toSorted(),
    keys: parseCertutilKeys(keys).toSorted(),
    leaf: isListed ? await leafOf(shell, database, nickname) : null,
    isValid: isListed && typeof validity === 'string',
    isOpen: judgeNss('keys', empty, database, look).kind === 'done',
  };
}

async function lookAt(shell: ReadShell, { user }: DatabaseOwner, path: string): Promise<FolderLook> {
  const { stdout } = await shell.query(lookCommand(path, user ?? undefined));
  return parseLook(stdout, { host: shell.host, path });
}

async function leafOf(shell: ReadShell, database: Database, nickname: string): Promise<SunImCertificate | null> {
  const { stdout } = await shell.query(certificateCommand(database, nickname));
  const pem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/u.exec(stdout)?.[0];
  return pem === undefined ? null : (sunImChainOf([summarizeCertificate(new X509Certificate(pem).raw)])[0] ?? null);
}

const faultOf = ({ why, fix }: { readonly why: string; readonly fix: string }): DatabaseFault => ({
  fault: FAULTS[why] ?? why,
  fix,
});

const FAULTS: Readonly<Record<string, string>> = {
  'database-password': 'the password does not open it',
  'folder-missing': 'there is no such folder',
  'database-missing': 'the folder has no database',
  'database-unreadable': 'the account of the multiplexor may not read it',
  'prefix-wrong': 'its files have another prefix',
  'form-wrong': 'it has another form',
  'database-damaged': 'it is damaged',
  'nickname-missing': 'the nickname is not in it',
};

const textOf = ({ stdout, stderr }: CommandResult): string => `${stdout}\n${stderr}`;
