// The ports of operations and of facts gathering, in this process: files are read where they lie, wsadmin is a workspace of
// the lab's repository, and a tool of a profile is the lab's own.
import { execFile } from 'node:child_process';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '../../src/core/errors.ts';
import { sha256Hex } from '../../src/core/json.ts';
import type { WriteContext } from '../../src/core/operation.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import type { Command, CommandResult, WriteShell } from '../../src/core/shell.ts';
import type { WsadminArgument, WsadminWriter } from '../../src/core/wsadmin.ts';
import { profileRoot } from '../../src/lab/site.ts';
import { parseWorkspaceChanges } from '../../src/products/websphere/workspace-changes.ts';
import { CELL } from './case.ts';
import type { ModelWorld } from './world.ts';

const plain = (item: string | Secret): string => (item instanceof Secret ? exposeSecret(item) : item);

export function contextOf(world: ModelWorld): WriteContext {
  const shells = new Map<string, WriteShell>();
  const writer = openWriter(world);
  return {
    shell: async (host) => {
      const shell = shells.get(host) ?? openShell(world, host);
      shells.set(host, shell);
      return shell;
    },
    wsadmin: async () => writer,
    endWsadmin: async () => undefined,
    certificate: () => world.certificate.facts,
    declaredCertificates: () => [world.certificate],
    census: async () => undefined,
    certificateFile: () => world.certificate,
    login: () => world.login,
    runId: 'model',
    pause: async () => undefined,
  };
}

function openWriter({ repository }: ModelWorld): WsadminWriter {
  const workspace = repository.openWorkspace();
  const call = async (name: string, ...args: readonly WsadminArgument[]): Promise<string> => {
    const [object = '', method = ''] = name.split('.');
    const given = args.map((argument) =>
      typeof argument === 'string' || argument instanceof Secret ? plain(argument) : argument.map(plain),
    );
    // What other sessions saved in between is seen: every call of a step begins with a fresh view.
    if (workspace.call('AdminConfig', 'hasChanges', []) === '0') workspace.call('AdminConfig', 'reset', []);
    try {
      return workspace.call(object, method, given);
    } catch (error) {
      throw new OperatorError('WSADMIN_FAILED', error instanceof Error ? error.message : String(error));
    }
  };
  return {
    cell: CELL,
    query: call,
    change: call,
    save: async (expected) => {
      const changed = parseWorkspaceChanges(await call('AdminConfig.queryChanges')) ?? [];
      const odd = changed.find((document) => !expected.includes(document));
      if (odd !== undefined) throw new OperatorError('UNEXPECTED_CHANGES', odd);
      workspace.call('AdminConfig', 'save', []);
      return changed;
    },
    reset: async () => void workspace.call('AdminConfig', 'reset', []),
  };
}

const missing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

function openShell(world: ModelWorld, host: string): WriteShell {
  const read = (file: string): Promise<Uint8Array | undefined> => readFile(file).catch(missing);
  const run = async ({ argv, stdin = [] }: Command): Promise<CommandResult> => {
    const [program = '', ...args] = argv;
    if (program === 'ls') return { exitCode: 0, stdout: (await readdir(args[0] ?? '')).join('\n'), stderr: '' };
    const profile = world.site.scenario.profiles.find((one) =>
      program.startsWith(`${profileRoot(world.site, one)}/bin/`),
    );
    // The script that reads a pid file and looks whether that process lives: here it names this process.
    if (program === 'sh')
      return { exitCode: 0, stdout: await readFile(args[3] ?? '', 'utf8').catch(() => ''), stderr: '' };
    if (profile === undefined) {
      const { stdout, stderr } = await promisify(execFile)(program, args);
      return { exitCode: 0, stdout, stderr };
    }
    const given = stdin
      .map((part) => (part instanceof Uint8Array ? Buffer.from(part).toString() : plain(part)))
      .join('');
    const { exitCode, output } = await world.tool(profile.node, path.basename(program, '.sh'), args, given);
    return { exitCode, stdout: output, stderr: '' };
  };
  return {
    host,
    query: run,
    change: run,
    open: () => Promise.reject(new Error('not part of this world')),
    readFile: read,
    fileFacts: async (file) => {
      const bytes = await read(file);
      return bytes && { sha256: sha256Hex(bytes), sizeBytes: bytes.length, mode: '0600', owner: '0:0' };
    },
    replaceFile: async (file, content, backup) => {
      await copyFile(file, `${file}.${backup}`);
      if (!(content instanceof Uint8Array)) throw new Error('no secrets in the files of this world');
      await writeFile(file, content);
    },
    createFile: () => Promise.reject(new Error('not part of this world')),
    removeFile: () => Promise.reject(new Error('not part of this world')),
    placePrivateFile: async (name, bytes) => {
      const file = path.join(world.site.dir, name);
      await writeFile(file, bytes, { mode: 0o600 });
      return file;
    },
    removePrivateFile: (file) => rm(file),
  };
}
