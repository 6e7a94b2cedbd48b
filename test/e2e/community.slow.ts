// The whole staircase on the lab's community, as an administrator goes it: plan, apply, hold at what people do, census, strict,
// hardened; two users chat all the time. Titles say what must hold.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chat } from '../../src/lab/chat-numbers.ts';
import { openChat } from '../../src/lab/community/chat-client.ts';
import { openCommunityLab, type CommunityLab } from '../../src/lab/community/index.ts';
import { clientPort, serverPort, updateSite } from '../../src/lab/community/site.ts';
import { probeMode } from '../../src/tls/probe-mode.ts';
import { strictstep, type CliResult } from '../helpers/cli.ts';

const SHIPPED = join(import.meta.dirname, '../../playbooks/community-strict.yaml');

let folder: string;
let lab: CommunityLab;
let chat: Chat;
/** most members that were not running at one moment */
let mostDown = 0;
let watch: NodeJS.Timeout;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-staircase-'));
  lab = await openCommunityLab({ dir: join(folder, 'lab') });
  const names = new Set<string>(lab.site.scenario.members.map(({ name }) => name));
  watch = setInterval(() => {
    const down = lab.processes().filter(({ process: name, state }) => names.has(name) && state !== 'running');
    mostDown = Math.max(mostDown, down.length);
  }, 20);
  const users = [
    { name: 'xena', at: 'mux1', home: 'st2', address: '127.0.60.71', type: 'tls' },
    { name: 'yuri', at: 'st3', home: 'st3', address: '127.0.60.72', type: 'tls' },
  ] as const;
  chat = openChat(lab.site, users[0], users[1]);
});
afterAll(async () => {
  clearInterval(watch);
  chat.close();
  await lab.close();
  await rm(folder, { recursive: true });
});

const inventory = (): string => join(folder, 'inventory.yaml');
const planFile = (): string => join(folder, 'plan.json');
const apply = (): Promise<CliResult> =>
  strictstep(
    'apply',
    planFile(),
    '--confirm',
    'stCommunity',
    '--state',
    join(folder, 'runs'),
    '--census',
    join(folder, 'census'),
  );

/** The shipped playbook for this update site, with the task that this deployment needs beyond it. */
async function writeInputs(): Promise<void> {
  const batch = `      - task: The weekly batch connects with TLS
        operation: manual-step
        on: { target: population, clients: weekly-batch }
        with:
          instruction: Set the batch to tls-direct.
          becomes: { offers: [TLSv1.2], trusts: [messaging] }
          checks: [{ kind: file, host: web, path: ${lab.dir}/clients/weekly-batch.json, contains: [tls-direct] }]

`;
  const mark = '  # Nobody may come without TLS any more';
  const text = (await readFile(SHIPPED, 'utf8'))
    .replace('/srv/update-site', updateSite(lab.site))
    .replace(mark, batch + mark);
  await writeFile(join(folder, 'playbook.yaml'), text);
  // Seconds instead of days: the census and the callers are those of the lab, only their cycles are shorter.
  const deployment = (await readFile(lab.inventoryFile, 'utf8'))
    .replaceAll(/cycle: \d+d/g, 'cycle: 2s')
    .replaceAll('./', `${lab.dir}/`);
  await writeFile(inventory(), deployment);
}

const plan = (): Promise<CliResult> =>
  strictstep(
    'plan',
    '--inventory',
    inventory(),
    '--playbook',
    join(folder, 'playbook.yaml'),
    '--out',
    planFile(),
    '--census',
    join(folder, 'census'),
  );

test(
  'the staircase ends with every port strict, no message lost, and nothing left to do',
  { timeout: 900_000 },
  async () => {
    await writeInputs();
    expect(await plan()).toMatchObject({ exitCode: 0 });

    for (const [waitsFor, hand] of [
      ['stproxy', ['proxy', 'tls']],
      ['media-manager', ['media-manager', 'tls']],
      ['nightly-bot', ['bot', 'tls']],
      ['weekly-batch', ['batch-client', 'fix']],
    ] as const) {
      const held = await apply();
      expect(held).toMatchObject({ exitCode: 10 });
      expect(held.stderr).toContain('MANUAL_STEP');
      expect(held.stderr).toContain(`${waitsFor}: not done yet`);
      await lab.hand(...hand);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }

    await lab.hand('clients', 'restart');
    const gate = await apply();
    expect(gate).toMatchObject({ exitCode: 10 });
    expect(gate.stderr).toContain('CENSUS_MISSING');
    const window = ['--for', '12s', '--every', '3s', '--out', join(folder, 'census')];
    const census = strictstep('census', '--inventory', inventory(), '--community', 'stCommunity', ...window);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await lab.hand('batch-client', 'run');
    expect(await census).toMatchObject({ exitCode: 0 });

    expect(await apply()).toMatchObject({ exitCode: 0 });
    for (const member of lab.site.scenario.members) {
      const ports = [clientPort(lab.site, member), ...(member.kind === 'server' ? [serverPort(lab.site, member)] : [])];
      for (const port of ports) {
        const { mode } = await probeMode({ host: member.address, port, timeoutMs: 5000 });
        expect({ member: member.name, port, mode }).toMatchObject({ mode: 'strict' });
      }
    }
    expect(mostDown).toBe(1);
    await chat.finish(30_000);
    for (const direction of chat.report(60_000)) {
      expect(direction.missing).toEqual([]);
      expect(direction.sent).toBeGreaterThan(100);
    }
    const again = await plan();
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stdout).toMatch(/nothing to do|no changes/i);
  },
);
