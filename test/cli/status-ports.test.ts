// What `status --inventory` says of ports that are really there, and when a certificate is another one than the accepted one.
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import { strictstep } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/lab.ts';

const key = makeKey();
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
const issuer = makeCertificateAuthority({ subject: 'Acme Root CA', key, ...validity });
const shown = (name: string): string =>
  issueCertificate({ subject: name, names: [name], issuer, key, ...validity }).certificate.pem;

let server: Server | undefined;
afterEach(() => server?.close());

/** TLS from the first byte, as a multiplexor with legacy SSL. */
async function serve(name: string, port = 0): Promise<number> {
  server = createServer({ key: key.export({ type: 'pkcs8', format: 'pem' }), cert: shown(name) }, (socket) => {
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function inventoryFor(port: number): Promise<string> {
  const file = join(await temporaryFolder(), 'inventory.yaml');
  await writeFile(
    file,
    `apiVersion: strictstep/v1
defaults: { user: u, identityFile: ./id, knownHosts: ./kh }
hosts: { im1: { address: 127.0.0.1 } }
federations:
  chat:
    servers:
      im1: { host: im1, domain: im1.acme.example, config: /c/iim.conf, imadmin: /i, runtime: /r, ports: { client: ${port}, server: 1 } }
`,
  );
  return file;
}

test('a port says whether it is encrypted, by which version, suite and certificate, and for whom', async () => {
  const port = await serve('im1.acme.example');
  const { exitCode, stdout } = await strictstep('status', '--inventory', await inventoryFor(port));
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`chat/im1 client {2}127\\.0\\.0\\.1:${port}\n {2}encrypted: always; TLSv1\\.3 TLS_\\w+\n`),
  );
  expect(stdout).toMatch(/ {2}authenticated; CN=im1\.acme\.example, until 2036-01-01, SHA-256 [0-9A-F:]{23}\n/);
  expect(stdout).toContain('encrypted: not known; ECONNREFUSED');
});

test('a certificate for another name, or out of its time, authenticates nobody', async () => {
  const port = await serve('im1.other.example');
  const { stdout } = await strictstep('status', '--inventory', await inventoryFor(port));
  expect(stdout).toContain('not authenticated: the certificate is for im1.other.example, not for im1.acme.example');
});

test('another certificate than the accepted one is a warning and exit 2; the same one is none', async () => {
  const port = await serve('im1.acme.example');
  const file = await inventoryFor(port);
  const accepted = join(await temporaryFolder(), 'accepted.json');
  await writeFile(accepted, (await strictstep('status', '--inventory', file, '--json')).stdout);
  const same = await strictstep('status', '--inventory', file, '--baseline', accepted);
  expect(same).toMatchObject({ exitCode: 0 });
  expect(same.stderr).not.toContain('warning');

  await new Promise((resolve) => server?.close(resolve));
  await serve('im1.acme.example', port);
  const changed = await strictstep('status', '--inventory', file, '--baseline', accepted);
  expect(changed.exitCode).toBe(2);
  expect(changed.stderr).toMatch(
    /warning: chat\/im1 client shows another certificate than the accepted one: "CN=im1\.acme\.example" .* instead of /,
  );

  await writeFile(accepted, JSON.stringify({ schema: 1, ports: [] }));
  const nobody = await strictstep('status', '--inventory', file, '--baseline', accepted);
  expect(nobody.stderr).toContain('shows a certificate that nobody has accepted');
});

test('a file that is no saved status, and flags that do not go together, are refused', async () => {
  const file = await inventoryFor(1);
  expect(await strictstep('status', '--inventory', file, '--baseline', file)).toMatchObject({ exitCode: 65 });
  expect(await strictstep('status', '--baseline', file)).toMatchObject({ exitCode: 64 });
  expect(await strictstep('status', 'run-1', '--inventory', file)).toMatchObject({ exitCode: 64 });
});
