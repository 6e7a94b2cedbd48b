// Both playbooks for Sun Instant Messaging on its lab, as an administrator goes them: plan, apply, nothing left, and the way back;
// two pairs of users chat all the time. And what must not be possible: strict with a peer that has no TLS.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LinkStatus } from '../../src/cli/status-links.ts';
import { readStreamMode } from '../../src/health/read-stream-mode.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import type { SunImServerEntry } from '../../src/inventory/types.ts';
import { unannounced, type Chat, type Window } from '../../src/lab/chat-numbers.ts';
import { openXmppChat } from '../../src/lab/sun-im/chat.ts';
import { personOf } from '../../src/lab/sun-im/desk.ts';
import { openSunImLab, type SunImLab } from '../../src/lab/sun-im/index.ts';
import { confFile, configFolder, gatewayFile } from '../../src/lab/sun-im/site.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { strictstep, type CliResult } from '../helpers/cli.ts';

/** A whole run and its way back, on a machine that does something else as well. */
const timeout = 900_000;
const NAMES = ['im1', 'im2', 'im3'];

let folder: string;
let lab: SunImLab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-sun-im-'));
  lab = await openSunImLab({ dir: join(folder, 'lab'), delays: { startMs: 20, retryMs: 100 } });
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

/** @param change of the lab's inventory, beside it under another name */
async function inventory(change: (text: string) => string = (text) => text): Promise<string> {
  const file = join(lab.dir, 'inventory-of-this-test.yaml');
  await writeFile(file, change(await readFile(lab.inventoryFile, 'utf8')));
  return file;
}
const plan = (file: string, playbook: string, name: string): Promise<CliResult> =>
  strictstep('plan', '--inventory', file, '--playbook', playbook, '--out', join(folder, `${name}.json`));
const apply = (name: string): Promise<CliResult> =>
  strictstep('apply', join(folder, `${name}.json`), '--confirm', 'chat', '--state', join(folder, name));
const runOf = async (name: string): Promise<string> =>
  (await readdir(join(folder, name))).find((entry) => entry.startsWith('run-')) ?? '';
const rollback = async (name: string): Promise<CliResult> =>
  strictstep('rollback', await runOf(name), '--confirm', 'chat', '--state', join(folder, name));

/** Every file that the playbooks may touch, by bytes. */
async function files(): Promise<Readonly<Record<string, string>>> {
  const paths = await Promise.all(
    NAMES.map(async (name) => {
      const own = configFolder(lab.site, name);
      return (await readdir(own)).map((file) => join(own, file));
    }),
  );
  const read = [...paths.flat(), gatewayFile(lab.site)].map(
    async (path) => [path, await readFile(path, 'latin1')] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

async function modes(): Promise<readonly string[]> {
  const { federations = [] } = await loadInventory(lab.inventoryFile);
  const servers: readonly SunImServerEntry[] = federations[0]?.servers ?? [];
  return Promise.all(
    servers.flatMap(({ address: host, ports, domain, name }) =>
      (['client', 'server'] as const).map(async (service) => {
        const { mode } = await readStreamMode({ host, port: ports[service], domain, timeoutMs: 5000 }, service);
        return `${name} ${service} ${mode}`;
      }),
    ),
  );
}
const all = (mode: string): readonly string[] =>
  NAMES.flatMap((name) => [`${name} client ${mode}`, `${name} server ${mode}`]);

/** When the plan said that a server would be down: from the intention of a restart to its health. */
async function announced(name: string): Promise<readonly Window[]> {
  const journal = await readFile(join(folder, name, await runOf(name), 'journal.jsonl'), 'utf8');
  const events = journal
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly at: string; readonly type: string; readonly step: string | null });
  return events
    .filter(({ type }) => type === 'step-intended')
    .map(({ at, step }) => {
      const end = events.find((event) => event.step === step && event.type === 'step-finished');
      return { from: Date.parse(at) - 200, to: Date.parse(end?.at ?? at) + 1000 };
    });
}

