// Files on a host through a real SSH server and the real /bin/sh.
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/core/json.ts';
import type { ReadShell, WriteShell } from '../../src/core/shell.ts';
import { openHost } from '../../src/transport/index.ts';
import { forbidWrites } from '../helpers/forbid-writes.ts';
import { openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer } from '../helpers/ssh-server.ts';

type Site = AsyncDisposable & {
  readonly server: SshServer;
  readonly reader: ReadShell;
  readonly writer: WriteShell;
  /** an empty folder with a blank and a quote in its name */
  readonly folder: string;
};

async function openSite(): Promise<Site> {
  const server = await openSshServer();
  const host = await openHost(server.entry, { connectTimeoutMs: 5000 });
  const folder = join(server.folder, "config of 'st Cell");
  await mkdir(folder);
  return {
    server,
    reader: forbidWrites(host.reader),
    writer: host.writer,
    folder,
    async [Symbol.asyncDispose]() {
      await host.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

describe('reading', () => {
  test('gives every byte, 5 MB of them', async () => {
    await using site = await openSite();
    const bytes = randomBytes(5_000_000);
    const path = join(site.folder, 'key.p12');
    await writeFile(path, bytes);
    expect(Buffer.from((await site.reader.readFile(path)) ?? []).equals(bytes)).toBe(true);
  });

  test('gives an empty file as empty and a missing one as undefined', async () => {
    await using site = await openSite();
    await writeFile(join(site.folder, 'empty'), '');
    expect(await site.reader.readFile(join(site.folder, 'empty'))).toHaveLength(0);
    expect(await site.reader.readFile(join(site.folder, 'none'))).toBeUndefined();
    expect(await site.reader.readFile(join(site.folder, 'no', 'such', 'folder'))).toBeUndefined();
    expect(await site.reader.readFile(join(site.folder, 'empty', 'below'))).toBeUndefined();
    expect(await site.reader.fileFacts(join(site.folder, 'none'))).toBeUndefined();
  });

  test('a folder or a link to nowhere is an error, not a missing file', async () => {
    await using site = await openSite();
    await symlink('/nowhere', join(site.folder, 'link'));
    for (const path of [site.folder, join(site.folder, 'link')]) {
      await expect(site.reader.readFile(path)).rejects.toMatchObject({
        code: 'FACT_UNREADABLE',
        message: `host h1: ${path}: it is not a regular file`,
      });
    }
  });

  test('takes digest, size, mode and owner on the host', async () => {
    await using site = await openSite();
    const path = join(site.folder, 'security.xml');
    await writeFile(path, 'text');
    await chmod(path, 0o4751);
    const { uid, gid } = await stat(path);
    const facts = { sha256: sha256Hex('text'), sizeBytes: 4, mode: '4751', owner: `${uid}:${gid}` };
    expect(await site.reader.fileFacts(path)).toEqual(facts);
  });

  test('refuses a path that is not absolute or has control characters', async () => {
    await using site = await openSite();
    for (const path of ['security.xml', '/tmp/a\nb', '']) {
      await expect(site.reader.readFile(path)).rejects.toThrow(RangeError);
    }
    expect(site.server.commands).toEqual([]);
  });
});

describe('replacing a file', () => {
  test('keeps mode and owner, stores the bytes as they are, and keeps the old ones beside it', async () => {
    await using site = await openSite();
    const path = join(site.folder, 'ssl.client.props');
    await writeFile(path, 'com.ibm.ssl.protocol=SSL_TLS\r\n');
    await chmod(path, 0o640);
    const before = await site.reader.fileFacts(path);
    const bytes = Buffer.from('com.ibm.ssl.protocol=TLSv1.2\r\n\0\xff', 'latin1');
    await site.writer.replaceFile(path, bytes, 'run-1');
    expect((await readFile(path)).equals(bytes)).toBe(true);
    const after = await site.reader.fileFacts(path);
    expect(after).toMatchObject({ mode: '0640', owner: before?.owner, sha256: sha256Hex(bytes) });
    expect(await site.reader.fileFacts(`${path}.run-1`)).toEqual(before);
    expect((await readdir(site.folder)).toSorted()).toEqual(['ssl.client.props', 'ssl.client.props.run-1']);
  });

  test('a second time with the same backup name keeps the first backup', async () => {
    await using site = await openSite();
    const path = join(site.folder, 'ssl.client.props');
    await writeFile(path, 'one');
    await site.writer.replaceFile(path, Buffer.from('two'), 'run-1');
    await site.writer.replaceFile(path, Buffer.from('three'), 'run-1');
    expect(await readFile(path, 'utf8')).toBe('three');
    expect(await readFile(`${path}.run-1`, 'utf8')).toBe('one');
  });

  test('takes away what a killed attempt left, but no backup', async () => {
    await using site = await openSite();
    const path = join(site.folder, 'a.xml');
    const backup = `${path}.strictstep-run-1`;
    const left = `${path}.strictstep-temp-${'0123456789abcdef'.repeat(2)}`;
    await Promise.all([path, backup, left, `${left}.b`].map((file) => writeFile(file, 'one')));
    await site.writer.replaceFile(path, Buffer.from('two'), 'strictstep-run-2');
    expect((await readdir(site.folder)).toSorted()).toEqual([
      'a.xml',
      'a.xml.strictstep-run-1',
      'a.xml.strictstep-run-2',
    ]);
    await expect(site.writer.replaceFile(path, Buffer.from('x'), 'strictstep-temp-1')).rejects.toThrow(RangeError);
  });

  test('a file that does not exist is not made', async () => {
    await using site = await openSite();
    const path = join(site.folder, 'none');
    await expect(site.writer.replaceFile(path, Buffer.from('x'), 'run-1')).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: `host h1: ${path}: there is no such file`,
    });
    expect(await readdir(site.folder)).toEqual([]);
  });

  test('a link is not turned into a file', async () => {
    await using site = await openSite();
    await writeFile(join(site.folder, 'real'), 'one');
    await symlink('real', join(site.folder, 'link'));
    const replacing = site.writer.replaceFile(join(site.folder, 'link'), Buffer.from('x'), 'run-1');
    await expect(replacing).rejects.toMatchObject({ code: 'STEP_FAILED' });
    expect((await readdir(site.folder)).toSorted()).toEqual(['link', 'real']);
  });

  test('cut off in the middle leaves the old file and nothing beside it', async () => {
    await using site = await openSite();
    const path = join(site.folder, 'ssl.client.props');
    await writeFile(path, 'one');
    // More than one window, so that the rest is still to come when the link is reset.
    const replacing = site.writer.replaceFile(path, Buffer.alloc(8_000_000, 'x'), 'run-1');
    const outcome = replacing.catch((cause: unknown) => cause);
    const watch = async (): Promise<void> => {
      const names = await readdir(site.folder);
      if (names.length < 2) return await new Promise((resolve) => setImmediate(() => resolve(watch())));
    };
    await watch();
    site.server.dropLinks();
    expect(await outcome).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await using again = await openHost(site.server.entry, { connectTimeoutMs: 5000 });
    const settle =
      'i=0; while [ `ls "$1" | wc -l` -gt 1 ] && [ $i -lt 50 ]; do sleep 0.1; i=`expr $i + 1`; done; ls "$1"';
    const { stdout } = await again.reader.query({ argv: ['sh', '-c', settle, 'sh', site.folder], timeoutMs: 10_000 });
    expect(stdout).toBe('ssl.client.props\n');
    expect(await readFile(path, 'utf8')).toBe('one');
  });
});

describe('a private file', () => {
  test('is for its owner only, has the bytes, and goes with its folder', async () => {
    await using site = await openSite();
    const bytes = randomBytes(3000);
    const path = await site.writer.placePrivateFile('wild.p12', bytes);
    expect(path.startsWith(`${site.server.folder}/.strictstep/private/strictstep-`)).toBe(true);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect([await modeOf(path), await modeOf(join(path, '..'))]).toEqual(['600', '700']);
    await site.writer.removePrivateFile(path);
    await site.writer.removePrivateFile(path);
    expect(await readdir(join(site.server.folder, '.strictstep'))).toEqual([]);
  });

  test('has another folder each time', async () => {
    await using site = await openSite();
    const place = () => site.writer.placePrivateFile('wild.p12', Buffer.from('x'));
    expect(await place()).not.toBe(await place());
  });

  test('is the only thing that removePrivateFile removes', async () => {
    await using site = await openSite();
    const made = `/home/ana/.strictstep/private/strictstep-${'0'.repeat(32)}`;
    const paths = [
      '/etc/passwd',
      `${made}/..`,
      `${made}/a/b`,
      made,
      `/tmp/strictstep-${'0'.repeat(32)}/a`,
      `${made}/../a`,
    ];
    for (const path of paths) await expect(site.writer.removePrivateFile(path)).rejects.toThrow(RangeError);
    await expect(site.writer.placePrivateFile('../x', Buffer.from('x'))).rejects.toThrow(RangeError);
    expect(site.server.commands).toEqual([]);
  });
});
