// The smaller verbs as a user meets them.
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { strictstep } from '../helpers/cli.ts';

test('lab up --detach leaves an inventory that plan takes, and lab down ends it', async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'strictstep-verbs-')), 'lab');
  const up = await strictstep('lab', 'up', '--dir', dir, '--detach', '--json');
  expect(up.exitCode, up.stderr).toBe(0);
  const { inventory } = JSON.parse(up.stdout);
  expect(existsSync(inventory)).toBe(true);
  const plan = await strictstep('plan', '--inventory', inventory, '--playbook', 'sametime-tls12', '--json');
  expect(plan.exitCode, plan.stderr).toBe(0);
  // Up already is as good as up now; in the foreground, where this process would be the lab, it is refused.
  expect(await strictstep('lab', 'up', '--dir', dir, '--detach')).toMatchObject({ exitCode: 0 });
  const second = await strictstep('lab', 'up', '--dir', dir);
  expect(second).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('LAB_STATE') });
  const down = await strictstep('lab', 'down', '--dir', dir);
  expect(down.exitCode, down.stderr).toBe(0);
  const gone = await strictstep('lab', 'down', '--dir', dir);
  expect(gone).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('LAB_STATE') });
}, 60_000);

test('lab up --detach in a folder that is something else ends with an error and does not wait', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'strictstep-verbs-'));
  await strictstep('version');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(dir, 'mine.txt'), 'mine');
  const result = await strictstep('lab', 'up', '--dir', dir, '--detach');
  expect(result).toMatchObject({ exitCode: 8, stderr: expect.stringContaining('LAB_ANSWER') });
});

test('version says both versions, as text and as JSON', async () => {
  const text = await strictstep('version');
  expect(text.stdout).toMatch(/^strictstep \d+\.\d+\.\d+ \(Node v2[4-9]\./);
  const json = await strictstep('version', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ schema: 1, node: process.version });
});

test('probe of a port that speaks no TLS says so and does not call it refused', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-not-tls\r\n'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { stdout } = await strictstep('probe', `127.0.0.1:${port}`, '--json');
  server.close();
  const { protocols } = JSON.parse(stdout);
  expect(Object.values(protocols)).not.toContain('accepted');
  expect(protocols['TLSv1.2']).toBe('inconclusive');
});

test('help names every verb, and a mistyped verb gets a suggestion', async () => {
  const help = await strictstep('--help');
  for (const verb of ['demo', 'lab', 'plan', 'show', 'apply', 'approve', 'status', 'probe', 'audit', 'version']) {
    expect(help.stdout).toContain(`  ${verb}`);
  }
  const typo = await strictstep('plam');
  expect(typo).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('Did you mean plan?') });
});
