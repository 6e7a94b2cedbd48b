// Bad input as a user meets it: exit status, place or host, a hint, and nothing written on any host.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Lab } from '../../src/lab/index.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { strictstep } from '../helpers/cli.ts';
import { digestsBelow } from '../helpers/files.ts';
import { endpointPort, openTestLab, rootOf } from '../helpers/lab.ts';

const PASSWORD = 'correct horse';
const DAY_MS = 86_400_000;
let lab: Lab;
let folder: string;

beforeAll(async () => {
  lab = await openTestLab();
  // Everything a person edits is copied; hosts and log files stay where the lab has them.
  folder = mkdtempSync(join(tmpdir(), 'strictstep-bad-'));
  for (const name of ['inventory.yaml', 'known_hosts', 'id_ed25519', 'secrets', 'certificates']) {
    cpSync(join(lab.dir, name), join(folder, name), { recursive: true });
  }
  const playbook = new URL('../../playbooks/sametime-tls12.yaml', import.meta.url);
  writeFileSync(join(folder, 'playbook.yaml'), readFileSync(playbook, 'utf8'));
  writeStores();
});
afterAll(() => lab.close());

function writeStores(): void {
  const key = makeKey();
  const at = (days: number): Date => new Date(Date.now() + days * DAY_MS);
  const root = makeCertificateAuthority({ subject: 'Test Root', notBefore: at(-900), notAfter: at(900), key });
  const issue = (notAfter: Date) =>
    issueCertificate({
      subject: 'chat.acme.example',
      names: ['chat.acme.example'],
      issuer: root,
      notBefore: at(-400),
      notAfter,
      key,
    }).certificate;
  const store = (name: string, chain: Parameters<typeof writePkcs12>[0]['entries'][number]['chain']): void => {
    const password = new Secret(PASSWORD, 'test');
    writeFileSync(
      join(folder, name),
      writePkcs12({ entries: [{ alias: 'chat', key, chain }], signers: [], password, legacy: false }),
    );
  };
  store('expired.p12', [issue(at(-3)), root.certificate]);
  store('no-chain.p12', [issue(at(90))]);
  writeFileSync(join(folder, 'p12.password'), PASSWORD, { mode: 0o600 });
  writeFileSync(join(folder, 'wrong.password'), 'incorrect', { mode: 0o600 });
  writeFileSync(join(folder, 'open.password'), PASSWORD, { mode: 0o644 });
}

type Edit = readonly [find: string | RegExp, replace: string];
type Case = {
  readonly what: string;
  readonly inventory?: Edit;
  readonly playbook?: Edit;
  readonly knownHosts?: Edit;
  readonly exitCode: number;
  readonly code: string;
  readonly says: readonly (string | RegExp)[];
};

const CERTIFICATE = /messaging:[^]*?alias: acme-wild-2026/;
const certificate = (file: string, password: string, more = ''): string =>
  `messaging: { file: ./${file}, passwordFile: ./${password}, alias: acme-wild-2026${more} }`;

