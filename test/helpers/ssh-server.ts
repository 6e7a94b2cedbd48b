// A real SSH server on 127.0.0.1 that runs every command with the real /bin/sh in a temporary folder.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { Algorithms, Connection, ServerChannel, Session } from 'ssh2';
import type { HostEntry } from '../../src/inventory/types.ts';

export type SshServerOptions = {
  /** sessions at once on one connection; more are refused, as OpenSSH does */
  readonly maxSessions?: number;
  /** answers a command itself; false: let /bin/sh run it */
  readonly intercept?: (command: string, channel: ServerChannel) => boolean;
  readonly hostKeyType?: 'ed25519' | 'ecdsa' | 'rsa';
  /** others than the default ones, such as old ones */
  readonly algorithms?: Algorithms;
  /** before the PATH of the commands */
  readonly path?: string;
  /** all of their PATH */
  readonly onlyPath?: string;
  /** default: /bin/sh */
  readonly shell?: string;
};

export interface SshServer extends AsyncDisposable {
  /** temporary folder: the working folder of the commands, HOME and TMPDIR */
  readonly folder: string;
  readonly entry: HostEntry;
  /** "ssh-ed25519 AAAA..." */
  readonly hostKey: string;
  /** every command line that arrived, also in a shell that stays for short scripts */
  readonly commands: readonly string[];
  /** log-in attempts of any method */
  readonly logins: readonly string[];
  /** ways to other hosts that were opened through this one: "address:port" */
  readonly ways: readonly string[];
  /** most sessions that were open at once */
  peakSessions(): number;
  /** resets every connection, as a broken network does */
  dropLinks(): void;
}

/** ssh2 1.17 drops a leading zero byte of an Ed25519 public key, so one pair in 256 cannot be read back: made again. */
export function keyPair(type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519'): { private: string; public: string } {
  const pair =
    type === 'ed25519'
      ? ssh2.utils.generateKeyPairSync('ed25519')
      : ssh2.utils.generateKeyPairSync(type, type === 'rsa' ? { bits: 2048 } : { bits: 256 });
  return ssh2.utils.parseKey(pair.private) instanceof Error ? keyPair(type) : pair;
}

export async function openSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'strictstep-ssh-'));
  const host = keyPair(options.hostKeyType);
  const user = keyPair();
  const commands: string[] = [];
  const logins: string[] = [];
  const ways: string[] = [];
  const sockets = new Set<Socket>();
  const children = new Set<number>();
  let peak = 0;

  const serve = (connection: Connection): void => {
    let open = 0;
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      logins.push(`${context.method} ${context.username}`);
      if (context.method !== 'publickey') return context.reject(['publickey']);
      const key = ssh2.utils.parseKey(user.public);
      if (key instanceof Error || !context.key.data.equals(key.getPublicSSH())) return context.reject(['publickey']);
      if (context.signature === undefined || context.blob === undefined) return context.accept();
      // Typed as boolean, but it gives an Error for a signature of the wrong form.
      const isOurs: unknown = key.verify(context.blob, context.signature, context.hashAlgo);
      return isOurs === true ? context.accept() : context.reject();
    });
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const socket = connect(destPort, destIP);
      socket.once('error', () => reject());
      socket.once('connect', () => {
        ways.push(`${destIP}:${destPort}`);
        const channel = accept();
        socket.on('error', () => channel.destroy());
        channel.on('error', () => socket.destroy());
        channel.once('close', () => socket.destroy());
        channel.pipe(socket).pipe(channel);
      });
    });
    connection.on('session', (accept, reject) => {
      if (open >= (options.maxSessions ?? 10)) return reject();
      open += 1;
      peak = Math.max(peak, open);
      const session = accept();
      session.once('close', () => {
        open -= 1;
      });
      let child: ReturnType<typeof execute> | undefined;
      onSignal(connection, session, (name) => {
        if (child?.pid !== undefined) killGroup(child.pid, `SIG${name}`);
      });
      session.on('exec', (accepted, _, { command }) => {
        commands.push(command);
        const channel = accepted();
        if (/^exec sh -s\b/.test(command)) channel.on('data', (line: Buffer) => void commands.push(line.toString()));
        if (options.intercept?.(command, channel) !== true) child = execute(command, channel);
      });
    });
  };

  const execute = (command: string, channel: ServerChannel): ReturnType<typeof spawn> => {
    const env = {
      PATH: options.onlyPath ?? `${options.path ?? ''}${process.env['PATH']}`,
      HOME: folder,
      TMPDIR: folder,
    };
    const child = spawn(options.shell ?? '/bin/sh', ['-c', command], { cwd: folder, env, detached: true });
    const { pid } = child;
    if (pid !== undefined) children.add(pid);
    child.stdin.on('error', () => undefined);
    channel.on('error', () => undefined);
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.once('close', (code, signal) => {
      if (pid !== undefined) children.delete(pid);
      if (code === null) channel.exit(signal?.replace('SIG', '') ?? 'KILL');
      else channel.exit(code);
      channel.end();
    });
    return child;
  };

  const server = new ssh2.Server(
    { hostKeys: [host.private], ...(options.algorithms === undefined ? {} : { algorithms: options.algorithms }) },
    serve,
  );
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  // The socket is not public in ssh2; the server below it is a plain net.Server.
  const tcp: { on(event: 'connection', listener: (socket: Socket) => void): void } = Reflect.get(server, '_srv');
  tcp.on('connection', (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const address = server.address() as AddressInfo;
  const identityFile = join(folder, 'identity');
  const knownHostsFile = join(folder, 'known_hosts');
  const hostKey = host.public.split(' ').slice(0, 2).join(' ');
  await writeFile(identityFile, user.private, { mode: 0o600 });
  await writeFile(knownHostsFile, `[127.0.0.1]:${address.port} ${hostKey}\n`);

  const dropLinks = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    folder,
    entry: {
      name: 'h1',
      address: '127.0.0.1',
      port: address.port,
      user: 'wasadmin',
      identityFiles: [identityFile],
      knownHostsFile,
    },
    hostKey,
    commands,
    logins,
    ways,
    peakSessions: () => peak,
    dropLinks,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      dropLinks();
      for (const pid of children) killGroup(pid, 'SIGKILL');
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Request = (protocol: unknown, channel: number, type: string, wantReply: boolean, data: unknown) => void;

/** As OpenSSH does, also after the client's end of file; the event of ssh2 comes only before it. */
function onSignal(connection: Connection, session: Session, act: (name: string) => void): void {
  const handlers: { CHANNEL_REQUEST: Request } = Reflect.get(Reflect.get(connection, '_protocol'), '_handlers');
  const sessions: { get(channel: number): unknown } = Reflect.get(connection, '_chanMgr');
  const next = handlers.CHANNEL_REQUEST;
  handlers.CHANNEL_REQUEST = (protocol, channel, type, wantReply, data) => {
    if (type === 'signal' && sessions.get(channel) === session) act(String(data));
    else next(protocol, channel, type, wantReply, data);
  };
}

function killGroup(pid: number, signal: string): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}
