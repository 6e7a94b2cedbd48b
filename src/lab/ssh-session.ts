// Sessions of one SSH connection: each runs one command. Every command line is kept in the host's ssh-commands.log, also those
// for a shell that stays for short scripts, so that a test can look for secrets in it.
// A command whose session is gone: OpenSSH lets it go on without input and output; here it is ended unless asked for.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection, ServerChannel } from 'ssh2';

// OpenSSH's default for MaxSessions.
const MAX_SESSIONS = 10;

export type SessionHost = {
  readonly root: string;
  readonly user: string;
  /** as with OpenSSH: a command outlives its session */
  readonly doCommandsGoOn: boolean;
};

export function serveSessions(host: SessionHost, connection: Connection): void {
  const { root } = host;
  let sessions = 0;
  connection.on('session', (accept, reject) => {
    if (sessions >= MAX_SESSIONS) {
      reject();
      return;
    }
    sessions += 1;
    const session = accept();
    session.once('close', () => {
      sessions -= 1;
    });
    session.once('exec', (acceptExec, _reject, { command }) => {
      keepLine(root, command);
      const channel = acceptExec();
      if (/^exec sh -s\b/.test(command))
        channel.on('data', (line: Buffer) => keepLine(root, withoutInput(line.toString())));
      execute(host, command, channel);
    });
    // No terminal, no SFTP: what strictstep does not use, the lab does not offer.
    session.on('pty', (_accept, refuse) => refuse());
    session.on('shell', (_accept, refuse) => refuse());
    session.on('sftp', (_accept, refuse) => refuse());
  });
}

const keepLine = (root: string, line: string): void =>
  appendFileSync(path.join(root, 'ssh-commands.log'), `${JSON.stringify(line)}\n`, { mode: 0o600 });

/** What a script reads is on no command line there either. */
const withoutInput = (line: string): string => line.replace(/strictstep_input=[^]*?\n(?=set -- )/, '');

function execute({ root, user, doCommandsGoOn }: SessionHost, command: string, channel: ServerChannel): void {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: root,
    detached: true,
    env: {
      // A host's own programs come first: the community's hosts have an ss of their own.
      PATH: `${path.join(root, 'bin')}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
      HOME: path.join(root, 'home', user),
      TMPDIR: path.join(root, 'tmp'),
      USER: user,
      LOGNAME: user,
      LANG: 'C',
    },
  });
  let isOver = false;
  channel.on('close', () => {
    if (isOver || child.pid === undefined) return;
    if (doCommandsGoOn) {
      child.stdin.end();
      child.stdout.destroy();
      child.stderr.destroy();
      return;
    }
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group ended between the channel's close and now.
    }
  });
  channel.on('error', () => channel.destroy());
  // A command that does not read its standard input is none of our concern.
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('error', (error) => {
    channel.stderr.write(`lab: ${error.message}\n`);
    isOver = true;
    channel.exit(255);
    channel.end();
  });
  child.on('close', (code, signal) => {
    isOver = true;
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal.replace(/^SIG/, ''), false, '');
    channel.end();
  });
}
