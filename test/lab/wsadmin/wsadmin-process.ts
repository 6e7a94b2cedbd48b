// A real wsadmin process of the lab against a real TLS listener with the stand-in of the SOAP connector: what it prints is
// collected, what it reads is sent.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { renderSoapClientProperties, renderSslClientProperties } from '../../../src/lab/client-properties.ts';
import { serveSoap } from '../../../src/lab/process/soap-service.ts';
import type { SoapTarget } from '../../../src/lab/process/soap-service.ts';
import type { Workspace } from '../../../src/lab/repository/repository.ts';
import { layLabCell } from '../../helpers/lab-cell.ts';
import type { LabCell } from '../../helpers/lab-cell.ts';

const MAIN = path.join(import.meta.dirname, '../../../src/lab/wsadmin/main.ts');
/** offset of the deployment manager's SOAP connector in the scenario */
const SOAP_OFFSET = 8;
export const LOGIN = { user: 'wasadmin', password: 'not a real password' };

export interface Manager extends AsyncDisposable {
  readonly cell: LabCell;
  readonly port: number;
  /** ends every connection, as a deployment manager that is killed does */
  cut(): void;
}

/** @param wrap stands between a session and its workspace */
export async function openManager(wrap = (workspace: Workspace): Workspace => workspace): Promise<Manager> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ minVersion: 'TLSv1.2' }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serveSoap(socket, target);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening TCP server has a port.
  const { port } = server.address() as AddressInfo;
  const cell = await layLabCell({}, port - SOAP_OFFSET);
  const target: SoapTarget = {
    process: 'dmgr',
    node: 'stCellManager01',
    type: 'DeploymentManager',
    isLogin: (user, password) => user === LOGIN.user && password === LOGIN.password,
    stop: () => {},
    manager: {
      openWorkspace: () => wrap(cell.repository.openWorkspace()),
      documentsFor: () => Promise.resolve({}),
      signers: () => Promise.resolve([]),
    },
  };
  const issued = cell.material.certificates.nodes.get('stCellManager01');
  if (issued === undefined) throw new Error('no certificate');
  server.setSecureContext({
    key: issued.key.export({ type: 'pkcs8', format: 'pem' }),
    cert: [issued, cell.material.certificates.oldRoot].map(({ certificate }) => certificate.pem).join(''),
  });
  const properties = path.join(cell.managerProfile, 'properties');
  await mkdir(properties);
  await writeFile(path.join(properties, 'ssl.client.props'), renderSslClientProperties(cell.managerProfile, 'TLSv1.2'));
  await writeFile(path.join(properties, 'soap.client.props'), renderSoapClientProperties());
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    cell,
    port,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await cell[Symbol.asyncDispose]();
    },
  };
}

export interface WsadminProcess extends Disposable {
  /** everything up to and including the text, which is then gone; fails with what was seen when the process ends first */
  until(text: string): Promise<string>;
  send(line: string): void;
  end(): void;
  /** exit status, and what was printed since the last until() */
  readonly ended: Promise<{ readonly code: number | null; readonly rest: string }>;
}

export function startWsadmin(profile: string, args: readonly string[]): WsadminProcess {
  const child = spawn(process.execPath, [MAIN, profile, '-lang', 'jython', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  let isOver = false;
  let changed = Promise.withResolvers<void>();
  const notify = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    seen += chunk;
    notify();
  });
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    isOver = true;
    notify();
    return { code: code ?? null, rest: seen };
  });
  return {
    async until(text) {
      while (!seen.includes(text)) {
        if (isOver) throw new Error(`ended without "${text}": ${seen}`);
        await changed.promise;
      }
      const end = seen.indexOf(text) + text.length;
      const part = seen.slice(0, end);
      seen = seen.slice(end);
      return part;
    },
    send: (line) => void child.stdin.write(`${line}\n`),
    end: () => void child.stdin.end(),
    ended,
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}
