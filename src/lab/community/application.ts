// A running program that logs in to server ports: Sametime proxy, media manager or bot. Its state goes into health.json;
// the proxy also tells it by HTTPS. Source of /stwebapi/proxyinfo: a public check script for 12.0.4; that it says true only
// while EVERY server is connected is ours, as is health.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import path from 'node:path';
import type { ApplicationSpec } from '../scenario/community.ts';
import type { Life } from '../component.ts';
import { keepSession } from './keep-session.ts';
import { readServers } from './peers-file.ts';
import { readProgramSettings } from './program-settings.ts';
import type { ServerLog } from './server-log.ts';
import { openSession, secureText } from './session.ts';
import type { CommunitySite } from './site.ts';
import { programFolder, settingsFile } from './site.ts';
import type { SocketTable } from '../sockets.ts';

export type ApplicationParts = {
  readonly site: CommunitySite;
  readonly application: ApplicationSpec;
  readonly sockets: SocketTable;
  readonly log: ServerLog;
  readonly retryMs: number;
};

export async function openApplication(parts: ApplicationParts): Promise<Life> {
  const { site, application, sockets, log, retryMs } = parts;
  const folder = programFolder(site, application);
  const settings = readProgramSettings(settingsFile(site, application));
  const known = (name: string) =>
    readServers(path.join(folder, 'servers.txt')).find((server) => server.name === name) ?? {
      address: '127.0.60.254',
      port: 9,
    };
  mkdirSync(path.join(folder, 'logs'), { recursive: true });
  const up = new Set<string>();
  const isConnected = (): boolean => application.connects.every((name) => up.has(name));
  const health = (): void => {
    const missing = application.connects.filter((name) => !up.has(name));
    writeFileSync(path.join(folder, 'logs/health.json'), `${JSON.stringify({ connected: isConnected(), missing })}\n`);
  };
  health();
  const kept = application.connects.map((name) =>
    keepSession({
      target: () => ({ from: application.address, ...addressOf(known(name)), ...settings, sockets }),
      login: (link, closed) => openSession(link, { identity: { kind: 'application', name: application.name }, closed }),
      retryMs,
      onUp: ({ address, secure }) => {
        up.add(name);
        log('I', 'Server', `Logged in to server ${address}`);
        log('I', 'Session', `server ${name} at ${address} called, ${secureText(secure)}`);
        health();
      },
      onDown: ({ address }) => {
        up.delete(name);
        log('W', 'Server', `Connection to server ${address} was closed`);
        health();
      },
      onFailure: (reason) =>
        log('E', 'Server', `Failed to connect to server ${known(name).address}, reason: ${reason}`),
    }),
  );
  const web = application.web === undefined ? undefined : await openWeb(parts, application.web, isConnected);
  return {
    end: async () => {
      for (const one of kept) one.end();
      await web?.end();
    },
  };
}

const addressOf = ({ address, port }: { readonly address: string; readonly port: number }) => ({ address, port });

async function openWeb(
  { site, application }: ApplicationParts,
  offset: number,
  isConnected: () => boolean,
): Promise<Life> {
  const pem = readFileSync(path.join(programFolder(site, application), 'web.pem'), 'utf8');
  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    const isInfo = request.url === '/stwebapi/proxyinfo';
    const body = isInfo ? { isSAML: false, isOIDC: false, communityConnected: isConnected() } : { error: 'not found' };
    response.writeHead(isInfo ? 200 : 404, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(body));
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ host: application.address, port: site.basePort + offset }, listening.resolve);
  await listening.promise;
  return {
    end: () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      return closed.promise;
    },
  };
}
