// The Java process of a WebSphere process, which owns its TLS ports (java/WasPorts.java), and the Unix socket over which it
// passes on what is said inside TLS.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Anchor } from '../../src/lab/process/anchor.ts';
import { javaSecurityFile } from '../../src/lab/process/java-machine.ts';
import { handshakeMessage } from '../../src/lab/process/listener.ts';
import type { Listener, ListenerParts } from '../../src/lab/process/listener.ts';
import { addressOf, logFolder, portOf, profileRoot } from '../../src/lab/site.ts';
import type { Place, Site } from '../../src/lab/site.ts';
import { classes, JAVA } from './site.ts';

const LAST_WORDS_MS = 1000;

type Port = {
  readonly parts: ListenerParts;
  readonly opened: PromiseWithResolvers<void>;
  readonly sockets: Set<Socket>;
};

export interface JavaPorts {
  readonly openAnchor: () => Promise<Anchor>;
  readonly openListener: (parts: ListenerParts) => Promise<Listener>;
}

export function makeJavaPorts(site: Site, place: Place): JavaPorts {
  const { profile, server } = place;
  const address = addressOf(site, profile.host);
  const ports = new Map<number, Port>();
  let command: (line: string) => void = () => undefined;

  const heard = (line: string): void => {
    const [word, port = '', ...rest] = line.split(' ');
    const found = ports.get(Number(port));
    if (word === 'opened') found?.opened.resolve();
    if (word === 'failed') found?.opened.reject(new Error(rest.join(' ')));
    if (word === 'handshake') {
      const peer = `${rest[0]} host and ${rest[1]} port`;
      found?.parts.onHandshakeFailure(handshakeMessage(peer, address, Number(port), rest.slice(2).join(' ')));
    }
  };

  const openAnchor = async (): Promise<Anchor> => {
    const socketFile = `/tmp/${server.name}-${process.pid}-${Date.now()}.sock`;
    const service = serveBehind(ports);
    service.listen(socketFile);
    await once(service, 'listening');
    const root = profileRoot(site, profile);
    const words = [path.join(root, 'config'), site.scenario.cell, profile.node, server.name, javaSecurityFile(root)];
    mkdirSync(logFolder(site, place), { recursive: true });
    const errors = openSync(path.join(logFolder(site, place), 'native_stderr.log'), 'a');
    const child = spawn('java', [...JAVA, '-cp', classes(site.dir), 'WasPorts', ...words, socketFile], {
      stdio: ['pipe', 'pipe', errors],
      detached: true,
    });
    const exited = once(child, 'exit');
    await once(child, 'spawn');
    child.stdin?.on('error', () => undefined);
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', heard);
    command = (line) => child.stdin?.write(`${line}\n`);
    const released = async (): Promise<void> => {
      await exited;
      service.close();
      for (const { opened } of ports.values()) opened.reject(new Error(`the Java process of ${server.name} has ended`));
      ports.clear();
    };
    return {
      pid: child.pid ?? -1,
      ended: released(),
      end: () => child.stdin?.end(),
      kill: () => child.kill('SIGKILL'),
    };
  };

  return {
    openAnchor,
    async openListener(parts) {
      const endpoint = server.endpoints.find((one) => portOf(site, one) === parts.port);
      const port: Port = { parts, opened: Promise.withResolvers<void>(), sockets: new Set() };
      port.opened.promise.catch(() => undefined);
      ports.set(parts.port, port);
      command(`open ${endpoint?.name} ${parts.port}`);
      await port.opened.promise;
      return {
        // The port itself closes with the Java process. What was said last must have gone out before that.
        close: async () => {
          await Promise.all([...port.sockets].map(ended));
        },
      };
    },
  };
}

/** Every connection begins with the port it came in by, 5 digits. */
function serveBehind(ports: ReadonlyMap<number, Port>): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const head: unknown = socket.read(5);
      const port = ports.get(Number(Buffer.isBuffer(head) ? head.toString() : Number.NaN));
      if (port === undefined) {
        socket.destroy();
        return;
      }
      port.sockets.add(socket);
      socket.once('close', () => port.sockets.delete(socket));
      port.parts.onConnection(socket);
    });
  });
}

/** Also when it breaks meanwhile: what ends a process may not. once() would end with the socket's error instead. */
export async function ended(socket: Socket): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  const late = setTimeout(() => socket.destroy(), LAST_WORDS_MS);
  socket.end();
  await closed;
  clearTimeout(late);
}
