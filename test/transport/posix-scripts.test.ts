// What is sent to hosts has to run on AIX, Solaris and any Linux: every script that stands in src/ is read by dash and by
// BusyBox, and searched for what only GNU has; those of files, locks and the dead man are also executed by them, with a PATH
// in which each tool of POSIX refuses every option that POSIX does not give it, and no other tool is there.
// Source: POSIX.1-2024, Shell and Utilities.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scanHost } from '../../src/discover/scan.ts';
import { readLogAfter, readLogSize } from '../../src/health/log.ts';
import { readLiveProcessId } from '../../src/health/process.ts';
import { lookAtProcess } from '../../src/operations/component-process.ts';
import { PROCESS_SCRIPT } from '../../src/operations/process.ts';
import { cancelDeadMan, plantDeadMan, readDeadMan } from '../../src/run/dead-man.ts';
import { fenceOlder } from '../../src/run/fence.ts';
import { lockHosts, readHostLock } from '../../src/run/host-lock.ts';
import { openHost } from '../../src/transport/index.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'strictstep-posix-'));
afterAll(() => rmSync(folder, { recursive: true }));

const where = (program: string): string =>
  spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();

/** The system's own shell, dash on Debian; and BusyBox, where it is. */
const ALL_SHELLS: readonly (readonly [name: string, path: string])[] = [
  ['sh', where('sh')],
  ['BusyBox', where('busybox')],
];
const SHELLS = ALL_SHELLS.filter(([, path]) => path !== '');
const READERS = SHELLS.map(([name, path]): readonly [string, ...string[]] => (name === 'sh' ? [path] : [path, 'sh']));

/** Text of a literal that is a script: two signs of the shell in it. */
const SIGNS = [
  /(^|[\s;])if \[/,
  /\bexec /,
  /\bcase \S+ in\b/,
  /\btrap /,
  /(^|[\s;])for \w+ (in|do)\b/,
  /2>\/dev\/null/,
  /"\$[1-9@]"/,
  /\bexit \d/,
  /\bkill -/,
];
const isScript = (text: string): boolean => SIGNS.filter((sign) => sign.test(text)).length >= 2;

const unescaped = (text: string): string =>
  text
    .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '1')
    .replaceAll(/\\([\s\S])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));

