// The process behind <profile>/bin/wsadmin.sh: real TLS to the SOAP connector, real Python 2 (Skulpt) for the statements.
// argv: the profile's folder, then the arguments of wsadmin.sh.
import { openLines } from '../line-reader.ts';
import { parseArguments } from './arguments.ts';
import type { WsadminArguments } from './arguments.ts';
import { connectWsadmin } from './connect.ts';
import { targetOf } from './target.ts';
import { runWsadmin } from './run-wsadmin.ts';

const write = (text: string): void => {
  process.stdout.write(text);
};

async function main([profile = '', ...words]: readonly string[]): Promise<number> {
  let args: WsadminArguments;
  try {
    args = parseArguments(words);
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const lines = openLines(process.stdin);
  const target = await targetOf(profile, args);
  const code = await runWsadmin({
    args,
    lines,
    write,
    host: target.host,
    connect: () => connectWsadmin({ profile, target, args, lines, write }),
  });
  // A session ends even when its caller keeps standard input open.
  process.stdin.destroy();
  return code;
}

// A caller that went away is no reason for a stack trace.
process.stdout.on('error', () => process.exit(1));
void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
