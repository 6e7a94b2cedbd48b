// What the ports of servers and proxies do after the handshake: the smallest HTTP/1.1 that a client can check, a proxy
// that really calls its application server over TLS, and one line of SIP.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { findUntrusted, openTls, peerChain } from '../tls-client.ts';
import { ADDRESS, endpointOf, placeNamed, portOf } from '../site.ts';
import type { Place, Site } from '../site.ts';
import { clientKeys, outboundInForce, settingsFor, trustedSigners } from './tls-settings.ts';
import type { Security, TlsSettings } from './tls-settings.ts';

const CALL_TIMEOUT_MS = 5_000;

/** Answers every request (no body is expected) with what `respond` gives. */
export function serveHttp(socket: Socket, respond: () => Promise<readonly [status: string, text: string]>): void {
  let head = '';
  const answer = async (): Promise<void> => {
    const [status, text] = await respond();
    const body = `${text}\n`;
    const lines = [`HTTP/1.1 ${status}`, 'Content-Type: text/plain', `Content-Length: ${Buffer.byteLength(body)}`];
    if (!socket.destroyed) socket.end(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  };
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    head += chunk;
    if (!head.includes('\r\n\r\n')) return;
    head = '';
    void answer();
  });
}

/** Waits for the request's first line, so that a prober that only shakes hands leaves nothing behind. */
export function serveSip(socket: Socket, name: string): void {
  socket.once('data', () => socket.end(`SIP/2.0 200 OK ${name}\r\n\r\n`));
}

/** One line for one line: the node agents' sign that the other side is still there. */
export function serveOverlay(socket: Socket, name: string): void {
  socket.on('data', () => socket.write(`${name}\n`));
}

/** GET / over an open connection; gives the status line and the body. */
export async function getRoot(socket: TLSSocket): Promise<{ readonly status: string; readonly body: string }> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let reply = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    reply += chunk;
  });
  socket.setTimeout(CALL_TIMEOUT_MS, () => socket.destroy());
  socket.on('close', () => resolve(reply));
  socket.write(`GET / HTTP/1.1\r\nHost: ${ADDRESS}\r\nConnection: close\r\n\r\n`);
  const [head = '', body = ''] = (await promise).split('\r\n\r\n');
  return { status: head.split('\r\n')[0] ?? '', body: body.trim() };
}

/** A call with a process's own outbound configuration; the server's chain must lead to its trust store.
 * @throws TlsFailure, or Error when the configuration cannot be used */
export async function callOut(
  security: Security,
  settings: TlsSettings & { readonly certificateAlias: string },
  port: number,
  host = ADDRESS,
): Promise<TLSSocket> {
  const [key] = await clientKeys(security, settings, settings.certificateAlias);
  const socket = await openTls({ host, port, ...settings, key, timeoutMs: CALL_TIMEOUT_MS });
  const untrusted = findUntrusted(peerChain(socket), await trustedSigners(security, settings));
  if (untrusted === undefined) return socket;
  socket.destroy();
  throw new Error(
    `CWPKI0022E: SSL HANDSHAKE FAILURE:  A signer with SubjectDN "${untrusted.subject.replaceAll('\n', ', ')}" was sent from target host:port "${host}:${port}".  The signer may need to be added to local trust store ${settings.trustStore.name} located in SSL configuration alias ${settings.configuration}.`,
  );
}

/** What a web port answers: a server its name, a proxy what its application server said. With dynamic update the proxy
 * calls with the configuration on the disk, without it with that of its start. */
export async function respond(site: Site, place: Place, started: Security): Promise<readonly [string, string]> {
  const { profile, server } = place;
  if (server.forwardsTo === undefined) return ['200 OK', server.name];
  const target = placeNamed(site.scenario, `${profile.node}/${server.forwardsTo}`);
  const targetPort = portOf(site, endpointOf(target.server, { service: 'web' }));
  const scope = { cell: site.scenario.cell, node: profile.node, server: server.name };
  try {
    const security = await outboundInForce(started, scope.cell);
    const socket = await callOut(security, settingsFor(security, scope, 'outbound'), targetPort);
    const { status, body } = await getRoot(socket);
    return status.startsWith('HTTP/1.1 200') ? ['200 OK', `${server.name} -> ${body}`] : ['502 Bad Gateway', status];
  } catch (error) {
    return ['502 Bad Gateway', error instanceof Error ? error.message : String(error)];
  }
}
