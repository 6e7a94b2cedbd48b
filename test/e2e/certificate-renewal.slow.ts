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
import type { Plan } from '../../src/plan/types.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import type { IssuedCertificate } from '../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { strictstep, type CliResult } from '../helpers/cli.ts';
import { digestsBelow } from '../helpers/files.ts';
import { openTestLab } from '../helpers/lab.ts';

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
}, 60_000);

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
}, 60_000);

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
  expect(first('endpoint-security')).toBeGreaterThan(first('personal-certificate'));
  expect(first('server-restart')).toBeGreaterThan(first('endpoint-security'));
  expect(steps.some(({ operation }) => operation === 'quality-of-protection')).toBe(false);
}, 60_000);

test('after it every listener that showed the old certificate shows the new one; the old one is still held', async () => {
  const applied = await apply();
  expect(applied.exitCode, applied.stderr).toBe(0);
  const { exitCode, result } = await check('--playbook', 'certificate-renewal');
  expect(exitCode).toBe(0);
  const renewed = result.uses.find(({ sha1 }) => sha1 === key(leaf.certificate.sha1));
  expect(renewed?.shownNow).toHaveLength(12);
  const old = result.uses.find(({ heldBy }) => heldBy.some((store) => store.endsWith(' as acme-wild-2026')));
  expect([old?.shownNow, old?.heldBy.length]).toEqual([[], 2]);
}, 180_000);
