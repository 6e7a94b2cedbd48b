// The lab's community half-way up: every declared server and multiplexer dynamic on the server port, some callers in no
// inventory and without TLS. Commands run as a user runs them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { openCommunityLab, type CommunityLab } from '../../src/lab/community/index.ts';
import { memberNamed, serverPort } from '../../src/lab/community/site.ts';
import { probeMode } from '../../src/tls/probe-mode.ts';
import { strictstep, type CliResult } from './cli.ts';

/** A server, a multiplexer, a media manager and a bot. */
export const HIDDEN = ['st4', 'mux2', 'media-manager', 'nightly-bot'] as const;
export const ADDRESSES = ['127.0.60.14', '127.0.60.22', '127.0.60.32', '127.0.60.33'] as const;

const HEAD = 'apiVersion: strictstep/v1\nplaybook: staircase\ntitle: A part of the staircase\nphases:\n';
export const DYNAMIC = `${HEAD}  - phase: dynamic
    title: Server ports take TLS, too
    expires: 30d
    tasks:
      - task: Stores
        operation: community-stores
        on: { target: community-server }
        with: { certificate: messaging }
      - task: Servers
        operation: community-settings
        on: { target: community-server, memberKinds: server }
        with: { serverMode: dynamic, stores: { certificate: messaging, stash: yes } }
      - task: Multiplexers
        operation: community-settings
        on: { target: community-server, memberKinds: mux }
        with: { stores: { certificate: messaging, stash: yes } }
`;
/** st1 alone, as the shipped playbook does it. */
export const STRICT = `${HEAD}  - phase: census
    title: Nobody without TLS
    tasks:
      - { task: Census, operation: census-gate, on: { target: community }, with: { maxAgeDays: 7 } }
  - phase: strict-servers
    title: Server ports take TLS only
    onFailure: revert
    tasks:
      - task: Servers are strict
        operation: community-settings
        on: { target: community-server, members: st1 }
        with: { serverMode: strict }
`;

type Entry = Record<string, unknown>;
type Content = {
  readonly communities: { readonly stCommunity: Readonly<Record<'servers' | 'neighbours', Record<string, Entry>>> };
  readonly clients: Record<string, { connects: string[] }>;
};

export type Staircase = AsyncDisposable & {
  readonly folder: string;
  readonly lab: CommunityLab;
  readonly state: string;
  /** of every command so far */
  readonly outputs: readonly string[];
  run(...words: readonly string[]): Promise<CliResult>;
  /** @param hidden names that the inventory does not have */
  writeInventory(hidden: readonly string[], deadMan?: string): Promise<string>;
  plan(playbook: string): Promise<CliResult>;
  apply(): Promise<CliResult>;
  applyArguments(): readonly string[];
  modeOf(server: string): Promise<string>;
};

export async function openStaircase(): Promise<Staircase> {
  const folder = await mkdtemp(join(tmpdir(), 'strictstep-staircase-'));
  const lab = await openCommunityLab({ dir: join(folder, 'lab') });
  const [inventory, planFile, state] = [
    join(folder, 'inventory.yaml'),
    join(folder, 'plan.json'),
    join(folder, 'runs'),
  ];
  const applyArguments = (): readonly string[] => [
    'apply',
    planFile,
    '--confirm',
    'stCommunity',
    '--state',
    state,
    '--census',
    join(folder, 'census'),
  ];
  const outputs: string[] = [];
  const run = async (...words: readonly string[]): Promise<CliResult> => {
    const result = await strictstep(...words);
    outputs.push(result.stdout, result.stderr);
    return result;
  };
  return {
    folder,
    lab,
    state,
    outputs,
    run,
    async writeInventory(hidden, deadMan = '10m') {
      const text = (await readFile(lab.inventoryFile, 'utf8'))
        .replaceAll(/cycle: \d+d/g, 'cycle: 2s')
        .replaceAll('./', `${lab.dir}/`);
      const content = parse(text) as Content;
      const { servers, neighbours } = content.communities.stCommunity;
      const isKnown = (name: unknown): boolean => !hidden.some((one) => one === name);
      for (const name of hidden) {
        delete servers[name];
        delete neighbours[name];
      }
      for (const server of Object.values(servers)) server['deadMan'] = deadMan;
      for (const [name, neighbour] of Object.entries(neighbours)) {
        if (name !== 'ldap') neighbour['offers'] = ['TLSv1.2'];
        for (const key of ['connects', 'calledBy'])
          if (Array.isArray(neighbour[key])) neighbour[key] = neighbour[key].filter(isKnown);
      }
      for (const [name, client] of Object.entries(content.clients)) {
        client.connects = client.connects.filter((one) => isKnown(one.split('/')[1]));
        if (client.connects.length === 0) delete content.clients[name];
      }
      await writeFile(inventory, stringify(content));
      return inventory;
    },
    async plan(playbook) {
      const file = join(folder, `playbook-${playbook.length}.yaml`);
      await writeFile(file, playbook);
      const census = join(folder, 'census');
      return run('plan', '--inventory', inventory, '--playbook', file, '--out', planFile, '--census', census);
    },
    apply: () => run(...applyArguments()),
    applyArguments,
    async modeOf(server) {
      const member = memberNamed(lab.site, server);
      return (await probeMode({ host: member.address, port: serverPort(lab.site, member), timeoutMs: 5000 })).mode;
    },
    async [Symbol.asyncDispose]() {
      await lab.close();
      await rm(folder, { recursive: true });
    },
  };
}
