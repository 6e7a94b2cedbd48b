// What a Windows host is sent: exact lines, and quoting that the other side undoes. Not verified on real Windows; the rules
// by which a line is taken apart here are Microsoft's published ones.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostEntry } from '../../src/inventory/types.ts';
import { DIALECTS } from '../../src/transport/dialect.ts';
import { openHost } from '../../src/transport/index.ts';
import { quoteForPowershell, quoteForProgram } from '../../src/transport/windows-command.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

const { commandLine, fileScript, isAbsolute, privatePath } = DIALECTS.windows;
const HEAD = 'powershell.exe -NoProfile -NonInteractive -InputFormat None -EncodedCommand ';

function decoded(line: string): string {
  expect(line.startsWith(HEAD)).toBe(true);
  expect(line.length).toBeLessThan(8000);
  const [word = '', ...more] = line.slice(HEAD.length).split(' ');
  expect([word, more]).toEqual([expect.stringMatching(/^[A-Za-z0-9+/=]+$/), []]);
  return Buffer.from(word, 'base64').toString('utf16le');
}
const lineOf = (...argv: readonly string[]): string => decoded(commandLine('host win', argv));
const started = (program: string, words: string): string =>
  `$p=New-Object Diagnostics.ProcessStartInfo;$p.FileName='${program}';$p.Arguments='${words}';$p.UseShellExecute=$false;` +
  'try{$c=[Diagnostics.Process]::Start($p)}catch{[Console]::Error.WriteLine($_.Exception.Message);exit 127};' +
  '$c.WaitForExit();exit $c.ExitCode';

describe('a command', () => {
  const bin = String.raw`C:\Program Files\IBM\WebSphere\AppServer\profiles\st\bin`;

  test.each([
    [
      ['sc.exe', 'query', 'Lotus Domino Server (DLotusDominodata)'],
      'sc.exe',
      'query "Lotus Domino Server (DLotusDominodata)"',
    ],
    [['sc.exe', 'start', 'STServer'], 'sc.exe', 'start STServer'],
    [
      [`${bin}\\startServer.bat`, 'STProxyServer', '-timeout', '600'],
      `${bin}\\startServer.bat`,
      'STProxyServer -timeout 600',
    ],
    [['cmd.exe', '/c', 'type', String.raw`D:\a b\sametime.ini`], 'cmd.exe', String.raw`/c type "D:\a b\sametime.ini"`],
    [['x.exe', '', "it's", 'a"b', String.raw`c:\d e\ `.trim()], 'x.exe', String.raw`"" it''s "a\"b" "c:\d e\\"`],
  ])('%j is started so', (argv, program, words) => {
    expect(lineOf(...argv)).toBe(started(program, words));
  });

  test.each(['%PATH%', 'a&b', 'a"b', 'a^b', '!x!', 'a|b', '<x', 'a\nb', '(x)', 'ä'])(
    'of a batch file with the argument %j is refused: cmd.exe would read it once more',
    (word) => {
      const argv = [`${bin}\\stopServer.bat`, word];
      expect(() => commandLine('host win', argv)).toThrow(
        /host win: the batch file .* cannot be given these arguments/,
      );
    },
  );

  test('for a POSIX shell is refused before anything is sent', async () => {
    await using server = await openSshServer();
    const entry: HostEntry = { ...server.entry, os: 'windows' };
    await using host = await openHost(entry, { connectTimeoutMs: 5000, mark: () => 'r1.n1' });
    const argv = ['sh', '-c', 'echo $HOME'];
    await expect(host.reader.query({ argv, timeoutMs: 5000 })).rejects.toMatchObject({ code: 'POLICY_REFUSED' });
    expect(server.commands).toEqual([]);
    await host.reader.query({ argv: ['sc.exe', 'query', 'x'], timeoutMs: 5000 });
    expect(lineOf('sc.exe', 'query', 'x')).toBe(decoded(server.commands[0] ?? ''));
  });
});

