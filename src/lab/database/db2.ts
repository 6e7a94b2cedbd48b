// The db2 command line of the database host: -x (no headings), -s (stop at an error), -t (statements end with ;), -v (echo),
// -f FILE or standard input. One invocation is one connection. Return codes are combined as IBM documents them: 0 done,
// 1 no row, 2 warning, 4 SQL error, 8 command line processor error.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { ToolRun } from '../control.ts';
import { databaseFile, databasePasswordFile } from '../site.ts';
import type { Site } from '../site.ts';
import { openMeetingsDatabase } from './meetings-database.ts';
import type { MeetingsDatabase, Rows } from './meetings-database.ts';
import { splitStatements } from './split-statements.ts';

type Options = {
  readonly flags: ReadonlySet<string>;
  readonly file: string | undefined;
  readonly words: readonly string[];
};
type Session = {
  readonly site: Site;
  readonly password: string;
  readonly isBare: boolean;
  connection: MeetingsDatabase | undefined;
};
type Reply = { readonly code: number; readonly text: string };

const NO_ROW =
  'SQL0100W  No row was found for FETCH, UPDATE or DELETE; or the result of a query is an empty table.  SQLSTATE=02000';

export async function runDb2(site: Site, run: ToolRun): Promise<number> {
  const { flags, file, words } = parseOptions(run.argv);
  let sql = words.join(' ');
  if (file !== undefined) {
    const bytes = await readFile(path.resolve(run.cwd, file), 'utf8').catch(() => undefined);
    if (bytes === undefined) {
      run.out(`DB21002E  The file "${file}" could not be read.\n`);
      return 8;
    }
    sql = bytes;
  } else if (words.length === 0) sql = await text(run.input);
  const statements = flags.has('t') ? splitStatements(sql) : sql.split('\n').filter((line) => line.trim() !== '');
  const password = (await readFile(databasePasswordFile(site), 'utf8')).trimEnd();
  const session: Session = { site, password, isBare: flags.has('x'), connection: undefined };
  let code = 0;
  for (const statement of statements) {
    if (flags.has('v')) run.out(`${statement}\n`);
    const reply = execute(session, statement);
    run.out(reply.text);
    code |= reply.code;
    if (reply.code >= 4 && flags.has('s')) break;
  }
  session.connection?.close();
  return code;
}

function parseOptions(argv: readonly string[]): Options {
  const flags = new Set<string>();
  let file: string | undefined;
  let at = 0;
  for (; at < argv.length && argv[at]?.startsWith('-') === true; at += 1) {
    for (const [index, letter] of (argv[at] ?? '').split('').entries()) {
      if (index === 0) continue;
      if (letter !== 'f') {
        flags.add(letter);
        continue;
      }
      const rest = (argv[at] ?? '').slice(index + 1);
      file = rest === '' ? argv[(at += 1)] : rest;
      break;
    }
  }
  return { flags, file, words: argv.slice(at) };
}

function execute(session: Session, statement: string): Reply {
  const command = statement.replaceAll(/\s+/g, ' ').trim();
  const connect = /^connect to (\S+)(?: user (\S+) using (\S+))?$/i.exec(command);
  if (connect !== null) return connectTo(session, connect[1] ?? '', connect[2], connect[3]);
  if (/^(connect reset|terminate)$/i.test(command)) {
    session.connection?.close();
    session.connection = undefined;
    return { code: 0, text: `DB20000I  The ${command.toUpperCase()} command completed successfully.\n` };
  }
  if (session.connection === undefined)
    return sqlError('SQL1024N  A database connection does not exist.  SQLSTATE=08003');
  const outcome = session.connection.execute(statement);
  if (outcome.kind === 'error') return sqlError(outcome.text);
  if (outcome.kind === 'rows') return renderRows(outcome, session.isBare);
  if (outcome.changed === 0) return { code: 1, text: `${NO_ROW}\n` };
  return { code: 0, text: 'DB20000I  The SQL command completed successfully.\n' };
}

const sqlError = (message: string): Reply => ({
  code: 4,
  text: `DB21034E  The command was processed as an SQL statement because it was not a \nvalid Command Line Processor command.  During SQL processing it returned:\n${message}\n`,
});

function connectTo(session: Session, name: string, user: string | undefined, using: string | undefined): Reply {
  const { database } = session.site.scenario;
  if (name.toUpperCase() !== database.name) {
    const message = `SQL1013N  The database alias name or database name "${name.toUpperCase()}" could not be found.  SQLSTATE=42705`;
    return { code: 4, text: `${message}\n` };
  }
  const password = using?.replace(/^'(.*)'$/, '$1').replaceAll("''", "'");
  if (user !== undefined && (user.toLowerCase() !== database.user || password !== session.password)) {
    const message =
      'SQL30082N  Security processing failed with reason "24" ("USERNAME AND/OR PASSWORD INVALID").  SQLSTATE=08001';
    return { code: 4, text: `${message}\n` };
  }
  session.connection?.close();
  session.connection = openMeetingsDatabase(databaseFile(session.site));
  const lines = [
    '',
    '   Database Connection Information',
    '',
    ' Database server        = DB2/LINUXX8664 10.5.5',
    ` SQL authorization ID   = ${database.user.toUpperCase().slice(0, 8)}`,
    ` Local database alias   = ${database.name}`,
    '',
    '',
  ];
  return { code: 0, text: lines.join('\n') };
}

/** Columns are padded with blanks to their width, also without headings. */
function renderRows({ columns, rows }: Rows, isBare: boolean): Reply {
  const widths = columns.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0), 32));
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' ')}\n`;
  const code = rows.length === 0 ? 1 : 0;
  const body = rows.map(line).join('');
  if (isBare) return { code, text: body };
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return { code, text: `\n${line(columns)}${rule}${body}\n  ${rows.length} record(s) selected.\n\n` };
}
