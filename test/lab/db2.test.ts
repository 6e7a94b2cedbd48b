import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { array, assert, constantFrom, property, string } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitStatements } from '../../src/lab/database/split-statements.ts';
import type { Lab } from '../../src/lab/index.ts';
import { db2Command, hostRoot } from '../../src/lab/site.ts';
import { openTestLab, sshTo } from '../helpers/lab.ts';
import type { SshClient, SshResult } from '../helpers/lab.ts';

let lab: Lab;
let db: SshClient;
let connect: string;

beforeAll(async () => {
  lab = await openTestLab();
  db = await sshTo(lab, 'db');
  const password = (await readFile(path.join(lab.dir, 'secrets/meetings-db.password'), 'utf8')).trim();
  connect = `CONNECT TO STMS USER db2inst1 USING ${password};\n`;
});

afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await lab.close();
});

const sql = (text: string, options = '-x -s -t'): Promise<SshResult> =>
  db.run(`${db2Command(lab.site)} ${options}`, text);

const row = (server: string, value: string): string =>
  `INSERT INTO MTG.CONFIGURATION (SERVER_ID, CONFIGURATION_KEY, CONFIGURATION_VALUE)
   SELECT '${server}', 'meeting.recording.tlsVersion', '${value}' FROM SYSIBM.SYSDUMMY1
   WHERE NOT EXISTS (SELECT 1 FROM MTG.CONFIGURATION WHERE SERVER_ID = '${server}'
     AND CONFIGURATION_KEY = 'meeting.recording.tlsVersion');\n`;

test('one text inserts, finds the row the second time, and shows it', async () => {
  const text = `${connect}${row('one', 'TLSv1.2')}SELECT CONFIGURATION_VALUE FROM MTG.CONFIGURATION WHERE SERVER_ID='one';\n`;

  const first = await sql(text);
  expect(first.code).toBe(0);
  expect(first.stdout.trim().split('\n').at(-1)?.trim()).toBe('TLSv1.2');
  const second = await sql(text);
  expect(second.code).toBe(1);
  expect(second.stdout).toContain('SQL0100W');
  expect(second.stdout.trim().split('\n').at(-1)?.trim()).toBe('TLSv1.2');
});

test('a changed value is kept for the next connection', async () => {
  await sql(`${connect}${row('two', 'TLSv1')}`);
  await sql(
    `${connect}UPDATE MTG.CONFIGURATION SET CONFIGURATION_VALUE='TLSv1.2' WHERE SERVER_ID='two' AND CONFIGURATION_VALUE<>'TLSv1.2';`,
  );
  const { stdout, code } = await sql(`${connect}SELECT * FROM MTG.CONFIGURATION WHERE SERVER_ID='two';`);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').at(-1)?.trim().split(/\s+/)).toEqual([
    'two',
    'meeting.recording.tlsVersion',
    'TLSv1.2',
  ]);
});

test.for([
  ['SELECT 1 FROM SYSIBM.SYSDUMMY1;', 4, 'SQL1024N'],
  ['CONNECT TO OTHER;', 4, 'SQL1013N'],
  ['CONNECT TO STMS USER db2inst1 USING wrong;', 4, 'SQL30082N'],
  ['CONNECT TO STMS; SELECT 1 FROM MTG.NOBODY;', 4, 'SQL0204N'],
  ['CONNECT TO STMS; SELEKT 1;', 4, 'SQL0104N'],
  ["CONNECT TO STMS; SELECT * FROM MTG.CONFIGURATION WHERE SERVER_ID='nobody';", 1, ''],
  ["CONNECT TO STMS; DELETE FROM MTG.CONFIGURATION WHERE SERVER_ID='nobody';", 1, 'SQL0100W'],
  ['CONNECT TO STMS; CONNECT RESET; TERMINATE;', 0, 'DB20000I'],
] as const)('%s gives status %i and %s', async ([text, code, message]) => {
  const result = await sql(text);
  expect(result).toMatchObject({ code, stdout: expect.stringContaining(message) });
});

test('a plain second insert violates the key, and -s ends there', async () => {
  const insert = `INSERT INTO MTG.CONFIGURATION VALUES ('three', 'k', 'v');\n`;
  const result = await sql(`${connect}${insert}${insert}DELETE FROM MTG.CONFIGURATION;\n`);
  expect(result).toMatchObject({ code: 4, stdout: expect.stringContaining('SQL0803N') });
  expect((await sql(`${connect}SELECT SERVER_ID FROM MTG.CONFIGURATION WHERE SERVER_ID='three';`)).code).toBe(0);
});

test('statements can come from a file; a file that is not there is a processor error', async () => {
  await writeFile(path.join(hostRoot(lab.site, 'db'), 'four.sql'), `${connect}${row('four', 'TLSv1.2')}`);
  expect((await db.run(`${db2Command(lab.site)} -x -s -tvf four.sql`)).code).toBe(0);
  expect((await db.run(`${db2Command(lab.site)} -tf nothing.sql`)).code).toBe(8);
});

test('a password on standard input is in no record of command lines', async () => {
  await sql(connect);
  const password = connect.replace(/.* USING (.*);\n/, '$1');
  for (const log of ['tool-argv.log', 'ssh-commands.log']) {
    expect(await readFile(path.join(hostRoot(lab.site, 'db'), log), 'utf8')).not.toContain(password);
  }
});

test('statements are split at semicolons outside of quotes and comments', () => {
  const literal = string().map((text) => `'${text.replaceAll("'", "''")}'`);
  const statement = literal.map((value) => `SELECT ${value} FROM T`);
  const comment = constantFrom('', '-- a; b\n', '\n');
  assert(
    property(array(statement), comment, (statements, between) => {
      const text = statements.map((one) => `${between}${one};\n`).join('');
      expect(splitStatements(text)).toEqual(statements);
    }),
  );
});
