// The meetings database as SQLite: MTG.CONFIGURATION in a file, SYSIBM.SYSDUMMY1 in memory, so that the SQL written for
// DB2 runs as it is. Errors get DB2's codes. Columns as in Sametime's documentation of the recording row.
import { DatabaseSync } from 'node:sqlite';

export type Rows = {
  readonly kind: 'rows';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};
type Outcome =
  | Rows
  | { readonly kind: 'done'; readonly changed: number | undefined }
  | { readonly kind: 'error'; readonly text: string };

export interface MeetingsDatabase {
  execute(sql: string): Outcome;
  close(): void;
}

export function openMeetingsDatabase(file: string): MeetingsDatabase {
  const database = new DatabaseSync(':memory:');
  const quoted = file.replaceAll("'", "''");
  database.exec(`ATTACH '${quoted}' AS mtg; ATTACH ':memory:' AS sysibm;
    CREATE TABLE IF NOT EXISTS mtg.configuration (server_id VARCHAR(64) NOT NULL,
      configuration_key VARCHAR(128) NOT NULL, configuration_value VARCHAR(255) NOT NULL,
      PRIMARY KEY (server_id, configuration_key));
    CREATE TABLE sysibm.sysdummy1 (ibmreqd CHAR(1) NOT NULL);
    INSERT INTO sysibm.sysdummy1 VALUES ('Y');`);
  return {
    execute(sql) {
      try {
        const statement = database.prepare(sql);
        const columns = statement.columns().map(({ name }) => name.toUpperCase());
        if (columns.length === 0)
          return { kind: 'done', changed: isChange(sql) ? Number(statement.run().changes) : undefined };
        statement.setReturnArrays(true);
        const rows = statement.all() as unknown as readonly (readonly unknown[])[];
        return {
          kind: 'rows',
          columns,
          rows: rows.map((row) => row.map((value) => textOf(value))),
        };
      } catch (error) {
        return { kind: 'error', text: db2Error(error instanceof Error ? error.message : String(error)) };
      }
    },
    close: () => database.close(),
  };
}

// DB2 shows a null as a hyphen.
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '-';

const isChange = (sql: string): boolean => /^\s*(insert|update|delete|merge)\b/i.test(sql);

/** Texts: IBM DB2 message reference. */
function db2Error(message: string): string {
  const table = /no such table: (\S+)/.exec(message)?.[1];
  if (table !== undefined) return `SQL0204N  "${table.toUpperCase()}" is an undefined name.  SQLSTATE=42704`;
  const column = /no such column: (\S+)/.exec(message)?.[1];
  if (column !== undefined) {
    return `SQL0206N  "${column.toUpperCase()}" is not valid in the context where it is used.  SQLSTATE=42703`;
  }
  if (message.includes('UNIQUE constraint failed')) {
    return 'SQL0803N  One or more values in the INSERT statement, UPDATE statement, or foreign key update caused by a DELETE statement are not valid because the primary key, unique constraint or unique index identified by "1" constrains table "MTG.CONFIGURATION" from having duplicate values for the index key.  SQLSTATE=23505';
  }
  const token = /near "(.*)": syntax error/.exec(message)?.[1] ?? 'END-OF-STATEMENT';
  return `SQL0104N  An unexpected token "${token}" was found following "BEGIN-OF-STATEMENT".  SQLSTATE=42601`;
}
