// Federations in an inventory: what is left out, and what is refused with its place.
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { federationInventory, federationText } from '../helpers/federation.ts';

const parse = (text: string) => parseInventory(text, 'inventory.yaml', 'd1');

test('ports, tools, times and what the product offers have the defaults of its documents', () => {
  const { federations = [] } = federationInventory();
  expect(federations[0]?.servers[0]).toMatchObject({
    federation: 'chat',
    name: 'im1',
    address: '192.0.2.11',
    ports: { client: 5222, server: 5269 },
    keytool: 'keytool',
    nssForm: 'dbm',
    offers: { server: ['TLSv1'], multiplexor: ['SSLv3'] },
    startTimeoutMs: 300_000,
    deadManMs: 600_000,
    coservers: { two: 'im2', three: 'im3', partner: 'partner' },
  });
  expect(federations[0]?.servers[2]).not.toHaveProperty('probeLogin');
  expect(federations[0]?.peers[0]).toMatchObject({ port: 5269, offers: ['TLSv1'], required: true });
  expect(federations[0]?.gateways[0]).toMatchObject({ host: 'gw', restart: '/opt/im/restart' });
});

test('an inventory without federations has none, and clients may call ports of a federation', () => {
  expect(parse('apiVersion: strictstep/v1\nhosts: {}\n').federations).toEqual([]);
  expect(federationInventory().clients[0]?.communityPorts).toMatchObject([
    { community: 'chat', server: 'im1', port: 'client' },
    { community: 'chat', server: 'im2', port: 'client' },
  ]);
});

const SAME = 'domain: a.example, config: /c, imadmin: /i, runtime: /r, ports: { client: 1, server: 2 }';
const server = (line: string): string => federationText({ servers: `      im9: { ${line} }\n` });
const client = (connects: string): string =>
  federationText({ clients: `  desk: { offers: [TLSv1], connects: [${connects}] }\n` });

describe('refused with its place', () => {
  const rows: readonly (readonly [string, string, string, string, number])[] = [
    ['an unknown host', server(`host: im8, ${SAME}`), 'INPUT_UNKNOWN_NAME', 'host "im8"', 16],
    ['an unknown log-in', server(`host: im1, probeLogin: x, ${SAME}`), 'INPUT_UNKNOWN_NAME', 'credential "x"', 16],
    [
      'a coserver that is nowhere',
      server(`host: im1, coservers: { a: im8 }, ${SAME}`),
      'INPUT_UNKNOWN_NAME',
      'server or peer "im8"',
      16,
    ],
    [
      'a coserver that is the server itself, as in the vendor’s example',
      server(`host: im1, coservers: { a: im9 }, ${SAME}`),
      'INPUT_VALUE',
      'coserver a of im9 is im9 itself',
      16,
    ],
    [
      'two coservers that are one server',
      server(`host: im1, coservers: { a: im1, b: im1 }, ${SAME}`),
      'INPUT_VALUE',
      'im1 is already another coserver of im9',
      16,
    ],
    [
      'a symbolic name that iim.conf cannot have',
      server(`host: im1, coservers: { "a-b": im1 }, ${SAME}`),
      'INPUT_VALUE',
      'symbolic name of a coserver',
      16,
    ],
    [
      'one address and port for two servers',
      server(`host: im1, ${SAME}`.replace('client: 1,', 'client: 5222,')),
      'INPUT_VALUE',
      'chat/im9 client: 192.0.2.11 port 5222',
      16,
    ],
    [
      'one iim.conf for two servers',
      server(
        `host: im1, ports: { client: 1, server: 2 }, domain: a.example, config: /etc/im/iim.conf, imadmin: /i, runtime: /r`,
      ),
      'INPUT_VALUE',
      'im1 /etc/im/iim.conf',
      16,
    ],
    [
      'a peer with the name of a server',
      federationText({
        peers:
          '      im1: { domain: a.example, address: b.example }\n      partner: { domain: p.example, address: p.example }\n',
      }),
      'INPUT_VALUE',
      'im1 is there twice',
      17,
    ],
    [
      'a gateway on no host',
      federationText({ gateways: '      web: { host: x, config: /c, runtime: /r }\n' }),
      'INPUT_UNKNOWN_NAME',
      'host "x"',
      19,
    ],
    ['a client of no server', client('chat/im8/client'), 'INPUT_UNKNOWN_NAME', 'server "im8"', 21],
    ['a client of the server port', client('chat/im1/server'), 'INPUT_UNKNOWN_NAME', 'port of chat/im1: "server"', 21],
    ['an unknown key', server(`host: im1, domian: b.example, ${SAME}`), 'INPUT_UNKNOWN_KEY', 'domian', 16],
    [
      'a relative path',
      server('host: im1, domain: a.example, config: c, imadmin: /i, runtime: /r'),
      'INPUT_VALUE',
      'config',
      16,
    ],
  ];
  test.each(rows)('%s', (_, text, code, message, line) => {
    const refused = (): unknown => {
      try {
        return parse(text);
      } catch (error) {
        return error;
      }
    };
    const error = refused();
    expect(error).toBeInstanceOf(OperatorError);
    expect(error instanceof OperatorError ? error.message : '').toContain(message);
    expect(error).toMatchObject({ code, place: { file: 'inventory.yaml', line } });
  });
});
