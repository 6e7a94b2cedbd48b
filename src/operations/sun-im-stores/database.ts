// Makes the multiplexor's databases with the host's own certutil and pk12util, in a folder beside the final one, proves them,
// and only then gives the folder its name. Sources: products/sun-im (nss.ts, nss-output.ts).
import type { CertificateFile } from '../../core/certificate.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Command, WriteShell } from '../../core/shell.ts';
import { lookCommand, parseLook } from '../../products/sun-im/look.ts';
import {
  createCommand,
  emptyPasswordCommand,
  importKeyCommand,
  keysCommand,
  listCommand,
  trustCommand,
  validityCommand,
} from '../../products/sun-im/nss.ts';
import { judgeNss, parseCertutilKeys, parseCertutilList, type NssVerb } from '../../products/sun-im/nss-output.ts';
import { databaseOf } from '../read-sun-im-database.ts';
import type { OwnPaths, SunImMember } from '../sun-im-server.ts';
import { makeFolder, moveTo, removeAll } from './host-files.ts';

/** @throws OperatorError STEP_FAILED that tells apart what the tools have one error for */
export async function makeDatabase(
  shell: WriteShell,
  member: SunImMember,
  paths: OwnPaths,
  { facts, password }: CertificateFile,
): Promise<void> {
  const folder = `${paths.database}.new`;
  const database = databaseOf(member, { folder, prefix: '', password });
  const run = async (verb: NssVerb, command: Command): Promise<string> => {
    const result = await shell.change(command);
    const look = await shell.query(lookCommand(folder, member.user ?? undefined));
    const outcome = judgeNss(verb, result, database, parseLook(look.stdout, { host: member.host, path: folder }));
    if (outcome.kind === 'done') return `${result.stdout}\n${result.stderr}`;
    throw failed(member, `${TOOL[verb]} could not ${WORDS[verb]} (${outcome.why}): ${outcome.line}`, outcome.fix);
  };
  await removeAll(shell, member, [folder]);
  await makeFolder(shell, member, folder);
  await run('create', createCommand(database));
  await run('import', importKeyCommand(database, paths.p12));
  const listed = parseCertutilList(await run('list', listCommand(database)));
  if (!listed.some(({ nickname }) => nickname === facts.alias))
    throw failed(member, `pk12util did not import "${facts.alias}"`, 'Compare with certutil -L by hand.');
  for (const { nickname, trust } of listed)
    if (nickname !== facts.alias && trust === ',,') await run('trust', trustCommand(database, nickname));
  await run('validity', validityCommand(database, facts.alias));
  const keys = parseCertutilKeys(await run('keys', keysCommand(database)));
  if (!keys.some((key) => key.includes(facts.alias)))
    throw failed(member, `the database has no key for "${facts.alias}"`, 'Compare with certutil -K by hand.');
  const empty = judgeNss('keys', await shell.change(emptyPasswordCommand(database)), database);
  if (empty.kind === 'done')
    throw failed(
      member,
      'the new database can be opened without a password',
      'Look how certutil of the host reads one.',
    );
  await moveTo(shell, member, folder, paths.database);
}

const TOOL = {
  create: 'certutil',
  import: 'pk12util',
  trust: 'certutil',
  validity: 'certutil',
  list: 'certutil',
  keys: 'certutil',
} as const;
const WORDS = {
  create: 'make the database',
  import: 'import the .p12',
  trust: 'trust the authority',
  validity: 'find the certificate valid',
  list: 'list the database',
  keys: 'list the keys',
} as const;

const failed = ({ host }: SunImMember, what: string, hint: string): OperatorError =>
  new OperatorError('STEP_FAILED', `host ${host}: ${what}`, { hint });
