// What the scripts in a profile's bin folder run: passes standard input, output and the exit status between the caller
// and the lab's daemon. argv: lab folder, tool, profile, arguments. `lab up` writes the function's own text into a
// .cjs file: every tool call starts a Node, and without types and imports to resolve that takes a third of the time.
// So it may use nothing but its parameters and globals.
import type fs from 'node:fs';
import type net from 'node:net';

export function passToDaemon({ readFileSync }: typeof fs, { connect }: typeof net): void {
  const [dir = '', tool = '', profile = '', ...args] = process.argv.slice(2);
  const { basePort, token } = JSON.parse(readFileSync(`${dir}/lab.json`, 'utf8')) as {
    basePort: number;
    token: string;
  };
  const socket = connect(basePort, '127.0.0.1');
  const send = (message: object): void => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };
  // 126 and 127 belong to the shell; 125 says that the lab itself was lost.
  process.exitCode = 125;
  send({ token, op: 'tool', tool, profile, argv: args, cwd: process.cwd() });
  process.stdin.on('data', (chunk: Buffer) => send({ in: chunk.toString('base64') }));
  process.stdin.on('end', () => send({ end: true }));
  process.stdin.on('error', () => send({ end: true }));

  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as { out?: string; err?: string; exit?: number };
      if (message.out !== undefined) process.stdout.write(message.out);
      if (message.err !== undefined) process.stderr.write(message.err);
      if (message.exit === undefined) continue;
      process.exitCode = message.exit;
      process.stdin.destroy();
      socket.destroy();
    }
  });
  socket.on('error', () => {
    process.stderr.write('the lab is not running\n');
    process.stdin.destroy();
  });
  socket.on('close', () => process.stdin.destroy());
}
