// What tells strict from dynamic, against a server of this test that lies: real sockets, real STARTTLS.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { readStreamMode } from '../../src/health/read-stream-mode.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';

const key = makeKey();
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
const issuer = makeCertificateAuthority({ subject: 'Acme Root CA', key, ...validity });
const leaf = issueCertificate({ subject: 'im.example', names: ['im.example'], issuer, key, ...validity });
const secureContext = createSecureContext({
  key: key.export({ type: 'pkcs8', format: 'pem' }),
  cert: leaf.certificate.pem,
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const TLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>";
const REQUIRED = `${TLS}<required/></starttls>`;
const OFFERED = `${TLS}</starttls>`;
const SASL = '<mechanisms><mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-1</mechanism></mechanisms>';
const header = (features: string): string =>
  `<?xml version='1.0'?><stream:stream from='im.example'><stream:features>${features}</stream:features>`;
const FAILURE = '<failure><not-authorized/></failure>';

/** @param onClearAuth what a log-in without TLS gets; 'close': the connection is ended */
async function serve(clear: string, onClearAuth: string, inside = SASL): Promise<number> {
  const talk = (socket: Socket, features: string, onAuth: string): void => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString();
      if (text.includes('<stream:stream')) socket.write(header(features));
      else if (text.includes('<auth')) void (onAuth === 'close' ? socket.end() : socket.write(onAuth));
      else if (text.includes('<starttls')) {
        socket.removeAllListeners('data');
        socket.write("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        talk(new TLSSocket(socket, { isServer: true, secureContext }), inside, FAILURE);
      }
    });
  };
  const server = createServer((socket) => talk(socket, clear, onClearAuth));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const modeAt = async (port: number, timeoutMs = 2000) =>
  readStreamMode({ host: '127.0.0.1', port, domain: 'im.example', timeoutMs }, 'client');

test('strict needs all of it: required, no log-in beside it, refused without TLS, offered inside', async () => {
  const refused = '<failure><encryption-required/></failure>';
  expect(await modeAt(await serve(REQUIRED, refused))).toMatchObject({ mode: 'strict', tls: { protocol: 'TLSv1.3' } });
});

test('a connection that is cut off counts as a refusal when the same log-in is answered inside TLS', async () => {
  expect(await modeAt(await serve(REQUIRED, 'close'))).toMatchObject({ mode: 'strict' });
});

const CLAIMS: readonly (readonly [string, string, string, string, string])[] = [
  [
    'a log-in that is let in without TLS',
    REQUIRED,
    '<challenge>YQ==</challenge>',
    SASL,
    'a log-in without TLS was let in',
  ],
  ['an answer that does not tell', REQUIRED, FAILURE, SASL, 'does not tell strict from dynamic'],
  [
    'nothing offered inside',
    REQUIRED,
    '<failure><encryption-required/></failure>',
    '',
    'no log-in is offered inside TLS',
  ],
];
test.each(CLAIMS)('strict that is only claimed is not proved: %s', async (_, clear, onAuth, inside, why) => {
  const { mode, detail } = await modeAt(await serve(clear, onAuth, inside));
  expect(mode).toBe('inconclusive');
  expect(detail).toContain(why);
});

test('log-ins beside what is required are dynamic, whatever is claimed; without startTLS it is plain', async () => {
  expect(await modeAt(await serve(`${REQUIRED}${SASL}`, FAILURE))).toMatchObject({ mode: 'dynamic' });
  expect(await modeAt(await serve(`${OFFERED}${SASL}`, FAILURE))).toMatchObject({ mode: 'dynamic' });
  expect(await modeAt(await serve(SASL, FAILURE))).toMatchObject({ mode: 'legacy', tls: null });
});

test('a port that is silent or speaks something else tells nothing', async () => {
  const silent = createServer(() => undefined);
  servers.push(silent);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { mode, detail } = await modeAt((silent.address() as AddressInfo).port, 200);
  expect({ mode, detail }).toEqual({ mode: 'inconclusive', detail: 'no complete answer within 200 ms' });
});