describe('a file', () => {
  const path = String.raw`D:\data\o'brien\sametime.ini`;

  test.each([
    ['read', [path]],
    ['facts', [path]],
    ['replace', [path, `${path}.bak`, `${path}.strictstep-temp-1`, 'a'.repeat(64), '/', '']],
    ['create', [path, `${path}.strictstep-temp-1`, 'a'.repeat(64), String.raw`D:\data`, '0600']],
    ['remove', [path, 'a'.repeat(64)]],
    ['placePrivate', [`strictstep-${'0'.repeat(32)}`, 'k.p12', 'a'.repeat(64)]],
    ['removePrivate', [String.raw`C:\Temp\strictstep-0`, 'k.p12']],
  ] as const)(
    'is handled by the script %s, whose arguments are literals, within what cmd.exe takes',
    (script, args) => {
      const text = decoded(commandLine('host win', fileScript(script, args)));
      expect(text.split('\n')[0]).toBe(`$a=@(${args.map((arg) => `'${arg.replaceAll("'", "''")}'`).join(',')})`);
      expect(text).toContain("$ErrorActionPreference='Stop'");
      expect(text.split('\n').length).toBeGreaterThan(5);
    },
  );

  test('of the longest path that Windows takes still fits into the line', () => {
    const long = `D:\\${'x'.repeat(255)}`;
    const args = [
      long,
      `${long}.bak`,
      `${long}.strictstep-temp-${'0'.repeat(32)}`,
      'a'.repeat(64),
      '/',
      'b'.repeat(64),
    ];
    expect(() => commandLine('host win', fileScript('replace', args))).not.toThrow();
  });

  test.each([
    [path, true],
    ['D:/data/x', true],
    [String.raw`\\server\share\x`, true],
    [String.raw`D:x`, false],
    [String.raw`\x`, false],
    ['/x', false],
    ['x', false],
  ])('%s is a whole path: %s', (text, is) => {
    expect(isAbsolute(text)).toBe(is);
  });

  test('of a run is only taken for one in a folder of that name', () => {
    const folder = `C:\\Users\\st\\AppData\\Local\\Temp\\strictstep-${'0a'.repeat(16)}`;
    expect(privatePath.exec(`${folder}\\k.p12`)?.slice(1)).toEqual([folder, 'k.p12']);
    expect(privatePath.test(`${folder}\\..\\k.p12`)).toBe(false);
    expect(privatePath.test('C:\\Windows\\k.p12')).toBe(false);
  });
});

/** As the C library takes a line apart: 2n backslashes and a quote are n and a toggle, 2n+1 are n and a quote. */
function argumentsIn(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length;) {
    const letter = line.charAt(at);
    const [slashes = ''] = /^\\*/.exec(line.slice(at)) ?? [];
    if (slashes !== '') {
      const isBeforeQuote = line.charAt(at + slashes.length) === '"';
      word = (word ?? '') + '\\'.repeat(isBeforeQuote ? Math.floor(slashes.length / 2) : slashes.length);
      at += slashes.length;
      if (!isBeforeQuote || slashes.length % 2 === 0) continue;
      word += '"';
      at += 1;
    } else if (letter === '"') {
      word ??= '';
      isQuoted = !isQuoted;
      at += 1;
    } else if (!isQuoted && /[ \t\n\v\f\r]/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else {
      word = (word ?? '') + letter;
      at += 1;
    }
  }
  return word === undefined ? words : [...words, word];
}

const argument = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\t', "'", '%', 'ü') }),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);

test('whatever the arguments are, the program gets them as they were', () => {
  fc.assert(
    fc.property(fc.array(argument), (words) => {
      expect(argumentsIn(words.map(quoteForProgram).join(' '))).toEqual(words);
    }),
    { numRuns: 500 },
  );
});

test('a literal of PowerShell ends where it should, whatever is in it', () => {
  const QUOTES = "'\u2018\u2019\u201A\u201B";
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...QUOTES.split(''), 'a', '$', '`', '"', ';', '\n') }), (text) => {
      const inner = quoteForPowershell(text).slice(1, -1);
      const pairs = inner.match(new RegExp(`[${QUOTES}]{2}|[^${QUOTES}]|[${QUOTES}]`, 'g')) ?? [];
      expect(pairs.filter((part) => part.length === 1 && QUOTES.includes(part))).toEqual([]);
      expect(pairs.map((part) => part[0]).join('')).toBe(text);
    }),
    { numRuns: 500 },
  );
});