const scripts: readonly (readonly [place: string, script: string])[] = [
  ...globSync('src/**/*.ts', { cwd: ROOT, exclude: ['src/lab/**', 'src/cli/**'] })
    .toSorted()
    .flatMap((file) => {
      // Remarks may quote commands; a script may be a list of lines.
      const source = readFileSync(join(ROOT, file), 'utf8')
        .replaceAll(/^\s*(\/\/|\/\*\*|\* ).*$/gm, '')
        .replaceAll(/',\n\s*'/g, String.raw`\n`);
      const literals = source.matchAll(/`((?:[^`\\]|\\[\s\S])*)`|'((?:[^'\\\n]|\\.)*)'/g);
      return [...literals]
        .map(([, long, short]) => unescaped(long ?? short ?? ''))
        .filter(isScript)
        .map((script, at): readonly [string, string] => [`${file} ${at + 1}`, script]);
    }),
  ['templates/dead-man/watch.sh', readFileSync(join(ROOT, 'templates/dead-man/watch.sh'), 'utf8')],
];

const NOT_POSIX: Readonly<Record<string, RegExp>> = {
  'a long option': /(^|\s)--[a-z]/,
  'a test of bash': /\[\[|(?<=\[ [^\]]*) == /,
  'a function of bash': /\bfunction \w+/,
  'local, source or pushd': /(^|[;{]\s*|\n\s*)(local|source|pushd) /,
  'an array or a here-string': /\w=\(|<<</,
  'options of echo': /\becho -[en]/,
  'options of sed, grep, cp, xargs, ls, head, tail or sort':
    /\bsed -[irEs]|\bgrep -[oPRrzw]|\bcp -[adu]|\bxargs -[rd]|\bhead -c|\bsort -[Vhz]|\btail -n ?\+?\d+ -/,
  'a tool of Linux': /\b(readlink|realpath|mktemp|pgrep|pkill|pidof|seq|tac|timeout|setsid|which) /,
  'a time in seconds': /\bdate \+%s|\bdate -d/,
  'find of GNU': /-(maxdepth|mindepth|printf|newermt|iname|regex)\b/,
  'a signal by SIG': /\bkill -(s )?SIG/,
};
/** Tools that are only tried, with something else behind them. */
const TRIED: readonly RegExp[] = [/stat -c %\.9Y "\$f" 2>\/dev\/null \|\| perl/];

test('the scripts are found', () => {
  expect(scripts.length).toBeGreaterThan(25);
  for (const file of ['host-lock', 'fence', 'dead-man', 'file-scripts', 'become', 'marked-command', 'health/process'])
    expect(
      scripts.some(([place]) => place.includes(file)),
      file,
    ).toBe(true);
});

describe.each(scripts)('%s', (_, script) => {
  test.each(READERS)('is read by %s', (program, ...words) => {
    const { status, stderr, error } = spawnSync(program, [...words, '-n', '-c', script], { encoding: 'utf8' });
    expect(error).toBeUndefined();
    expect(`${status} ${stderr}`).toBe('0 ');
  });

  test('has nothing that only GNU or bash has', () => {
    const plain = TRIED.reduce((text, tried) => text.replace(tried, ''), script);
    const found = Object.entries(NOT_POSIX).flatMap(([what, sign]) => (sign.test(plain) ? [what] : []));
    expect(found, plain).toEqual([]);
  });
});

/** Tool -> letters of options that POSIX gives it. */
const POSIX_TOOLS: Readonly<Record<string, string>> = {
  awk: 'Ffv',
  cat: 'u',
  chmod: 'R',
  chown: 'hHLPR',
  cksum: '',
  cmp: 'ls',
  cp: 'fHiLpPR',
  cut: 'bcdfns',
  date: 'u',
  dirname: '',
  expr: '',
  find: 'HL',
  grep: 'EFcefilnqsvx',
  head: 'n',
  id: 'Ggnru',
  ln: 'fLPs',
  ls: 'ACFHLRSacdfgiklmnopqrstux1',
  mkdir: 'mp',
  mv: 'fi',
  nohup: '',
  ps: 'AadegGlnoptuU',
  rm: 'firRdv',
  rmdir: 'p',
  sed: 'nef',
  sleep: '',
  sort: 'bcdfikmnortu',
  sync: '',
  tail: 'cfnr',
  touch: 'acdmrt',
  tr: 'Ccds',
  uname: 'amnrsv',
  wc: 'clmw',
  basename: '',
  env: 'i',
  od: 'AjNtv',
  xargs: 'EILnpstx',
};
/** Not POSIX, but one of them is on every system; file-scripts.test.ts tries the others. */
const DIGEST = ['openssl', 'shasum', 'sha256sum'].find((tool) => where(tool) !== '') ?? 'openssl';

/** Each tool checks its options and becomes the real one. */
function strictTools(): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [tool, letters] of Object.entries(POSIX_TOOLS)) {
    const real = where(tool);
    const words = ['awk', 'expr', 'find', 'env', 'xargs', 'nohup'].includes(tool) ? 'break' : ':';
    writeFileSync(
      join(bin, tool),
      `#!/bin/sh
for word in "$@"; do case $word in
  --) break ;;
  --*) echo "$word is no option of ${tool}" >&2; echo "${tool} $word" >> '${folder}/refused'; exit 99 ;;
  -[0-9]*) ;;
  -[!${letters === '' ? '-' : letters}]*) echo "${tool} $word" >> '${folder}/refused'; exit 99 ;;
  *) ${words} ;;