describe('sun-im-strict', () => {
  const chats: Chat[] = [];
  beforeAll(() => {
    const person = (login: string) => personOf(lab.site, login, 'offered');
    chats.push(openXmppChat(person('ann@im1'), person('ben@im1')), openXmppChat(person('ann@im2'), person('ben@im3')));
  });
  afterAll(() => {
    for (const chat of chats) chat.close();
  });

  test(
    'ends with every port strict, by refusals; no message is lost but in an announced outage; and goes back',
    { timeout },
    async () => {
      const before = await files();
      expect(await modes()).toEqual(all('legacy'));
      const file = await inventory();
      const planned = await plan(file, 'sun-im-strict', 'strict');
      expect(planned, planned.stderr).toMatchObject({ exitCode: 0 });

      const applied = await apply('strict');
      expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
      expect(await modes()).toEqual(all('strict'));
      // Every link in use is encrypted, and what its port shows is known.
      const { links } = JSON.parse((await strictstep('status', '--inventory', file, '--links', '--json')).stdout) as {
        readonly links: readonly LinkStatus[];
      };
      const used = links.filter(({ because }) => !because.includes('does not name'));
      expect(used.length).toBeGreaterThan(10);
      expect(used.filter(({ encrypted }) => encrypted !== 'yes')).toEqual([]);
      expect(used).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            from: 'client desk',
            to: 'chat/im1 client',
            authenticated: true,
            suite: expect.any(String),
          }),
          expect.objectContaining({ from: 'chat/im1', to: 'chat/im2 server/coserver1', authenticated: true }),
        ]),
      );
      const again = await plan(file, 'sun-im-strict', 'again');
      expect(again.stdout).toContain('no changes');
      // What people hear of the product: no plaintext any more, and the floor of the protocol is another matter.
      expect(again.stderr).toMatch(/protocol floor: the server accepts TLSv1 by a probe; wanted is TLSv1\.2 and newer/);
      // Servers that share an address are no mistake in the file.
      expect(again.stderr).not.toContain('COSERVER_SELF');

      for (const chat of chats) await chat.finish(30_000);
      const windows = await announced('strict');
      for (const { sent, missing, gaps } of chats.flatMap((chat) => chat.report(1500))) {
        expect(missing).toEqual([]);
        expect(sent).toBeGreaterThan(100);
        expect(unannounced(gaps, windows)).toEqual([]);
      }

      const back = await rollback('strict');
      expect(back, back.stderr).toMatchObject({ exitCode: 0 });
      expect(await modes()).toEqual(all('legacy'));
      expect(await files()).toEqual(before);
      const secrets = ['wild_acme_com', 'probe@im1'].map((name) => join(lab.dir, 'secrets', `${name}.password`));
      const run = join(folder, 'strict', await runOf('strict'));
      for (const file of (await readdir(run, { withFileTypes: true })).filter((entry) => entry.isFile())) {
        const text = await readFile(join(run, file.name), 'utf8');
        for (const secret of secrets) expect(text).not.toContain((await readFile(secret, 'utf8')).trim());
      }
    },
  );
});

describe('a peer without TLS', () => {
  const withoutTls = (text: string): string => text.replace(/(partner:[\s\S]*?offers:)\n\s+- TLSv1\n/u, '$1 []\n');

  test('makes the proof refuse strict, with the link and exit 4', async () => {
    const refused = await plan(await inventory(withoutTls), 'sun-im-strict', 'refused');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('PROOF_REFUSED');
    expect(refused.stderr).toMatch(
      /the required link chat\/(im1 -> chat\/partner server|partner -> chat\/im1 server\/coserver3) is broken/,
    );
  });

  test(
    'forced by a waiver, the ping does not come back, and the server is dynamic again by itself',
    { timeout },
    async () => {
      await lab.hand('partner', 'plain');
      const before = await files();
      const file = await inventory((text) =>
        withoutTls(text).replace(/(Partner company\s+required:) true/u, '$1 false'),
      );
      expect(await plan(file, 'sun-im-strict', 'forced')).toMatchObject({ exitCode: 0 });

      const failed = await apply('forced');
      expect(failed.exitCode).toBe(7);
      expect(failed.stderr).toContain('ping from chat/im1 to partner.example');
      expect(failed.stderr).toContain('2 steps of phase strict-peers were taken back and are healthy');
      expect(await modes()).toEqual(all('dynamic'));
      expect(await readFile(confFile(lab.site, 'im1'), 'latin1')).not.toContain('requiressl=true');

      expect(await rollback('forced')).toMatchObject({ exitCode: 0 });
      expect(await files()).toEqual(before);
      await lab.hand('partner', 'tls');
    },
  );
});

describe('sun-im-legacy-mux', () => {
  const people = (text: string): string =>
    `${text.replace(/(Workplace team\s+required:) true/u, '$1 false')}
  ssl:
    offers: [TLSv1]
    required: false
    trusts: ./certificates/client-roots.pem
    connects: [chat/im1/mux, chat/im2/mux, chat/im3/mux]
`;

  test('is refused as long as somebody has to reach the client port without SSL', async () => {
    const refused = await plan(await inventory(), 'sun-im-legacy-mux', 'mux-refused');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('client desk -> chat/im1 client');
  });

  test(
    'ends with SSL from the first byte at every client port, the gateway past them, and goes back',
    { timeout },
    async () => {
      const before = await files();
      const planned = await plan(await inventory(people), 'sun-im-legacy-mux', 'mux');
      expect(planned, planned.stderr).toMatchObject({ exitCode: 0 });
      expect(planned.stdout).toContain('client desk -> chat/im1 client is declared optional and is broken in the end');

      const applied = await apply('mux');
      expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
      const { federations = [] } = await loadInventory(lab.inventoryFile);
      for (const { address: host, ports } of federations[0]?.servers ?? []) {
        const { protocols } = await probeVersions({ host, port: ports.client, timeoutMs: 5000 }, ['TLSv1']);
        expect(protocols['TLSv1']).toBe('accepted');
      }
      const [first] = federations[0]?.servers ?? [];
      expect(await readFile(gatewayFile(lab.site), 'latin1')).toContain(
        `default.hosts=127.0.0.1:${first?.ports.server}`,
      );

      const back = await rollback('mux');
      expect(back, back.stderr).toMatchObject({ exitCode: 0 });
      expect(await modes()).toEqual(all('legacy'));
      expect(await files()).toEqual(before);
    },
  );
});
