// One host of the lab: an SSH server on 127.0.0.1 that runs commands with the real /bin/sh in the host's own folder.
// It behaves as OpenSSH does where it matters: one key logs in, ten sessions per connection, exit status or signal, and
// a closed channel ends the command's process group.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import path from 'node:path';
import ssh2 from 'ssh2';
import type { ParsedKey, PublicKeyAuthContext } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import { ADDRESS, hostRoot } from './site.ts';
import type { Site } from './site.ts';
import { serveSessions } from './ssh-session.ts';

/** What a host needs to know of its lab. */
export type HostSite = Pick<Site, 'dir' | 'basePort'> & {
  readonly scenario: { readonly user: string };
  /** absent: no */
  readonly doCommandsGoOn?: boolean;
};

export type SshHost = { readonly name: string; readonly port: number; readonly close: () => Promise<void> };

/** Key pair in OpenSSH form, made at first use. */
export async function loadSshKey(file: string): Promise<{ readonly privateKey: string; readonly publicLine: string }> {
  const stored = await readFile(file, 'utf8').catch(() => undefined);
  const privateKey = stored ?? makePrivateKey();
  if (stored === undefined) {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, privateKey, { mode: 0o600 });
  }
  const key = parseKey(privateKey, file);
  return { privateKey, publicLine: `${key.type} ${key.getPublicSSH().toString('base64')}` };
}

/** One in about 200 keys that ssh2 1.17 makes cannot be read by ssh2 itself: its length came out wrong. */
function makePrivateKey(): string {
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync('ed25519').private;
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}

function parseKey(text: string, file: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw new OperatorError('LAB_STATE', `${file}: not an SSH key`, { cause: key });
  return key;
}

export async function openSshHost(
  site: HostSite,
  host: { readonly name: string; readonly offset: number },
  hostKey: string,
  clientKey: string,
): Promise<SshHost> {
  const root = hostRoot(site, host.name);
  await mkdir(path.join(root, 'tmp'), { recursive: true, mode: 0o700 });
  await mkdir(path.join(root, 'home', site.scenario.user), { recursive: true, mode: 0o700 });
  const allowed = parseKey(clientKey, 'id_ed25519');
  const ssh = new ssh2.Server({ hostKeys: [hostKey], ident: 'OpenSSH_lab' }, (connection) => {
    // A reset by the client is its right; the sessions see their channels close.
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      const isAllowed =
        context.method === 'publickey' && context.username === site.scenario.user && isSigned(context, allowed);
      if (isAllowed) context.accept();
      else context.reject(['publickey']);
    });
    const { user } = site.scenario;
    const sessions = { root, user, doCommandsGoOn: site.doCommandsGoOn === true };
    connection.on('ready', () => serveSessions(sessions, connection));
  });
  const sockets = new Set<Socket>();
  // Without noDelay every command takes 40 ms longer; ssh2's own listener cannot set it.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  const port = site.basePort + host.offset;
  const listening = Promise.withResolvers<void>();
  server.once('error', (cause) => {
    const message = `lab host ${host.name}: port ${port} on ${ADDRESS} is taken`;
    listening.reject(new OperatorError('LAB_STATE', message, { cause }));
  });
  server.listen({ port, host: ADDRESS }, () => listening.resolve());
  await listening.promise;
  const close = async (): Promise<void> => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    for (const socket of sockets) socket.destroy();
    await closed.promise;
  };
  return { name: host.name, port, close };
}

function isSigned(context: PublicKeyAuthContext, allowed: ParsedKey): boolean {
  if (context.key.algo !== allowed.type || !context.key.data.equals(allowed.getPublicSSH())) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  // ssh2 also gives an Error object, which its types do not say.
  const verdict: unknown = allowed.verify(context.blob, context.signature, context.hashAlgo);
  return verdict === true;
}
