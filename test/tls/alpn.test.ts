// Direct TLS with a name and an application protocol, as XMPP has it (XEP-0368): what is asked for, and what is chosen.
import { expect, test } from 'vitest';
import { makeClientHello } from '../../src/tls/client-hello.ts';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { PROTOCOL_VERSIONS } from '../../src/tls/types.ts';
import { strictstep } from '../helpers/cli.ts';
import { openTlsServer } from './servers.ts';

const XMPP = { applicationProtocol: 'xmpp-client', serverName: 'acme.example' };

test('a hello names the protocol in the extension that RFC 7301 gives it, from TLS 1.0 on', () => {
  const extension = `0010000e000c0b${Buffer.from('xmpp-client').toString('hex')}`;
  const has = PROTOCOL_VERSIONS.filter((version) =>
    Buffer.from(makeClientHello({ version, suites: [0x002f] }, new Uint8Array(32), XMPP))
      .toString('hex')
      .includes(extension),
  );
  expect(has).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
});

test('a server that knows the protocol chooses it, for the domain that was named', async () => {
  const names = new Set<string>();
  await using server = await openTlsServer({
    ALPNProtocols: ['xmpp-client'],
    SNICallback: (name, done) => {
      names.add(name);
      done(null);
    },
  });
  const report = await probeEndpoint({ ...server.target, ...XMPP });
  expect(report).toMatchObject({ applicationProtocol: 'xmpp-client', protocols: { 'TLSv1.2': 'accepted' } });
  expect([...names]).toEqual(['acme.example']);
});

test('a server without ALPN chooses none, and one of another protocol refuses', async () => {
  await using silent = await openTlsServer();
  expect(await probeEndpoint({ ...silent.target, ...XMPP })).toMatchObject({
    applicationProtocol: null,
    protocols: { 'TLSv1.2': 'accepted' },
  });
  await using other = await openTlsServer({ ALPNProtocols: ['h2'] });
  expect((await probeEndpoint({ ...other.target, ...XMPP }, { quick: true })).protocols['TLSv1.2']).toBe('refused');
});

test('the command says what was chosen, and refuses another name', async () => {
  await using server = await openTlsServer({ ALPNProtocols: ['xmpp-server'] });
  const at = `127.0.0.1:${server.target.port}`;
  const said = await strictstep('probe', at, '--quick', '--alpn', 'xmpp-server', '--domain', 'acme.example');
  expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('application protocol: xmpp-server\n') });
  expect(await strictstep('probe', at, '--alpn', 'xmpp server')).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('xmpp-client, xmpp-server'),
  });
});
