// One wsadmin process: connects, greets, runs the statements of -c, -f or standard input, warns of unsaved changes.
// Message texts: WASX7209I, WASX7015E, WASX7023E and WASX7309W as seen in public logs; the others from memory.
import { readFileSync } from 'node:fs';
import type { LineReader } from '../line-reader.ts';
import type { WsadminArguments } from './arguments.ts';
import type { Refusal, WsadminConnection } from './connection.ts';
import { openPython } from './python.ts';
import type { Outcome, Python } from './python.ts';

export type WsadminIo = { readonly lines: LineReader; readonly write: (text: string) => void };

export type WsadminOptions = WsadminIo & {
  readonly args: WsadminArguments;
  /** only asked for -conntype SOAP */
  readonly connect: () => Promise<WsadminConnection | Refusal>;
  readonly host: string;
};

const EXIT = { done: 0, command: 103, script: 105 } as const;
const OBJECTS = ['AdminTask', 'AdminConfig', 'AdminControl'];

/** Gives the exit status. */
export async function runWsadmin({ args, lines, write, connect, host }: WsadminOptions): Promise<number> {
  const connection = args.connection === 'NONE' ? undefined : greet(await connect(), host, write);
  if (args.connection === 'NONE') {
    write('WASX7357I: By request, this scripting client is not connected to any server process. ');
    write('Certain configuration and application operations will be available in local mode.\n');
  }
  const python = openPython({
    lines,
    write,
    argv: args.rest,
    objects: connection === undefined ? [] : OBJECTS,
    call: async (object, method, values) => (await connection?.call(object, method, values)) ?? '',
  });
  try {
    return await runStatements(python, { args, lines, write, connection });
  } finally {
    connection?.close();
  }
}

export function greet(
  connected: WsadminConnection | Refusal,
  host: string,
  write: (text: string) => void,
): WsadminConnection | undefined {
  if ('banner' in connected) {
    const { process, node, type } = connected.banner;
    write(
      `WASX7209I: Connected to process "${process}" on node ${node} using SOAP connector;  The type of process is: ${type}\n`,
    );
    return connected;
  }
  if (connected.kind === 'authentication') {
    write(`WASX7246E: Cannot establish "SOAP" connection to host "${host}" because of an authentication failure. `);
    write('Ensure that user and password are correct on the command line or in a properties file.\n');
    write(`Exception message (if any): "${connected.text}"\n`);
  } else {
    write(`WASX7023E: Error creating "SOAP" connection to host "${host}"; exception information: ${connected.text}\n`);
  }
  // The real one goes on without a connection, too: only WASX7209I proves one.
  write('WASX7213I: This scripting client is not connected to a server process; ');
  write('operations are available in local mode only.\nWASX8011W: AdminTask object is not available.\n');
  return undefined;
}

type Session = WsadminIo & { readonly args: WsadminArguments; readonly connection: WsadminConnection | undefined };

async function runStatements(python: Python, { args, lines, write, connection }: Session): Promise<number> {
  if (args.commands.length > 0) {
    for (const command of args.commands) {
      const outcome = await python.execute(command, '<input>', true);
      if (outcome.kind === 'exit') return outcome.code;
      if (outcome.kind === 'exception') {
        write(describe(`WASX7015E: Exception running command: "${command}"`, outcome));
        return EXIT.command;
      }
    }
    // -c saves by itself.
    await connection?.call('AdminConfig', 'save', []);
    return EXIT.done;
  }
  if (args.script !== undefined) return await runScript(python, args.script, write, connection);
  write('WASX7031I: For help, enter: "print Help.help()"\n');
  const code = await runPrompt(python, lines, write);
  await warnOfUnsaved(connection, write, 'the interactive scripting session');
  return code;
}

async function runScript(
  python: Python,
  script: string,
  write: (text: string) => void,
  connection: WsadminConnection | undefined,
): Promise<number> {
  const outcome = await python.execute(readFileSync(script, 'utf8'), script, false);
  if (outcome.kind === 'exception') {
    write(describe(`WASX7017E: Exception received while running file "${script}"`, outcome));
  }
  await warnOfUnsaved(connection, write, `the script "${script}"`);
  if (outcome.kind === 'exit') return outcome.code;
  return outcome.kind === 'exception' ? EXIT.script : EXIT.done;
}

async function runPrompt(python: Python, lines: LineReader, write: (text: string) => void): Promise<number> {
  for (;;) {
    write('wsadmin>');
    const line = await lines.next();
    if (line === undefined || ['quit', 'exit'].includes(line.trim())) return EXIT.done;
    if (line.trim() === '') continue;
    const outcome = await python.execute(line, '<input>', true);
    if (outcome.kind === 'exit') return outcome.code;
    if (outcome.kind === 'exception') write(describe(`WASX7015E: Exception running command: "${line}"`, outcome));
  }
}

function describe(message: string, { java, text, line }: Extract<Outcome, { kind: 'exception' }>): string {
  if (java) return `${message}; exception information:\n${text}\n\n`;
  const trace = `Traceback (innermost last):\n  File "<input>", line ${line}, in ?`;
  return `${message}; exception information:\ncom.ibm.bsf.BSFException: exception from Jython:\n${trace}\n${text}\n\n`;
}

async function warnOfUnsaved(
  connection: WsadminConnection | undefined,
  write: (text: string) => void,
  what: string,
): Promise<void> {
  try {
    if ((await connection?.call('AdminConfig', 'hasChanges', [])) !== '1') return;
    write(`WASX7309W: No "save" was performed before ${what} exited; configuration changes will not be saved.\n`);
  } catch {
    // The connection is gone, and with it the changes: nothing can be said about them.
  }
}
