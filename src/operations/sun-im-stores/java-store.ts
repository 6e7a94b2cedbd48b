// Makes the server's JKS with the host's own keytool, beside its final name, proves it, and only then gives it that name.
import type { CertificateFile } from '../../core/certificate.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Command, WriteShell } from '../../core/shell.ts';
import {
  importKeyCommand,
  importSignerCommand,
  keyProofCommand,
  listCommand,
  type Keytool,
} from '../../products/sun-im/jks.ts';
import { judgeKeytool, objectionsToJks, parseKeytoolList } from '../../products/sun-im/jks-output.ts';
import { lookCommand, parseLook } from '../../products/sun-im/look.ts';
import { authoritiesOf } from '../community-stores/wanted-stores.ts';
import { folderOf, type OwnPaths, type SunImMember } from '../sun-im-server.ts';
import { keepPrivate, moveTo, removeAll } from './host-files.ts';
import { foreignAuthorities } from './wanted-stores.ts';

/** @throws OperatorError STEP_FAILED that says which of keytool's reasons it was; nothing is left behind but what was there */
export async function makeJavaStore(
  shell: WriteShell,
  member: SunImMember,
  paths: OwnPaths,
  { facts, password }: CertificateFile,
): Promise<void> {
  const store = `${paths.javaStore}.new`;
  const tool: Keytool = {
    keytool: member.keytool,
    store,
    password,
    ...(member.user === null ? {} : { user: member.user }),
  };
  const alias = facts.alias.toLowerCase();
  const signers = [...authoritiesOf({ alias, chain: facts.chain }), ...foreignAuthorities(facts, member)];
  await removeAll(shell, member, [store]);
  const run = (command: Command): Promise<string> => runKeytool(shell, member, store, command);
  await run(importKeyCommand(tool, { p12: paths.p12, aliasInFile: facts.alias, alias }));
  for (const [index, signer] of signers.entries()) {
    const file = `${paths.authority}-${index + 1}.pem`;
    await removeAll(shell, member, [file]);
    await shell.createFile(file, Buffer.from(signer.certificate.pem), member.config, '0644');
    await run(importSignerCommand(tool, signer.alias, file));
    await removeAll(shell, member, [file]);
  }
  const listed = parseKeytoolList(await run(listCommand(tool)), { host: member.host, path: store });
  const objections = objectionsToJks(listed, {
    alias,
    chainLength: facts.chain.length,
    signers: signers.map((signer) => signer.alias),
  });
  if (objections.length > 0)
    throw failed(
      member,
      `keytool made ${store}, but ${objections.join('; ')}`,
      'Run its commands by hand and compare.',
    );
  await run(keyProofCommand(tool, alias));
  await keepPrivate(shell, member, store);
  await moveTo(shell, member, store, paths.javaStore);
}

async function runKeytool(shell: WriteShell, member: SunImMember, store: string, command: Command): Promise<string> {
  const result = await shell.change(command);
  const look = parseLook((await shell.query(lookCommand(folderOf(member), member.user ?? undefined))).stdout, {
    host: member.host,
    path: folderOf(member),
  });
  const outcome = judgeKeytool(result, store, look);
  if (outcome.kind === 'done') return `${result.stdout}\n${result.stderr}`;
  const [what, hint] = REASONS[outcome.why] ?? ['failed', 'Run the command of the plan by hand on the host.'];
  throw failed(member, `keytool ${what} (${outcome.line})`, hint);
}

const REASONS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  'store-password': ['says that the password does not open the store', 'Look who else writes the store.'],
  'p12-password': [
    'says that the password does not open the .p12',
    'Check the password file of the certificate in the inventory.',
  ],
  'key-password': [
    'cannot open the key with the password of the store',
    'Give the .p12 one password for store and key.',
  ],
  'alias-missing': [
    'does not find the alias in the .p12',
    'Check alias and aliasInFile of the certificate in the inventory.',
  ],
  'alias-taken': ['says that the alias is taken', 'Look who else writes the store.'],
  'password-too-short': [
    'wants a password of at least six signs',
    'Give the .p12 a longer password; Sun IM knows only one for all.',
  ],
  'file-missing': ['does not find its file', 'Look whether somebody else cleans the folder.'],
  'file-unreadable': ['may not read its file', 'Let the account of the service read the folder of iim.conf.'],
  'not-a-key-store': [
    'does not take the file for a key store',
    'Name the keytool of the Java that the server runs with.',
  ],
  'not-verified': ['verified nothing', 'Name the keytool of the Java that the server runs with.'],
  'keytool-too-old': ['is too old for -importkeystore', 'Name the keytool of a Java 6 or newer in the inventory.'],
};

const failed = ({ host }: SunImMember, what: string, hint: string): OperatorError =>
  new OperatorError('STEP_FAILED', `host ${host}: ${what}`, { hint });
