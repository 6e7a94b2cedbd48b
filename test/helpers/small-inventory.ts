// The inventory of a lab, cut down to what a test needs.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { Lab } from '../../src/lab/index.ts';

export type InventoryOptions = {
  /** nodes that the inventory has and that run */
  readonly nodes: readonly string[];
  readonly nodeAgentWatch?: string;
  readonly hasDatabases?: true;
  /** port of a host's SSH server -> the port that the inventory names instead */
  readonly sshPort?: (host: string, port: number) => Promise<number>;
};

type InventoryText = {
  hosts: Record<string, { port: number }>;
  cells: Record<string, { nodeAgentWatch: string; nodes: Record<string, unknown> }>;
  databases?: unknown;
  clients: Record<string, { connects: string[] }>;
};

/** The lab's inventory without the nodes, clients and databases that the test does not need. */
export async function writeInventory(
  lab: Lab,
  { nodes, nodeAgentWatch = '100ms', hasDatabases, sshPort }: InventoryOptions,
): Promise<string> {
  const inventory: InventoryText = parse(await readFile(lab.inventoryFile, 'utf8'));
  const isKept = (name: string): boolean => nodes.includes(name);
  for (const cell of Object.values(inventory.cells)) {
    cell.nodeAgentWatch = nodeAgentWatch;
    cell.nodes = Object.fromEntries(Object.entries(cell.nodes).filter(([name]) => isKept(name)));
  }
  if (hasDatabases === undefined) delete inventory.databases;
  inventory.clients = Object.fromEntries(
    Object.entries(inventory.clients)
      .map(([name, client]) => {
        const connects = client.connects.filter((to) => isKept(to.split('/')[1] ?? ''));
        return [name, { ...client, connects }] as const;
      })
      .filter(([, { connects }]) => connects.length > 0),
  );
  for (const [name, host] of Object.entries(inventory.hosts)) {
    const port = (await sshPort?.(name, host.port)) ?? host.port;
    if (port !== host.port) await knowAt(path.join(lab.dir, 'known_hosts'), host.port, port);
    host.port = port;
  }
  const file = path.join(lab.dir, 'bench.yaml');
  await writeFile(file, stringify(inventory));
  return file;
}

/** The key of a host under another port. */
async function knowAt(file: string, port: number, other: number): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.find((text) => text.startsWith(`[127.0.0.1]:${port} `)) ?? '';
  await appendFile(file, `${line.replace(`:${port} `, `:${other} `)}\n`);
}