const CASES: readonly Case[] = [
  {
    what: 'YAML that cannot be parsed',
    inventory: ['hosts:', 'hosts: ['],
    exitCode: 65,
    code: 'INPUT_SYNTAX',
    says: [/inventory\.yaml:\d+:\d+/],
  },
  {
    what: 'an unknown key',
    inventory: ['passwordFile: ./secrets/was-admin', 'passwordFil: ./secrets/was-admin'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_KEY',
    says: [/inventory\.yaml:\d+:\d+/, 'Did you mean passwordFile?'],
  },
  {
    what: 'a value of the wrong type',
    inventory: [/port: \d+/, 'port: many'],
    exitCode: 65,
    code: 'INPUT_VALUE',
    says: [/inventory\.yaml:\d+:\d+/],
  },
  {
    what: 'a host that is not declared',
    inventory: ['host: stm', 'host: stn'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: [/inventory\.yaml:\d+:\d+/, /Did you mean st[mp]\?/],
  },
  {
    what: 'a host that nobody answers for',
    inventory: [/(sip:\s+address: 127\.0\.0\.1\s+port: )\d+/, '$11'],
    exitCode: 69,
    code: 'HOST_UNREACHABLE',
    says: ['sip', '127.0.0.1'],
  },
  {
    what: 'a host key that differs',
    knownHosts: [/AAAA\S{40}/, 'A'.repeat(44)],
    exitCode: 69,
    code: 'HOST_KEY',
    says: ['known_hosts', 'SHA256:'],
  },
  {
    what: 'a wrong key store password',
    inventory: [CERTIFICATE, certificate('expired.p12', 'wrong.password')],
    exitCode: 65,
    code: 'KEYSTORE_PASSWORD',
    says: ['expired.p12', /inventory\.yaml:\d+:\d+/],
  },
  {
    what: 'a password file that others can read',
    inventory: [CERTIFICATE, certificate('expired.p12', 'open.password')],
    exitCode: 65,
    code: 'SECRET_EXPOSED',
    says: ['open.password', 'chmod 600'],
  },
  {
    what: 'a key store without the chain',
    inventory: [CERTIFICATE, certificate('no-chain.p12', 'p12.password')],
    exitCode: 65,
    code: 'CERTIFICATE_CHAIN',
    says: ['no-chain.p12', 'Test Root'],
  },
  {
    what: 'an expired certificate',
    inventory: [CERTIFICATE, certificate('expired.p12', 'p12.password')],
    exitCode: 65,
    code: 'CERTIFICATE_EXPIRED',
    says: ['expired.p12', /20\d\d-\d\d-\d\d/],
  },
  {
    what: 'an alias that the key store does not have',
    inventory: [CERTIFICATE, certificate('expired.p12', 'p12.password', ', aliasInFile: chatt')],
    exitCode: 65,
    code: 'CERTIFICATE_ALIAS',
    says: ['chatt', 'chat'],
  },
  {
    what: 'an alias with capitals',
    inventory: ['alias: acme-wild-2026', 'alias: Wild_Acme'],
    exitCode: 65,
    code: 'INPUT_VALUE',
    says: [/inventory\.yaml:\d+:\d+/, /lower/],
  },
  {
    what: 'a cell name typo',
    inventory: [/stCell:/, 'stCel:'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: [/stCel/, /stCell/],
  },
  {
    what: 'a node that the cell does not have',
    inventory: [/stmNode/g, 'stnNode'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: ['stnNode', 'stmNode', /inventory\.yaml:\d+:\d+/],
  },
  {
    what: 'a role that no node has',
    playbook: [/roles?: sametime-proxy/, 'roles: sametime-prox'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: [/playbook\.yaml:\d+:\d+/, 'Did you mean sametime-proxy?'],
  },
  {
    what: 'an operation that does not exist',
    playbook: ['operation: signer-certificates', 'operation: signer-certificate'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: [/playbook\.yaml:\d+:\d+/, 'signer-certificates'],
  },
  {
    what: 'a quality of protection that the cell does not list',
    playbook: ['protocol: SSL_TLSv2', 'protocol: TLSv2'],
    exitCode: 65,
    code: 'INPUT_VALUE',
    says: [/playbook\.yaml:\d+:\d+/, 'SSL_TLSv2'],
  },
  {
    what: 'a certificate that is not declared',
    playbook: ['certificate: messaging', 'certificate: mesaging'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: [/playbook\.yaml:\d+:\d+/, 'mesaging', 'messaging'],
  },
  {
    what: 'a client without a listener',
    inventory: ['was_stpProxy/PROXY_HTTPS_ADDRESS', 'was_stpProxi/PROXY_HTTPS_ADDRESS'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: [/inventory\.yaml:\d+:\d+/, 'was_stpProxi'],
  },
  {
    what: 'a database whose reader does not exist',
    inventory: ['stmNode/STMeetingServer\n', 'stmNode/STMeetingServr\n'],
    exitCode: 65,
    code: 'INPUT_UNKNOWN_NAME',
    says: [/inventory\.yaml:\d+:\d+/, 'database meetings: readBy names STMeetingServr'],
  },
];

function edited(file: string, name: string, edit: Edit | undefined): string {
  const text = readFileSync(join(folder, file), 'utf8');
  const changed = edit === undefined ? text : text.replace(edit[0], edit[1]);
  if (edit !== undefined && changed === text) throw new Error(`the case does not change ${file}`);
  writeFileSync(join(folder, name), changed);
  return join(folder, name);
}

test.each(CASES)(
  '$what ends with $exitCode $code and changes nothing',
  async ({ inventory, playbook, knownHosts, exitCode, code, says }) => {
    const isConfiguration = (path: string): boolean => !/\/logs\/|\.log$/.test(path);
    const before = digestsBelow(join(lab.dir, 'hosts'), isConfiguration);
    edited('known_hosts', 'bad_known_hosts', knownHosts);
    const inventoryFile = edited('inventory.yaml', 'bad-inventory.yaml', inventory);
    writeFileSync(inventoryFile, readFileSync(inventoryFile, 'utf8').replace('./known_hosts', './bad_known_hosts'));
    const playbookFile = edited('playbook.yaml', 'bad-playbook.yaml', playbook);
    const result = await strictstep('plan', '--inventory', inventoryFile, '--playbook', playbookFile, '--no-input');
    expect(result, result.stderr).toMatchObject({ exitCode, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^error: ${code} `, 'm'));
    expect(result.stderr).toMatch(/^hint: [A-Z].*[.?]$/m);
    for (const part of says)
      expect(result.stderr.replaceAll('bad-', '')).toMatch(
        typeof part === 'string' ? new RegExp(part.replace(/[.?]/g, '\\$&')) : part,
      );
    expect(result.stderr).not.toContain(PASSWORD);
    expect(digestsBelow(join(lab.dir, 'hosts'), isConfiguration)).toEqual(before);
    expect(dirname(inventoryFile)).toBe(folder);
  },
);

test('two listeners on one port end with 65, both named, at the place of the second one', async () => {
  const file = join(rootOf(lab, 'stCellManager01'), 'config/cells/stCell/nodes/stpNode/serverindex.xml');
  const text = readFileSync(file, 'utf8');
  const port = (name: string): number => endpointPort(lab, `stpNode/${name}`);
  const [server, proxy] = [port('STProxyServer/WC_defaulthost_secure'), port('was_stpProxy/PROXY_HTTPS_ADDRESS')];
  writeFileSync(file, text.replaceAll(`port="${proxy}"`, `port="${server}"`));
  const playbook = join(folder, 'playbook.yaml');
  const result = await strictstep('plan', '--inventory', join(folder, 'inventory.yaml'), '--playbook', playbook);
  writeFileSync(file, text);
  expect(result, result.stderr).toMatchObject({ exitCode: 65, stdout: '' });
  expect(result.stderr).toMatch(/^error: FACT_UNREADABLE .*inventory\.yaml:\d+:\d+/m);
  expect(result.stderr).toContain(
    `two listeners are at 127.0.0.1:${server}: stpNode/STProxyServer WC_defaulthost_secure of cell stCell, and stpNode/was_stpProxy PROXY_HTTPS_ADDRESS of cell stCell`,
  );
});

test.each([
  [['aply', 'x'], 64],
  [['plan'], 64],
  [['plan', '--inventory', '/nowhere.yaml', '--playbook', 'sametime-tls12'], 65],
  [['show', '/nowhere.json'], 65],
  [['apply', '/nowhere.json', '--confirm', 'x'], 65],
  [['probe', 'no-port'], 64],
  [['probe', '127.0.0.1:1'], 69],
  [['lab', 'down', '--dir', '/tmp/strictstep-no-such-lab'], 64],
] as const)('%j ends with %i, an error and a hint', async (args, exitCode) => {
  const result = await strictstep(...args);
  expect(result, result.stderr).toMatchObject({ exitCode });
  if (args[0] !== 'probe' || exitCode === 64) expect(result.stderr).toMatch(/^error: [A-Z_]+ /m);
});
