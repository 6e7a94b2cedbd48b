// Talking to the db2 command line: one invocation with CONNECT inside, since its connection belongs to the calling process.
// Everything goes through standard input, the log-in too: an argument would be seen in the process list.
import { OperatorError } from '../../core/errors.ts';
import type { ReadContext } from '../../core/operation.ts';
import { secretMatches } from '../../core/secret.ts';
import type { CommandResult, Command, Stdin } from '../../core/shell.ts';
import type { Params } from './params.ts';
import { parseReply } from './sql.ts';

const TIMEOUT_MS = 120_000;
/** no headings, stop at an error, statements end with a semicolon */
const OPTIONS = ['-x', '-s', '-t'];

export const commandLine = ({ command }: Params): readonly string[] => [command, ...OPTIONS];

export function sqlCommand(context: Pick<ReadContext, 'login'>, params: Params, sql: string): Command {
  return {
    argv: commandLine(params),
    stdin: [...connect(context, params), sql, 'TERMINATE;\n'],
    timeoutMs: TIMEOUT_MS,
  };
}

/** A blank, a quote, a semicolon or the beginning of a comment would end the statement, or begin another one. */
const SAFE_PASSWORD = /^(?!.*--)[\w.:@#%^*+=!?~/-]+$/u;

function connect(context: Pick<ReadContext, 'login'>, { database, databaseName }: Params): Stdin {
  const login = context.login(database);
  if (login === undefined) return [`CONNECT TO ${databaseName};\n`];
  if (!/^\w+$/u.test(login.user)) {
    const hint = 'Use letters, digits and underscores in the user of the database log-in.';
    throw new OperatorError(
      'INPUT_VALUE',
      `database ${database}: the user ${login.user} cannot be put into a CONNECT`,
      { hint },
    );
  }
  if (!secretMatches(login.password, SAFE_PASSWORD)) {
    const hint =
      'The db2 command line takes it unquoted: use letters, digits and . _ : @ # % ^ * + = ! ? ~ / - (no two hyphens).';
    throw new OperatorError(
      'INPUT_VALUE',
      `database ${database}: the ${login.password.label} has characters that cannot be put into a CONNECT`,
      { hint },
    );
  }
  return [`CONNECT TO ${databaseName} USER ${login.user} USING `, login.password, ';\n'];
}

/** The value that the row has, null without a row. Exit 1 says that a statement met no row; marks in the output decide.
 * @throws OperatorError with `code` when the statements were not all executed; FACT_UNREADABLE for rows that differ */
export function valueFrom(
  result: CommandResult,
  params: Params,
  code: 'FACT_UNREADABLE' | 'STEP_FAILED',
): string | null {
  const { isComplete, values, problem } = parseReply(`${result.stdout}\n${result.stderr}`);
  const where = `host ${params.host}: database ${params.databaseName}`;
  if (!isComplete || result.exitCode > 1) {
    const cause = problem ?? `${params.command} ended with status ${result.exitCode} before the last statement`;
    const hint =
      'Check the db2 command, the database name and its log-in in the inventory; the user needs the table mtg.configuration.';
    throw new OperatorError(code, `${where}: ${cause}`, { hint });
  }
  const [value, ...others] = new Set(values);
  if (others.length === 0) return value ?? null;
  const hint =
    'Delete the rows that are not wanted by hand; strictstep cannot tell which of them the meeting server reads.';
  const what = `${where}: server_id ${params.serverId} has rows with different values: ${[value, ...others].join(', ')}`;
  throw new OperatorError('FACT_UNREADABLE', what, { hint });
}
