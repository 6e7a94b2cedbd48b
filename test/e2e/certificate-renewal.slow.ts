// Renewal as a user meets it, on one lab: the main job, then another certificate of another authority. One story told in
// order, so the tests of this file build on each other.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Pair, TrustCheck } from '../../src/check/types.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Lab } from '../../src/lab/index.ts';
import { targetName } from '../../src/plan/step-name.ts';
import type { Plan } from '../../src/plan/types.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import type { IssuedCertificate } from '../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { strictstep, type CliResult } from '../helpers/cli.ts';
import { digestsBelow } from '../helpers/files.ts';
import { openTestLab, rootOf } from '../helpers/lab.ts';

const PASSWORD = 'renewal password';
const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'strictstep-renewal-'));
const planFile = join(folder, 'plan.json');
let lab: Lab;
let root: IssuedCertificate;
let leaf: IssuedCertificate;

type InventoryText = {
  cells: Record<string, { nodeAgentWatch?: string }>;
  certificates: Record<string, unknown>;
  clients: Record<string, unknown>;
};

beforeAll(async () => {
  lab = await openTestLab();
  const key = makeKey();
  const at = (days: number): Date => new Date(Date.now() + days * DAY_MS);
  root = makeCertificateAuthority({ subject: 'Renewed Root', notBefore: at(-900), notAfter: at(900), key });
  const wish = { names: ['*.acme.example'], issuer: root, notBefore: at(-1), notAfter: at(199), key };
  leaf = issueCertificate({ subject: '*.acme.example', ...wish });
  const chain = [leaf.certificate, root.certificate];
  const password = new Secret(PASSWORD, 'test');
  writeFileSync(
    join(lab.dir, 'renewed.p12'),
    writePkcs12({ entries: [{ alias: 'next', key, chain }], signers: [], password, legacy: true }),
  );
  writeFileSync(join(lab.dir, 'renewed.password'), PASSWORD, { mode: 0o600 });
  change((inventory) => {
    for (const cell of Object.values(inventory.cells)) cell.nodeAgentWatch = '700ms';
    inventory.certificates['renewed'] = {
      file: './renewed.p12',
      passwordFile: './renewed.password',
      alias: 'acme-wild-2027',
    };
  });
});
afterAll(() => lab.close());

function change(edit: (inventory: InventoryText) => void): void {
  const inventory: InventoryText = parse(readFileSync(lab.inventoryFile, 'utf8'));
  edit(inventory);
  writeFileSync(lab.inventoryFile, stringify(inventory));
}

const planWith = (playbook: string): Promise<CliResult> =>
  strictstep('plan', '--inventory', lab.inventoryFile, '--playbook', playbook, '--out', planFile);
const readPlan = (): Plan => JSON.parse(readFileSync(planFile, 'utf8')) as Plan;
const apply = (): Promise<CliResult> =>
  strictstep('apply', planFile, '--confirm', 'stCell', '--state', join(folder, 'runs'));
const hosts = () =>
  digestsBelow(join(lab.dir, 'hosts'), (path) => !/\/logs\/|ssh-commands\.log$|tool-argv\.log$/.test(path));

async function check(...flags: readonly string[]): Promise<{ readonly exitCode: number; readonly result: TrustCheck }> {
  const { exitCode, stdout, stderr } = await strictstep('check', '--inventory', lab.inventoryFile, '--json', ...flags);
  expect(stdout, stderr).not.toBe('');
  return { exitCode, result: JSON.parse(stdout) as TrustCheck };
}

const codesOf = (pairs: readonly Pair[]): ReadonlySet<string> =>
  new Set(pairs.flatMap(({ findings }) => findings.map(({ code }) => code)));
const key = (fingerprint: string): string => fingerprint.replaceAll(':', '');

test('the main job is done', async () => {
  const planned = await planWith('sametime-tls12');
  expect(planned.exitCode, planned.stderr).toBe(0);
  const applied = await apply();
  expect(applied.exitCode, applied.stderr).toBe(0);
}, 180_000);

test('check finds by fingerprint which listeners and stores use the old certificate, and changes nothing', async () => {
  const before = hosts();
  const { exitCode, result } = await check('--at', new Date(Date.now() + 360 * DAY_MS).toISOString().slice(0, 10));
  expect(hosts()).toEqual(before);
  const messaging = result.uses.find(({ heldBy }) => heldBy.some((store) => store.endsWith(' as acme-wild-2026')));
  expect(messaging?.heldBy).toEqual([
    'CellDefaultKeyStore (cell):stCell as acme-wild-2026',
    'NodeDefaultKeyStore (cell):stCell:(node):stpNode as acme-wild-2026',
  ]);
  expect(messaging?.shownNow).toHaveLength(12);
  expect(messaging?.shownThen).toEqual(messaging?.shownNow);
  // by then the cell's own certificates are expired, the messaging one is about to be
  expect(exitCode).toBe(4);
  expect(codesOf(result.pairs)).toEqual(new Set(['EXPIRED', 'EXPIRES_SOON']));
}, 180_000);

