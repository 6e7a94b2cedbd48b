// The connection of the real-parts lab's wsadmin: arguments, TLS to the SOAP connector, log-in and greeting are the embedded
// lab's; the prompt and the statements are Jython's (wsadmin.py), which starts this program and talks to it in JSON lines.
// Out: {"out"} to be printed, {"ask"} for a line of input, {"ready"}, then per call {"ok"} or {"error"}.
// In: {"line"} (null: end of input), {"call": [object, method, arguments]}. argv: profile's folder, arguments of wsadmin.sh
import { openLines } from '../../../src/lab/line-reader.ts';
import { parseArguments } from '../../../src/lab/wsadmin/arguments.ts';
import { connectWsadmin } from '../../../src/lab/wsadmin/connect.ts';
import { greet } from '../../../src/lab/wsadmin/run-wsadmin.ts';
import { targetOf } from '../../../src/lab/wsadmin/target.ts';

type Heard = { readonly line?: string | null; readonly call?: [string, string, (string | readonly string[])[]] };

const input = openLines(process.stdin);
const tell = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const hear = async (): Promise<Heard | undefined> => {
  const line = await input.next();
  return line === undefined ? undefined : (JSON.parse(line) as Heard);
};
const write = (text: string): void => tell({ out: text });
const lines = {
  next: async (): Promise<string | undefined> => {
    tell({ ask: true });
    return (await hear())?.line ?? undefined;
  },
};

const [profile = '', ...words] = process.argv.slice(2);
const args = parseArguments(words);
const target = await targetOf(profile, args);
const connection = greet(await connectWsadmin({ profile, target, args, lines, write }), target.host, write);
tell({ ready: connection !== undefined });
for (let heard = await hear(); heard?.call !== undefined; heard = await hear()) {
  try {
    tell({ ok: (await connection?.call(...heard.call)) ?? '' });
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : String(error) });
  }
}
connection?.close();
process.stdin.destroy();
