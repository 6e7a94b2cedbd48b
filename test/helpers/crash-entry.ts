// The command line in a process of its own that ends itself with SIGKILL at a point that the caller names: around every
// line of the journal, every remote command and every call to wsadmin. Program arguments: the number of the point (0: never),
// a file that gets the name of every point as it is reached, then the arguments of strictstep.
import { appendFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { Client, ClientChannel } from 'ssh2';

const [, entry = '', point = '0', trace = '', ...args] = process.argv;
const killAt = Number(point);
let reached = 0;

/** @param first done when this is the point, before the end */
function pass(name: string, first?: () => void): void {
  reached += 1;
  appendFileSync(trace, `${name.replaceAll('\n', ' ').slice(0, 160)}\n`);
  if (reached !== killAt) return;
  first?.();
  process.kill(process.pid, 'SIGKILL');
}

await watchJournal();
watchCommands();
process.argv = [process.argv[0] ?? '', entry, ...args];
await import('../../src/cli/main.ts');

/** Only the journal appends to a file through a handle. */
async function watchJournal(): Promise<void> {
  await using any = await open('/dev/null');
  const handles = Object.getPrototypeOf(any) as Pick<FileHandle, 'appendFile' | 'sync'>;
  const { appendFile, sync } = handles;
  const written = new WeakMap<object, string>();
  handles.appendFile = async function watched(this: FileHandle, data: string | Uint8Array) {
    const line = Buffer.from(data);
    const { type, step } = JSON.parse(line.toString()) as { type: string; step: string | null };
    pass(`before line ${type} ${step ?? ''}`);
    pass(`inside line ${type} ${step ?? ''}`, () => writeSync(this.fd, line, 0, line.length >> 1));
    await appendFile.call(this, data);
    written.set(this, `${type} ${step ?? ''}`);
  };
  handles.sync = async function watched(this: FileHandle) {
    await sync.call(this);
    const name = written.get(this);
    written.delete(this);
    if (name !== undefined) pass(`after line ${name}`);
  };
}

type Exec = (this: Client, command: string, done: (error: Error | undefined, channel: ClientChannel) => void) => Client;

function watchCommands(): void {
  const client = ssh2.Client.prototype as { exec: Exec };
  const { exec } = client;
  client.exec = function watched(command, done) {
    // What a command is about stands behind its script.
    const name = command.replace(/'[^]*'/u, '').slice(-100);
    pass(`before command ${name}`);
    return exec.call(this, command, (error, channel) => {
      if (error === undefined) {
        channel.on('close', () => pass(`after command ${name}`));
        if (command.includes('/wsadmin.sh')) watchCalls(channel);
      }
      done(error, channel);
      setImmediate(() => pass(`under way ${name}`));
    });
  };
}

function watchCalls(channel: ClientChannel): void {
  const write = channel.write.bind(channel) as (...given: readonly unknown[]) => boolean;
  const watched = (...given: readonly unknown[]): boolean => {
    // What is not a request may be a password.
    const call = /^\d+ \w+\.\w+/.exec(String(given[0]))?.[0] ?? 'input';
    pass(`before call ${call}`);
    const isTaken = write(...given);
    setImmediate(() => pass(`sent call ${call}`));
    return isTaken;
  };
  Reflect.set(channel, 'write', watched);
}
