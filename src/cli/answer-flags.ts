// Every answer of the wizard as a flag, and the flags of a command line as answers.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { OperatorError } from '../core/errors.ts';
import type { Answer, Answers } from '../wizard/index.ts';
import { fromFolder } from './from-folder.ts';

type Kind = 'text' | 'file' | 'list' | 'for' | 'file-for' | 'list-for';

/** key in the answers file -> [flag, kind, help]; `for`: NAME=VALUE, may be repeated */
const FLAGS: Readonly<Record<string, readonly [flag: string, kind: Kind, help: string]>> = {
  hosts: ['--host <name=user@address:port>', 'list', 'a machine; may be repeated'],
  user: ['--user <name>', 'text', 'log-in of the machines without one of their own'],
  'identity-file': ['--identity-file <file>', 'file', 'private SSH key'],
  'known-hosts': ['--known-hosts <file>', 'file', 'host keys that are believed already'],
  'trust-host': ['--trust-host <name=key>', 'for', 'fingerprint (SHA256:...) or whole key of a machine'],
  search: ['--search <name=path>', 'list-for', 'look there, too, on that machine; commas between paths'],
  goal: ['--goal <word>', 'text', 'audit, tls12, community, sun-im or renewal'],
  role: ['--role <cell/node=word>', 'for', 'what a node is for'],
  'admin-user': ['--admin-user <cell=name>', 'for', 'administrator of a cell; - for none'],
  'admin-password-file': ['--admin-password-file <cell=file>', 'file-for', 'the password'],
  'server-id': ['--server-id <database=text>', 'for', 'server_id of the row of a meeting database; - to leave it out'],
  'database-user': ['--database-user <database=name>', 'for', 'log-in of a meeting database; - for none'],
  'database-password-file': ['--database-password-file <database=file>', 'file-for', 'the password'],
  'certificate-file': ['--certificate-file <file>', 'file', 'the new certificate: PKCS#12 with key and chain'],
  'certificate-password-file': ['--certificate-password-file <file>', 'file', 'the password'],
  'certificate-alias-in-file': ['--certificate-alias-in-file <alias>', 'text', 'which entry of the file'],
  'certificate-alias': ['--certificate-alias <alias>', 'text', 'its name on the servers'],
  'current-certificate-file': ['--current-certificate-file <file>', 'file', 'for a renewal: the one in use'],
  'current-certificate-password-file': ['--current-certificate-password-file <file>', 'file', 'the password'],
  'current-certificate-alias-in-file': [
    '--current-certificate-alias-in-file <alias>',
    'text',
    'which entry of the file',
  ],
  'current-certificate-alias': ['--current-certificate-alias <alias>', 'text', 'its alias in WebSphere'],
  clients: ['--client <word>', 'list', 'who must stay able to connect; may be repeated'],
  neighbours: ['--neighbour <name=kind@address:port>', 'list', 'a program around a community; may be repeated'],
  'update-site': ['--update-site <host:/folder>', 'text', 'from where rich clients take settings; - for none'],
  strategy: ['--strategy <word>', 'text', 'rolling, superset, stop-all; strict, dynamic'],
  window: ['--window <start/end>', 'text', 'change window; - for none'],
  approvals: ['--approvals <n>', 'text', 'how many other people must approve'],
  'allowed-signers': ['--allowed-signers <file>', 'file', 'who may approve'],
};

export type AnswerFlags = Readonly<Record<string, unknown>>;

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

export function addAnswerFlags(command: Command): Command {
  for (const [flag, kind, help] of Object.values(FLAGS)) {
    if (kind === 'text' || kind === 'file') command.option(flag, help);
    else command.option(flag, help, collect);
  }
  return command;
}

const optionOf = (flag: string): string =>
  (flag.split(' ')[0] ?? '').slice(2).replaceAll(/-([a-z])/gu, (_all, letter: string) => letter.toUpperCase());

/** @param folder that paths in answers start from; flags are typed from the current one
 * @throws OperatorError USAGE */
export function answersOf(flags: AnswerFlags, folder: string): Answers {
  const found = new Map<string, Answer>();
  for (const [key, [flag, kind]] of Object.entries(FLAGS)) {
    const value = flags[optionOf(flag)];
    if (typeof value === 'string') found.set(key, kind === 'file' ? fromFolder(folder, resolve(value)) : value);
    else if (Array.isArray(value) && kind === 'list')
      found.set(
        key,
        value.flatMap((one) => String(one).split(',')),
      );
    else if (Array.isArray(value)) for (const one of value) addFor(found, key, flag, kind, String(one), folder);
  }
  return found;
}

function addFor(found: Map<string, Answer>, key: string, flag: string, kind: Kind, text: string, folder: string): void {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) {
    const name = flag.split(' ')[0];
    throw new OperatorError('USAGE', `${name} ${text} has another form than ${flag}`, {
      hint: `Write the name that it is for, an equals sign and the answer: ${flag.replace(/[<>]/gu, '')}.`,
    });
  }
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (kind === 'list-for') found.set(`${key}.${name}`, value.split(','));
  else found.set(`${key}.${name}`, kind === 'file-for' ? fromFolder(folder, resolve(value)) : value);
}