esac; done
exec ${real} "$@"
`,
      { mode: 0o755 },
    );
  }
  symlinkSync(where(DIGEST), join(bin, DIGEST));
  return bin;
}
const bin = strictTools();

test('a tool with an option that only GNU has is refused here', () => {
  const { status } = spawnSync(join(bin, 'cp'), ['-a', 'x', 'y'], { encoding: 'utf8' });
  expect([status, readFileSync(join(folder, 'refused'), 'utf8')]).toEqual([99, 'cp -a\n']);
  rmSync(join(folder, 'refused'));
});

describe.each(SHELLS)('in %s, with the tools of POSIX only', (name, shell) => {
  test('files, locks, the fence and the dead man work', async () => {
    const own = join(folder, name);
    mkdirSync(own);
    symlinkSync(shell, join(own, 'sh'));
    await using server = await openSshServer({ shell: join(own, 'sh'), onlyPath: `${own}:${bin}` });
    await using host = await openHost(server.entry, { connectTimeoutMs: 5000, mark: () => 'r1.n1' });
    const { writer } = host;
    const path = join(server.folder, "a file of 'st one'");
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    await writer.replaceFile(path, Buffer.from('new'), 'r1.bak');
    await writer.createFile(`${path}.made`, Buffer.from('made'), path);
    expect(Buffer.from((await writer.readFile(path)) ?? []).toString()).toBe('new');
    expect(readFileSync(`${path}.r1.bak`, 'utf8')).toBe('old');
    const facts = await writer.fileFacts(path);
    expect(facts).toMatchObject({ mode: '0640', sizeBytes: 3 });
    expect(statSync(`${path}.made`).mode & 0o777).toBe(0o600);
    await writer.removeFile(path, facts?.sha256 ?? '');
    await writer.removePrivateFile(await writer.placePrivateFile('k.p12', Buffer.from('k')));
    const owner = { who: 'ops', host: 'here', pid: 1, run: 'r1', why: 'test', since: 'now' };
    const mark = { runId: 'r1', nonce: 'n1' };
    const locks = await lockHosts([writer], owner, () => Promise.resolve(false), mark);
    expect(await readHostLock(host.reader)).toMatchObject({ owner: { who: 'ops' } });
    await fenceOlder(writer, { ...mark, waitSeconds: 2 });
    await locks[Symbol.asyncDispose]();
    expect(await readHostLock(host.reader)).toBeUndefined();
    const deadMan = { id: 'd1', files: [`${path}.made`], restart: [['touch', `${path}.restarted`]], seconds: 60 };
    await plantDeadMan(writer, deadMan, 'g1');
    await cancelDeadMan(writer, 'd1');
    expect(await readDeadMan(host.reader, 'd1')).toBe('cancelled');
    await plantDeadMan(writer, { ...deadMan, id: 'd2', seconds: 1 }, 'g1');
    await writer.replaceFile(`${path}.made`, Buffer.from('harm'), 'r2.bak');
    await expect.poll(() => readDeadMan(host.reader, 'd2'), { timeout: 8000 }).toBe('reverted');
    expect(readFileSync(`${path}.made`, 'utf8')).toBe('made');
    expect(spawnSync('cat', [join(folder, 'refused')], { encoding: 'utf8' }).stdout).toBe('');
  });

  test('processes, logs and installations are looked at', async () => {
    const own = join(folder, `${name} again`);
    mkdirSync(own);
    symlinkSync(shell, join(own, 'sh'));
    await using server = await openSshServer({ shell: join(own, 'sh'), onlyPath: `${own}:${bin}` });
    await using host = await openHost(server.entry, { connectTimeoutMs: 5000 });
    const at = (file: string): string => join(server.folder, file);
    writeFileSync(at('server.pid'), `${process.pid}\n`);
    utimesSync(at('server.pid'), 1000, 1000);
    writeFileSync(at('later.conf'), 'x');
    writeFileSync(at('earlier.conf'), 'x');
    utimesSync(at('earlier.conf'), 500, 500);
    expect(await readLiveProcessId(host.reader, at('server.pid'))).toBe(String(process.pid));
    expect(await readLiveProcessId(host.reader, at('none.pid'))).toBeNull();
    const look = await lookAtProcess(host.reader, at('server.pid'), [at('later.conf'), at('earlier.conf')]);
    expect([look.pid, look.timeOf(at('later.conf')), look.timeOf(at('earlier.conf'))]).toEqual([
      `${process.pid}`,
      Infinity,
      0,
    ]);
    const argv = ['sh', '-c', PROCESS_SCRIPT, 'sh', at('server.pid')];
    const age = async (file: string) =>
      (await host.reader.query({ argv: [...argv, at(file)], timeoutMs: 5000 })).stdout.trim().split('\n');
    expect([await age('later.conf'), await age('earlier.conf')]).toEqual([
      [`${process.pid}`, 'older'],
      [`${process.pid}`],
    ]);
    writeFileSync(at('log'), 'one\ntwo\n');
    expect(await readLogSize(host.reader, at('log'))).toBe(8);
    expect(await readLogAfter(host.reader, at('log'), 4)).toEqual(['two', '']);
    mkdirSync(at('config'));
    writeFileSync(at('config/security.xml'), '');
    const { files, hostName } = await scanHost(host.reader, [server.folder]);
    expect(files).toContain(at('config/security.xml'));
    expect(hostName).not.toBe('');
    expect(spawnSync('cat', [join(folder, 'refused')], { encoding: 'utf8' }).stdout).toBe('');
  });
});
