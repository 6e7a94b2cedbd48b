// Operation recording-row: the row of mtg.configuration that tells meeting recording which TLS version to use.
// Source: a published Sametime 9.0.1 procedure for TLSv1.2; the table itself is not documented by its vendor.
import { changesBetween } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Call, Operation, ReadContext, WriteContext } from '../../core/operation.ts';
import { renderCommandLine } from '../../template/fill-template.ts';
import { commandLine, sqlCommand, valueFrom } from './database.ts';
import { parseParams, type Params, Wish } from './params.ts';
import { deleteSql, readSql, writeSql } from './sql.ts';

/** null: there is no row */
type State = { readonly value: string | null };

export const recordingRow: Operation<Params, State> = {
  name: 'recording-row',
  targets: ['database'],
  wish: Wish,
  parse: parseParams,
  subject: (params) => objectOf(params),
  read: (context, params) => readRow(context, params),
  diff: (state, params) => changesBetween(objectOf(params), state, { value: params.protocol }),
  predict: (_, { protocol }) => ({ value: protocol }),

  prediction: () => ({
    certainty: 'unknowable',
    because:
      'the row is read back, but which version recording uses after that cannot be asked from outside, and its vendor does not document the table',
  }),
  effect: ({ database, protocol }) => [{ kind: 'recording-row', database, protocol }],

  calls({ value }, params): readonly Call[] {
    if (value === params.protocol) return [];
    return [
      { tool: 'shell', text: renderCommandLine(commandLine(params)) },
      { tool: 'sql', text: `CONNECT TO ${params.databaseName}` },
      { tool: 'sql', text: writeSql(params.serverId, params.protocol).trimEnd() },
      { tool: 'sql', text: readSql(params.serverId).trimEnd() },
    ];
  },

  async apply(context, params) {
    if ((await readRow(context, params)).value === params.protocol) return;
    await write(context, params, writeSql(params.serverId, params.protocol), params.protocol);
  },

  async undo(context, params, { value }) {
    const now = (await readRow(context, params)).value;
    if (now === value) return;
    // Without a row before, only the row that this step wrote is deleted.
    const sql = value === null ? deleteSql(params.serverId, params.protocol) : writeSql(params.serverId, value);
    await write(context, params, sql, value);
  },

  followUps: ({ readBy }) => readBy.map((server) => ({ kind: 'restart-server', ...server })),
};

const objectOf = ({ host, databaseName, serverId }: Params): string =>
  `row meeting.recording.tlsVersion of server_id ${serverId} in mtg.configuration of ${databaseName} on ${host}`;

async function readRow(context: ReadContext, params: Params): Promise<State> {
  const shell = await context.shell(params.host);
  const result = await shell.query(sqlCommand(context, params, readSql(params.serverId)));
  return { value: valueFrom(result, params, 'FACT_UNREADABLE') };
}

/** Writes and reads in one invocation; what the SELECT gives decides. */
async function write(context: WriteContext, params: Params, sql: string, wanted: string | null): Promise<void> {
  const shell = await context.shell(params.host);
  const result = await shell.change(sqlCommand(context, params, `${sql}${readSql(params.serverId)}`));
  const value = valueFrom(result, params, 'STEP_FAILED');
  if (value === wanted) return;
  const hint = 'Look for a trigger or another session that writes the same row.';
  throw new OperatorError(
    'STEP_FAILED',
    `${objectOf(params)} reads ${value ?? 'absent'} after the change, wanted ${wanted ?? 'absent'}`,
    { hint },
  );
}
