import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WriteContext } from '../../src/core/operation.ts';
import type { WriteShell } from '../../src/core/shell.ts';
import { readOnce } from '../../src/run/read-once.ts';
import { makeStepReads } from '../../src/run/step-reads.ts';
import { openHost } from '../../src/transport/index.ts';
import { memoryContext, makeWorld } from '../helpers/memory-run.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

async function openSite() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await openSshServer());
  const { writer } = stack.use(await openHost(server.entry, { connectTimeoutMs: 5000 }));
  const path = join(server.folder, 'file');
  await writeFile(path, 'one');
  const context: WriteContext = { ...memoryContext(makeWorld()), shell: async () => writer };
  const kept = stack.move();
  return { server, context, writer, path, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const textOf = async (shell: Pick<WriteShell, 'readFile'>, path: string): Promise<string> =>
  Buffer.from((await shell.readFile(path)) ?? []).toString();

test('one look reads a file once, and every reader sees the same bytes', async () => {
  await using site = await openSite();
  const look = readOnce(site.context);
  const [first, second] = await Promise.all([look.shell('h1'), look.shell('h1')]);
  expect(await textOf(first, site.path)).toBe('one');
  await writeFile(site.path, 'two');
  expect(await textOf(second, site.path)).toBe('one');
  expect(await first.readFile(join(site.server.folder, 'none'))).toBeUndefined();
  // A shell for short scripts, with its greeting, and in it a script for each of the files.
  expect(site.server.commands).toHaveLength(4);
  expect(await textOf(await readOnce(site.context).shell('h1'), site.path)).toBe('two');
});

test('a change begins from what the step read, and is refused when somebody has changed the file since', async () => {
  await using site = await openSite();
  const reads = makeStepReads(site.context);
  await (await reads.reader.shell('h1')).readFile(site.path);
  const writer = await reads.writer.shell('h1');
  await writeFile(site.path, 'theirs');
  expect(await textOf(writer, site.path)).toBe('one');
  await expect(writer.replaceFile(site.path, Buffer.from('ours'), 'r1.bak')).rejects.toMatchObject({
    code: 'STEP_FAILED',
    message: expect.stringContaining('somebody changed it after it was read'),
  });
  expect(await readFile(site.path, 'utf8')).toBe('theirs');
});

test('nobody in between: the file is replaced, and read again it is read from the host', async () => {
  await using site = await openSite();
  const reads = makeStepReads(site.context);
  await (await reads.reader.shell('h1')).readFile(site.path);
  const writer = await reads.writer.shell('h1');
  const before = site.server.commands.length;
  expect(await textOf(writer, site.path)).toBe('one');
  expect(site.server.commands).toHaveLength(before);
  await writer.replaceFile(site.path, Buffer.from('ours'), 'r1.bak');
  expect(await textOf(writer, site.path)).toBe('ours');
  expect(await readFile(`${site.path}.r1.bak`, 'utf8')).toBe('one');
});

test('a second look at the same file, and any after a command, is at the host', async () => {
  await using site = await openSite();
  const reads = makeStepReads(site.context);
  await (await reads.reader.shell('h1')).readFile(site.path);
  const writer = await reads.writer.shell('h1');
  await writer.change({ argv: ['sh', '-c', 'echo changed > "$1"', 'sh', site.path], timeoutMs: 5000 });
  expect(await textOf(writer, site.path)).toBe('changed\n');
  await (await reads.reader.shell('h1')).readFile(site.path);
  await writeFile(site.path, 'three');
  expect(await textOf(writer, site.path)).toBe('changed\n');
  expect(await textOf(writer, site.path)).toBe('three');
});