test('clients that do not trust the new authority: check names each pair, and the plan is refused', async () => {
  const { exitCode, result } = await check('--playbook', 'certificate-renewal');
  expect(exitCode).toBe(4);
  const failing = result.pairs.filter(({ verdict }) => verdict === 'fails');
  expect(codesOf(failing)).toEqual(new Set(['TRUST_MISSING']));
  expect(failing.map(({ id }) => id)).toEqual([
    'client browser -> stCell/stmNode/was_stmProxy PROXY_HTTPS_ADDRESS',
    'client browser -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS',
    'client mobile -> stCell/stmNode/was_stmProxy PROXY_HTTPS_ADDRESS',
    'client mobile -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS',
    'client rich-client -> stCell/stmNode/STMeetingServer WC_defaulthost_secure',
    'client rich-client -> stCell/stmNode/was_stmProxy PROXY_HTTPS_ADDRESS',
  ]);
  const refused = await planWith('certificate-renewal');
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toMatch(/PROOF_REFUSED .*Renewed Root, which is not in the trusts file of client/);
}, 180_000);

test('with the new root among what clients trust the plan is safe: signers first, import, endpoints, restarts', async () => {
  const file = join(lab.dir, 'certificates/client-roots.pem');
  writeFileSync(file, readFileSync(file, 'utf8') + root.certificate.pem);
  const { exitCode, result } = await check('--playbook', 'certificate-renewal');
  expect([exitCode, result.failing]).toEqual([0, 0]);
  const planned = await planWith('certificate-renewal');
  expect(planned.exitCode, planned.stderr).toBe(0);
  const { steps, proof } = readPlan();
  expect(proof.safe).toBe(true);
  const order = [...new Set(steps.map(({ phase, operation }) => `${phase}: ${operation}`))];
  expect(order.filter((step) => /signer|certificate|endpoint|restart/.test(step)).slice(0, 2)).toEqual([
    'trust: signer-certificates',
    'trust: client-signers',
  ]);
  const first = (operation: string): number => steps.findIndex((step) => step.operation === operation);
  expect(first('personal-certificate')).toBeGreaterThan(first('signer-certificates'));
  expect(first('certificate-replacement')).toBeGreaterThan(first('personal-certificate'));
  expect(first('server-restart')).toBeGreaterThan(first('certificate-replacement'));
  expect(first('certificate-removal')).toBeGreaterThan(
    steps.findLastIndex((step) => step.operation === 'server-restart'),
  );
  // Found by fingerprint: the two stores that hold the old one, and the five servers that show it and no other.
  const targets = (operation: string): readonly string[] =>
    steps.filter((step) => step.operation === operation).map(({ target }) => targetName(target));
  expect(targets('personal-certificate')).toEqual(['stCell', 'stpNode']);
  expect(targets('certificate-replacement').toSorted()).toEqual([
    'stmNode/STMeetingServer',
    'stmNode/was_stmProxy',
    'stpNode/STProxyServer',
    'stpNode/was_stpProxy',
  ]);
  expect(targets('certificate-removal')).toEqual(['stCell', 'stpNode']);
  expect(steps.some(({ operation }) => operation === 'quality-of-protection')).toBe(false);
}, 180_000);

test('the old certificate is not removed while it is used, nor in the phase that replaces it', async () => {
  const removal = `{ task: Old one gone, operation: certificate-removal, on: { target: cell }, with: { certificate: messaging } }`;
  const playbook = (text: string): string => {
    const file = join(folder, 'removal.yaml');
    writeFileSync(file, `apiVersion: strictstep/v1\nplaybook: removal\ntitle: Removal\nphases:\n${text}`);
    return file;
  };
  const alone = await planWith(playbook(`  - { phase: remove, title: Remove, tasks: [${removal}] }\n`));
  expect(alone.exitCode, alone.stderr).toBe(4);
  expect(alone.stderr).toMatch(
    /POLICY_REFUSED task "Old one gone" in phase remove would remove acme-wild-2026 from CellDefaultKeyStore \(cell\):stCell, which is used by /,
  );
  const shipped = readFileSync(join(import.meta.dirname, '../../playbooks/certificate-renewal.yaml'), 'utf8');
  const atOnce = shipped.replace(/\n {2}- phase: remove\n {4}title: .*\n {4}tasks:\n/, '\n');
  expect(atOnce).not.toBe(shipped);
  const early = await planWith(playbook(atOnce.slice(atOnce.indexOf('  # Callers first'))));
  expect(early.exitCode, early.stderr).toBe(4);
  expect(early.stderr).toContain('which is used by the listener ');
}, 180_000);

test('after it every listener that showed the old certificate shows the new one, and no store holds the old one', async () => {
  expect((await planWith('certificate-renewal')).exitCode).toBe(0);
  const applied = await apply();
  expect(applied.exitCode, applied.stderr).toBe(0);
  const { exitCode, result } = await check();
  expect(exitCode).toBe(0);
  const renewed = result.uses.find(({ sha1 }) => sha1 === key(leaf.certificate.sha1));
  expect(renewed?.shownNow).toHaveLength(12);
  expect(result.uses.flatMap(({ heldBy }) => heldBy).filter((store) => store.endsWith(' as acme-wild-2026'))).toEqual(
    [],
  );
  const replica = join(rootOf(lab, 'stpNode'), 'config/cells/stCell/security.xml');
  expect(readFileSync(replica, 'utf8')).not.toContain('acme-wild-2026');
  for (const client of ['browser', 'mobile', 'rich-client']) {
    expect((await lab.callAs(client)).filter(({ ok }) => !ok)).toEqual([]);
  }
}, 180_000);

test('a second plan has no steps: what is to be removed is gone, and nothing is imported beside it', async () => {
  const again = await planWith('certificate-renewal');
  expect(again.exitCode, again.stderr).toBe(0);
  expect(readPlan().steps).toEqual([]);
}, 180_000);
