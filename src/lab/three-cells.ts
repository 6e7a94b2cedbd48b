// The lab of the scenario three-cells: three labs below one folder, with one inventory, one control port and one life.
import { inventoryText } from './inventory-text.ts';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { serveControl } from './control.ts';
import { parseFault } from './fault.ts';
import { openLab, type Lab, type LabOptions } from './index.ts';
import { textOf } from './json-lines.ts';
import { inventoryFile } from './lay.ts';
import { openFolder } from './open-folder.ts';
import { threeCells } from './scenario/three-cells.ts';
import { keepState } from './state.ts';
import type { Delays, Fault } from './types.ts';

export interface ThreeCellsLab extends AsyncDisposable {
  readonly dir: string;
  readonly inventoryFile: string;
  readonly labs: Readonly<Record<keyof typeof threeCells, Lab>>;
  readonly closed: Promise<void>;
  readonly close: () => Promise<void>;
}

const NAME = 'three-cells';

/** @throws OperatorError LAB_STATE as openLab does */
export async function openThreeCellsLab(options: Pick<LabOptions, 'dir' | 'delays'>): Promise<ThreeCellsLab> {
  const { delays = {} } = options;
  await mkdir(options.dir, { recursive: true });
  const dir = await realpath(options.dir);
  const { state: before, control } = await openFolder(dir, {
    scenario: NAME,
    ports: 1,
    running: [],
    lay: async () => undefined,
    move: async () => undefined,
  });
  const opening = openAll(dir, delays);
  const { promise: closed, resolve: tellClosed } = Promise.withResolvers<void>();
  let closing: Promise<void> | undefined;
  // Served from the start: a question that comes early waits until all is open.
  const closeControl = serveControl(control, before.token, {
    tool: async () => 127,
    request: async (op, message): Promise<Json> => {
      const all = await opening;
      if (op === 'processes') return Object.values(all).flatMap((lab) => lab.processes());
      if (op === 'call-as') return await callAs(all, textOf(message, 'client'));
      if (op === 'fault') await injectFault(all, parseFault(message['fault']));
      else if (op === 'stop') setImmediate(() => void close());
      else throw new Error(`the lab has no request ${op}`);
      return null;
    },
  });
  const state = keepState({ ...before, pid: process.pid });
  const labs = await opening.catch(async (error: unknown) => {
    await closeControl();
    throw error;
  });
  await state.saved();
  const end = async (): Promise<void> => {
    await Promise.all(Object.values(labs).map((lab) => lab.close()));
    state.save({ pid: null });
    await state.saved();
    await closeControl();
    tellClosed();
  };
  const close = (): Promise<void> => (closing ??= end());
  return { dir, inventoryFile: inventoryFile(dir), labs, closed, close, [Symbol.asyncDispose]: close };
}

type Labs = ThreeCellsLab['labs'];

/** One after another: each takes a block of ports of its own. */
async function openAll(dir: string, delays: Partial<Delays>): Promise<Labs> {
  await using opened = new AsyncDisposableStack();
  const open = async (part: keyof typeof threeCells): Promise<Lab> =>
    opened.use(await openLab({ dir: path.join(dir, part), scenario: threeCells[part], delays }));
  const labs = { north: await open('north'), south: await open('south'), east: await open('east') };
  await writeFile(inventoryFile(dir), await renderTogether(labs, dir));
  opened.move();
  return labs;
}

const callAs = (labs: Labs, client: string): Promise<Json> => {
  const lab = Object.values(labs).find(({ site }) => site.scenario.clients.some(({ name }) => name === client));
  if (lab === undefined) throw new OperatorError('LAB_STATE', `lab: the scenario ${NAME} has no client ${client}`);
  return lab.callAs(client);
};

/** A path begins with the part of the folder; processes have names that only one cell has. */
async function injectFault(labs: Labs, fault: Fault): Promise<void> {
  if (fault.kind === 'edit-file') {
    const [part = '', ...rest] = fault.path.split('/');
    const lab = Object.entries(labs).find(([name]) => name === part)?.[1];
    if (lab === undefined)
      throw new OperatorError('LAB_STATE', `lab: ${fault.path} does not begin with north, south or east`);
    return await lab.fault({ ...fault, path: rest.join('/') });
  }
  const wanted = 'process' in fault ? fault.process : '';
  const lab = Object.values(labs).find((one) => one.processes().some(({ process: name }) => name === wanted));
  if (lab === undefined) throw new OperatorError('LAB_STATE', `lab: the scenario ${NAME} has no process ${wanted}`);
  await lab.fault(fault);
}

const Part = z.looseObject({
  defaults: z.object({ user: z.string(), identityFile: z.string(), knownHosts: z.string() }),
  hosts: z.record(z.string(), z.looseObject({})),
  credentials: z.record(z.string(), z.looseObject({ passwordFile: z.string() })),
  certificates: z.record(z.string(), z.looseObject({ file: z.string(), passwordFile: z.string() })),
  cells: z.record(z.string(), z.looseObject({ login: z.string() })),
  databases: z.record(z.string(), z.looseObject({ login: z.string() })),
  clients: z.record(z.string(), z.looseObject({ trusts: z.string() })),
});

const mapped = <In, Out>(entries: Readonly<Record<string, In>>, make: (entry: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, make(entry)]));

/** Log-ins get the name of their part in front; the new certificate is the one of the north, whose root all clients trust. */
async function renderTogether(labs: Labs, dir: string): Promise<string> {
  const together: Record<string, Record<string, unknown>> = {};
  const roots: string[] = [];
  const add = (section: string, entries: Readonly<Record<string, unknown>>): void => {
    together[section] = { ...together[section], ...entries };
  };
  for (const [name, lab] of Object.entries(labs)) {
    const part = Part.parse(parse(await readFile(lab.inventoryFile, 'utf8')));
    const below = (file: string): string => `./${name}/${file.replace(/^\.\//u, '')}`;
    const { user, identityFile, knownHosts } = part.defaults;
    const access = { user, identityFile: below(identityFile), knownHosts: below(knownHosts) };
    add(
      'hosts',
      mapped(part.hosts, (host) => ({ ...host, ...access })),
    );
    for (const [credential, entry] of Object.entries(part.credentials)) {
      add('credentials', { [`${name}-${credential}`]: { ...entry, passwordFile: below(entry.passwordFile) } });
    }
    if (name === 'north') {
      const both = mapped(part.certificates, (entry) => ({
        ...entry,
        file: below(entry.file),
        passwordFile: below(entry.passwordFile),
      }));
      add('certificates', both);
    }
    add(
      'cells',
      mapped(part.cells, (cell) => ({ ...cell, login: `${name}-${cell.login}` })),
    );
    for (const [database, entry] of Object.entries(part.databases)) {
      add('databases', { [`${name}-${database}`]: { ...entry, login: `${name}-${entry.login}` } });
    }
    add(
      'clients',
      mapped(part.clients, (client) => ({ ...client, trusts: './client-roots.pem' })),
    );
    roots.push(await readFile(path.join(lab.dir, 'certificates/client-roots.pem'), 'utf8'));
  }
  await writeFile(path.join(dir, 'client-roots.pem'), roots.join(''));
  return inventoryText({ apiVersion: 'strictstep/v1', ...together });
}
