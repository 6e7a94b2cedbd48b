// Every answer of the wizard as a flag. Every start loads it, so it imports nothing.
import type { Command } from 'commander';

export type AnswerKind = 'text' | 'file' | 'list' | 'for' | 'file-for' | 'list-for';

/** key in the answers file -> [flag, kind, help]; `for`: NAME=VALUE, may be repeated */
export const ANSWER_FLAGS: Readonly<Record<string, readonly [flag: string, kind: AnswerKind, help: string]>> = {
  hosts: ['--host <name=user@address:port>', 'list', 'a machine; may be repeated'],
  user: ['--user <name>', 'text', 'log-in of the machines without one of their own'],
  'identity-file': ['--identity-file <file>', 'file', 'private SSH key'],
  jump: ['--jump <name=user@address:port>', 'list', 'a jump host to the machines; may be repeated, first hop first'],
  behind: ['--behind <name>', 'list', 'a machine that is reached over --jump; may be repeated; none: all of them'],
  'known-hosts': ['--known-hosts <file>', 'file', 'host keys that are believed already'],
  'trust-host': ['--trust-host <name=key>', 'for', 'fingerprint (SHA256:...) or whole key of a machine'],
  become: ['--become <name=sudo:user>', 'for', 'service user of a machine, by sudo or su; - for none'],
  'become-password-file': [
    '--become-password-file <name=file>',
    'file-for',
    'the password that sudo or su asks for; - if none',
  ],
  search: ['--search <name=path>', 'list-for', 'look there, too, on that machine; commas between paths'],
  goal: ['--goal <word>', 'text', 'audit, tls12, community, sun-im or renewal'],
  role: ['--role <cell/node=word>', 'for', 'what a node is for'],
  address: ['--address <host=address>', 'for', 'where callers reach a community server, if not where SSH does'],
  peer: [
    '--peer <federation/name=word>',
    'for',
    'TLS of a Sun IM server of somebody else: TLSv1.2, TLSv1, or - for none',
  ],
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
  for (const [flag, kind, help] of Object.values(ANSWER_FLAGS)) {
    if (kind === 'text' || kind === 'file') command.option(flag, help);
    else command.option(flag, help, collect);
  }
  return command;
}
