// Keys, known hosts and SSH configurations that are wrong in one thing.
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { keyPair } from '../../helpers/ssh-server.ts';
import { edit, inventory, knownAs, put, server, type Break, type Case } from './site.ts';

export const SSH: readonly Case[] = [
  ['no known hosts', put('known_hosts', ''), 'HOST_KEY', 'SHA256:'],
  [
    'known hosts with another key',
    (folder) => writeFileSync(join(folder, 'known_hosts'), knownAs(keyPair().public)),
    'HOST_KEY',
    /known_hosts:\d+:\d+/,
  ],
  [
    'a key that was revoked',
    (folder) => writeFileSync(join(folder, 'known_hosts'), `@revoked * ${server.hostKey}\n${knownAs(server.hostKey)}`),
    'HOST_KEY',
    'revoked',
  ],
  ['known hosts of another port', edit('known_hosts', /:\d+ /g, ':1 '), 'HOST_KEY', 'SHA256:'],
  ['known hosts that are no such file', put('known_hosts', 'Dear Sir,\n'), 'HOST_KEY', 'SHA256:'],
  ['no private key', (folder) => rmSync(join(folder, 'id')), 'INPUT_UNREADABLE', 'id'],
  ['a private key for all to read', (folder) => chmodSync(join(folder, 'id'), 0o644), 'SECRET_EXPOSED', 'chmod 600'],
  ['a public key as private key', put('id', `${keyPair().public}\n`), 'INPUT_UNREADABLE', 'private key'],
  [
    'a key with a passphrase',
    put('id', ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'x', cipher: 'aes256-cbc', rounds: 4 }).private),
    'INPUT_UNREADABLE',
    'passphrase',
  ],
  ['a key that the host does not take', put('id', keyPair().private), 'HOST_LOGIN', 'wasadmin'],
  ['a port where nobody listens', inventory(/port: \d+/g, 'port: 1'), 'HOST_UNREACHABLE', '127.0.0.'],
];

const sshConfig =
  (text: string): Break =>
  (folder) => {
    writeFileSync(join(folder, 'ssh_config'), text);
    inventory('defaults: {', 'defaults: { sshConfig: ./ssh_config,')(folder);
  };
export const SSH_CONFIGS: readonly Case[] = [
  [
    'an SSH configuration that is not there',
    inventory('defaults: {', 'defaults: { sshConfig: ./ssh_config,'),
    'INPUT_UNREADABLE',
    'ssh_config',
  ],
  ['a line without a value', sshConfig('Host dm\n  User\n'), 'INPUT_SYNTAX', /ssh_config:2:1/],
  ['a quote that is not closed', sshConfig('Host "dm\n'), 'INPUT_SYNTAX', /ssh_config:1:1/],
  ['a proxy command', sshConfig('Host *\n  ProxyCommand nc %h %p\n'), 'INPUT_VALUE', /ssh_config:2:1/],
  [
    'a Match that only ssh can judge',
    sshConfig('Match exec "test -f x"\n  ProxyJump gate\n'),
    'INPUT_VALUE',
    /ssh_config:\d:1/,
  ],
];
