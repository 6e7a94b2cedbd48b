// A host in memory: files with a time of change, processes with pid files, and tools that a test puts in its bin folders.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Command, CommandResult, FileContent, Stdin, WriteShell } from '../../src/core/shell.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import { PROCESS_SCRIPT } from '../../src/operations/process.ts';

export type FakeTool = (args: readonly string[], stdin: string, program: string) => Partial<CommandResult>;

export type FakeHost = {
  readonly shell: WriteShell;
  readonly files: Map<string, FakeFile>;
  /** process ids that live */
  readonly processes: Set<string>;
  readonly tools: Map<string, FakeTool>;
  /** what was changed, in order, for counting */
  readonly changes: string[];
  write(path: string, bytes: Uint8Array | string): void;
  text(path: string): string | undefined;
  /** starts a process: a new id in the pid file */
  launch(pidFile: string): string;
};

export type FakeFile = { readonly bytes: Uint8Array; readonly changedAt: number };

let clock = 0;
let lastPid = 4000;

export function makeFakeHost(name: string): FakeHost {
  const files = new Map<string, FakeFile>();
  const processes = new Set<string>();
  const tools = new Map<string, FakeTool>();
  const changes: string[] = [];

  const write = (path: string, bytes: Uint8Array | string): void => {
    clock += 1;
    files.set(path, { bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, changedAt: clock });
  };
  const text = (path: string): string | undefined => {
    const file = files.get(path);
    return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
  };
  const launch = (pidFile: string): string => {
    lastPid += 1;
    processes.add(`${lastPid}`);
    write(pidFile, `${lastPid}\n`);
    return `${lastPid}`;
  };

  const processReply = ([pidFile = '', ...read]: readonly string[]): string => {
    const pid = text(pidFile)?.trim() ?? '';
    if (!processes.has(pid)) return '';
    const startedAt = files.get(pidFile)?.changedAt ?? 0;
    const isOlder = read.some((path) => (files.get(path)?.changedAt ?? -1) >= startedAt);
    return `${pid}\n${isOlder ? 'older\n' : ''}`;
  };

  const execute = ({ argv, stdin = [] }: Command): CommandResult => {
    const [program = '', ...args] = argv;
    if (args[1] === PROCESS_SCRIPT) return done({ stdout: processReply(args.slice(3)) });
    if (program === 'cp') {
      const [, from = '', to = ''] = args;
      write(to, files.get(from)?.bytes ?? '');
      return done({});
    }
    const tool = tools.get(basename(program));
    if (tool === undefined) throw new Error(`${name}: no such command ${argv.join(' ')}`);
    return done(tool(args, exposeAll(stdin), program));
  };

  const shell: WriteShell = {
    host: name,
    query: async (command) => execute(command),
    change: async (command) => {
      changes.push(command.argv.join(' '));
      return execute(command);
    },
    open: async () => {
      throw new Error('a fake host has no sessions');
    },
    readFile: async (path) => files.get(path)?.bytes,
    fileFacts: async (path) => {
      const file = files.get(path);
      if (file === undefined) return undefined;
      const sha256 = createHash('sha256').update(file.bytes).digest('hex');
      return { sha256, sizeBytes: file.bytes.length, mode: '0600', owner: 'wasadmin' };
    },
    replaceFile: async (path, content, backup) => {
      const old = files.get(path);
      if (old === undefined) throw new Error(`${name}: ${path} is not there`);
      changes.push(`replace ${path}`);
      if (!files.has(`${path}.${backup}`)) files.set(`${path}.${backup}`, old);
      write(path, joined(content));
    },
    createFile: async (path, content, like) => {
      if (files.has(path)) throw new Error(`${name}: ${path} is there already`);
      if (!files.has(like)) throw new Error(`${name}: ${like} is not there`);
      changes.push(`create ${path}`);
      write(path, joined(content));
    },
    removeFile: async (path, sha256) => {
      const bytes = files.get(path)?.bytes;
      if (bytes === undefined) return;
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error(`${name}: ${path} has changed`);
      changes.push(`remove ${path}`);
      files.delete(path);
    },
    placePrivateFile: async (file, bytes) => {
      write(`/private/${file}`, bytes);
      return `/private/${file}`;
    },
    removePrivateFile: async (path) => void files.delete(path),
  };
  return { shell, files, processes, tools, changes, write, text, launch };
}

const done = (result: Partial<CommandResult>): CommandResult => ({ exitCode: 0, stdout: '', stderr: '', ...result });

const joined = (content: FileContent): Uint8Array =>
  content instanceof Uint8Array
    ? content
    : Buffer.concat(content.map((part) => (part instanceof Secret ? Buffer.from(exposeSecret(part)) : part)));

const exposeAll = (stdin: Stdin): string =>
  stdin
    .map((part) => {
      if (part instanceof Secret) return exposeSecret(part);
      return typeof part === 'string' ? part : new TextDecoder().decode(part);
    })
    .join('');
