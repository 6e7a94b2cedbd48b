// The command line in a process of its own that ends itself with SIGKILL at a point that the caller names: around every
// line of the journal, every remote command and every call to wsadmin. Program arguments: the number of the point (0: never),
// `first TEXT` for the first one whose name begins with it, or `unseen/n` for the first one of every n-th that no process of this
// chain came to; a file that gets the name of every point as it is reached; a file with what this chain came to; then the
// arguments of strictstep.
import { appendFileSync, readFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { Client, ClientChannel } from 'ssh2';

const [, entry = '', point = '0', trace = '', seenFile = '', ...args] = process.argv;
const every = Number(/^unseen\/(\d+)$/.exec(point)?.[1] ?? 0);
const seen = new Set(every > 0 ? readFileSync(seenFile, 'utf8').split('\n') : []);
const [, beginning] = /^first (.+)$/.exec(point) ?? [];
const isKilledAt: (name: string) => boolean =
  every > 0 ? isUnseen : (name) => (beginning === undefined ? reached === Number(point) : name.startsWith(beginning));
let reached = 0;
let step = 'start';
let isAfterAnother = false;
const passed = new Map<string, number>();

/** @param first done when this is the point, before the end */
function pass(text: string, first?: () => void): void {
  reached += 1;
  const name = text.replaceAll('\n', ' ').slice(0, 160);
  appendFileSync(trace, `${name}\n`);
  if (!isKilledAt(name)) return;
  first?.();
  process.kill(process.pid, 'SIGKILL');
}

/** Process ids, tokens and times are others in every process; the same command of the same step is the same point. */
function isUnseen(name: string): boolean {
  // Nothing happens between the end of a command and the beginning of the next.
  const isSameAsLast = isAfterAnother && name.startsWith('before ');
  isAfterAnother = name.startsWith('after ');
  const kind = `${step}: ${name}`.replaceAll(/[0-9a-f]{8,}|\b\d+\b|\br\d+-\d+\b/g, 'N');
  const count = (passed.get(kind) ?? 0) + 1;
  passed.set(kind, count);
  const identity = `${kind} #${count}`;
  if (isSameAsLast || seen.has(identity)) return false;
  seen.add(identity);
  appendFileSync(seenFile, `${identity}\n`);
  return seen.size % every === 0;
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
    const event = JSON.parse(line.toString()) as { type: string; step: string | null; data: { title?: string } | null };
    const name = `${event.type} ${event.step ?? ''}`;
    // The steps of a rollback are numbered anew in every attempt.
    step = event.data?.title ?? step;
    pass(`before line ${name}`);
    pass(`inside line ${name}`, () => writeSync(this.fd, line, 0, line.length >> 1));
    await appendFile.call(this, data);
    written.set(this, name);
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
    const name = nameOf(command);
    pass(`before command ${name}`);
    return exec.call(this, command, (error, channel) => {
      if (error === undefined) {
        channel.on('close', () => pass(`after command ${name}`));
        if (command.includes('/wsadmin.sh')) watchCalls(channel);
        if (/\bsh -s\b/.test(command)) watchScripts(channel);
      }
      done(error, channel);
      setImmediate(() => pass(`under way ${name}`));
    });
  };
}

/** What a command is about stands behind its script. */
const nameOf = (command: string): string => command.replace(/'[^]*'/u, '').slice(-100);

/** Of a script its arguments, of a program the program and its own. */
function nameOfLine(line: string): string {
  const script = /^\{ (?:echo \S+;)?\((?:strictstep_input=[^]*?\n)?set -- (.*)\n/.exec(line)?.[1];
  return (script ?? line.replace(/^\{ (?:echo \S+;)?\(|;exit \$\?\).*\n$/g, '')).slice(-100);
}

/** A shell that stays executes one line for a command, see resident-shell.ts. */
function watchScripts(channel: ClientChannel): void {
  const write = channel.write.bind(channel) as (...given: readonly unknown[]) => boolean;
  let name = '';
  const watched = (...given: readonly unknown[]): boolean => {
    name = nameOfLine(String(given[0]));
    pass(`before command ${name}`);
    const isTaken = write(...given);
    setImmediate(() => pass(`under way ${name}`));
    return isTaken;
  };
  channel.on('data', (bytes: Buffer) => {
    if (/@@strictstep-[0-9a-f]+-\d+\.\d+\n$/.test(bytes.toString('latin1'))) pass(`after command ${name}`);
  });
  Reflect.set(channel, 'write', watched);
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
