// A site that is right in everything, and ways to make one thing of it wrong. One host answers over SSH.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Secret } from '../../../src/core/secret.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../../src/tls/write-pkcs12.ts';
import { digestsBelow } from '../../helpers/files.ts';
import { strictstepHere } from '../../helpers/in-process.ts';
import { temporaryFolder } from '../../helpers/lab.ts';
import { modePlaybook } from '../../helpers/mode-playbook.ts';
import { openSshServer } from '../../helpers/ssh-server.ts';

export const PASSWORD = 'correct horse';

const INVENTORY = (port: number): string => `apiVersion: strictstep/v1
defaults: { user: wasadmin, identityFile: ./id, knownHosts: ./known_hosts }
hosts:
  dm: { address: 127.0.0.1, port: ${port} }
  st1: { address: 127.0.0.2, port: ${port} }
credentials:
  admin: { user: wasadmin, passwordFile: ./password }
certificates:
  messaging: { file: ./store.p12, passwordFile: ./password, alias: acme-2026 }
cells:
  c1:
    deploymentManager: { host: dm, profile: /opt/was/dmgr, node: dmNode }
    login: admin
    serverTimeout: 10m
    nodes:
      n1: { host: dm, profile: /opt/was/n1, role: meeting }
communities:
  stCommunity:
    servers:
      st1: { host: st1, data: /local/notesdata }
    neighbours:
      av: { kind: media-manager, offers: [TLSv1.2], connects: [st1] }
clients:
  rich: { offers: [TLSv1.2], connects: [stCommunity/st1/client] }
changeWindow: { start: 2026-03-01T22:00:00+01:00, end: 2026-03-02T04:00:00+01:00 }
approval: { required: 2, allowedSigners: ./allowed_signers, expires: 7d }
`;

export const PLAYBOOK = modePlaybook('dynamic');

const EXPECTATION = 'apiVersion: strictstep/v1\nexpectation: port\nprotocols: [TLSv1.2]\n';
const POLICY = readFileSync(new URL('../../../templates/policies/rfc9325.yaml', import.meta.url), 'utf8');
const ANSWERS = 'apiVersion: strictstep/v1\nanswers: { goal: audit }\n';
const WAIVERS = 'waivers:\n  - { peer: bot, reason: old, expires: 2099-01-01T00:00:00Z }\n';

export const key = makeKey();
export const at = (days: number): Date => new Date(Date.now() + days * 86_400_000);
export const authority = makeCertificateAuthority({ subject: 'Test Root', key, notBefore: at(-90), notAfter: at(900) });
export const leaf = (notBefore: Date, notAfter: Date) =>
  issueCertificate({ subject: 'chat', names: ['chat'], issuer: authority, key, notBefore, notAfter }).certificate;
export const fresh = leaf(at(-8), at(80));
export const store = (...entries: Parameters<typeof writePkcs12>[0]['entries']): Uint8Array =>
  writePkcs12({ entries, signers: [], password: new Secret(PASSWORD, 'test'), legacy: true });

export const server = await openSshServer();
const good = await temporaryFolder();
function lay(): void {
  const write = (name: string, text: string | Uint8Array, mode = 0o600): void =>
    writeFileSync(join(good, name), text, { mode });
  write('inventory.yaml', INVENTORY(server.entry.port));
  write('playbook.yaml', PLAYBOOK);
  write('expectation.yaml', EXPECTATION);
  write('policy.yaml', POLICY);
  write('waivers.yaml', WAIVERS);
  write('targets', '127.0.0.1:1\n');
  write('baseline.json', '{"schema":1,"reports":[]}');
  write('answers.yaml', ANSWERS);
  write('allowed_signers', '');
  write('password', PASSWORD);
  write('store.p12', store({ alias: 'chat', key, chain: [fresh, authority.certificate] }));
  write('id', readFileSync(server.entry.identityFiles[0] ?? ''));
  write('known_hosts', knownAs(server.hostKey));
}

/** A line for each address that the inventory has. */
export const knownAs = (hostKey: string): string =>
  ['127.0.0.1', '127.0.0.2'].map((address) => `[${address}]:${server.entry.port} ${hostKey}\n`).join('');

lay();

export type Break = (folder: string) => void;
export const edit =
  (file: string, find: string | RegExp, replace: string): Break =>
  (folder) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(find, replace);
    if (changed === text) throw new Error(`the case does not change ${file}`);
    writeFileSync(path, changed);
  };
export const inventory = (find: string | RegExp, replace: string): Break => edit('inventory.yaml', find, replace);
export const playbook = (find: string | RegExp, replace: string): Break => edit('playbook.yaml', find, replace);
export const put =
  (file: string, content: string | Uint8Array, mode = 0o600): Break =>
  (folder) => {
    rmSync(join(folder, file), { force: true });
    writeFileSync(join(folder, file), content, { mode });
  };

export type Case = readonly [what: string, breakIt: Break, code: string, says: string | RegExp];

export const PLACE = /inventory\.yaml:\d+:\d+/;

const EXIT: Readonly<Record<string, number>> = { HOST_KEY: 69, HOST_LOGIN: 69, HOST_UNREACHABLE: 69, USAGE: 64 };

export type Refusal = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly code: string | undefined;
  readonly hasHint: boolean;
  /** it says what the case wants to be said */
  readonly says: boolean;
  readonly hasShownSecret: boolean;
  readonly hasWritten: boolean;
  readonly commands: number;
  /** attempts, where the case is not about them */
  readonly logins: number;
  readonly stderr: string;
};

/** What an error of this code has to look like, whatever the case. */
export const refusedWith = (code: string): Omit<Refusal, 'stderr'> => ({
  exitCode: EXIT[code] ?? 65,
  stdout: '',
  code,
  hasHint: true,
  says: true,
  hasShownSecret: false,
  hasWritten: false,
  commands: 0,
  logins: 0,
});

/** @param words the command line, in a copy of the site in which one thing was made wrong */
export async function refusal(
  [, breakIt, code, says]: Case,
  words: (folder: string) => readonly string[],
): Promise<Refusal> {
  const folder = join(await temporaryFolder(), 'site');
  cpSync(good, folder, { recursive: true });
  breakIt(folder);
  const before = digestsBelow(folder, () => true);
  const [commands, logins] = [server.commands.length, server.logins.length];
  const { exitCode, stdout, stderr } = await strictstepHere(...words(folder), '--no-input');
  const error = stderr.slice(Math.max(0, stderr.indexOf('error: ')));
  return {
    exitCode,
    stdout,
    code: /^error: ([A-Z_]+) /.exec(error)?.[1],
    hasHint: /^hint: [A-Z].*[.?]$/m.test(error),
    says: typeof says === 'string' ? error.includes(says) : says.test(error),
    hasShownSecret: stderr.includes(PASSWORD),
    hasWritten: !isDeepStrictEqual(
      digestsBelow(folder, () => true),
      before,
    ),
    commands: server.commands.length - commands,
    logins: EXIT[code] === 69 ? 0 : server.logins.length - logins,
    stderr,
  };
}

export const plan = (folder: string): readonly string[] => [
  'plan',
  '--inventory',
  join(folder, 'inventory.yaml'),
  '--playbook',
  join(folder, 'playbook.yaml'),
  '--state',
  join(folder, 'runs'),
  '--census',
  join(folder, 'census'),
];
