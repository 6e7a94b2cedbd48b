// The SQL of the recording row. One text runs on DB2, Derby and SQLite alike: INSERT where there is none, UPDATE, SELECT.
// A plain INSERT run twice fails or leaves a second row, and MERGE differs between databases.
// Source of the row: a published Sametime 9.0.1 procedure for TLSv1.2 with meeting recording.
import { fillTemplate } from '../../template/fill-template.ts';
import { readTemplate } from '../../template/read-template.ts';

const KEY = 'meeting.recording.tlsVersion';

const READ = readTemplate('sql/recording-row-read.sql');
const WRITE = readTemplate('sql/recording-row-write.sql');
const DELETE = readTemplate('sql/recording-row-delete.sql');

/** Prints the row's value behind a mark, and a last line that proves that all was executed. */
export const readSql = (serverId: string): string => fillTemplate('sql', READ, { serverId, key: KEY });
export const writeSql = (serverId: string, value: string): string =>
  fillTemplate('sql', WRITE, { serverId, key: KEY, value });
/** Deletes the row only while it has this value. */
export const deleteSql = (serverId: string, value: string): string =>
  fillTemplate('sql', DELETE, { serverId, key: KEY, value });

export type RowReply = {
  readonly isComplete: boolean;
  readonly values: readonly string[];
  readonly problem: string | undefined;
};

/** @param output of the db2 command line; values are padded with blanks, and a prompt may stand before a mark */
export function parseReply(output: string): RowReply {
  const lines = output.split(/\r?\n/u).map((line) => line.trim());
  return {
    isComplete: lines.some((line) => line.endsWith('strictstep-end')),
    values: lines.flatMap((line) => /strictstep-value=(?<value>.*)$/u.exec(line)?.groups?.['value'] ?? []),
    problem: lines.find((line) => /\b(?:SQL|DB2)\d{4,5}[NCE]\b/u.test(line)),
  };
}
