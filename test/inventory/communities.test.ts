// Communities in an inventory: what is left out, and what is refused with its place.
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { communityInventory, communityText } from '../helpers/community.ts';
import { inventoryText } from './fixture.ts';

const parse = (text: string) => parseInventory(text, 'inventory.yaml', 'd1');

test('every key is taken over, and paths of either kind of host are filled in', () => {
  const [community] = parse(inventoryText).communities;
  expect(community?.servers[0]).toMatchObject({
    community: 'stCommunity',
    name: 'st1',
    ini: '/etc/sametime.ini',
    address: '192.0.2.31',
    strictSpelling: 'zero',
    startTimeoutMs: 90_000,
  });
  expect(community?.servers[1]).toMatchObject({
    kind: 'mux',
    address: 'stp.acme.example',
    ini: 'D:\\Sametime\\sametime.ini',
    log: 'D:\\Sametime\\trace\\sametime.log',
    ports: { client: 1533 },
  });
  expect(community?.neighbours).toMatchObject([
    { name: 'stproxy', connects: ['st1'], calledBy: [], cycleMs: 7 * 86_400_000, required: false },
    { name: 'ldap', connects: [], calledBy: ['st1'], port: 636 },
  ]);
  expect(community?.neighbours[0]?.trustFile).toMatch(/^\/.*trust\/roots\.pem$/);
});

test('a client may call WebSphere endpoints and client ports; connection type and cycle have defaults', () => {
  const [rich] = communityInventory().clients;
  expect(rich).toMatchObject({
    connectionType: 'direct',
    connects: [],
    communityPorts: [{ server: 'mux1', port: 'client' }],
  });
  expect(rich?.cycleMs).toBeUndefined();
});

const neighbour = (line: string): string => communityText({ neighbours: `      one: ${line}\n` });
const client = (connects: string, more = ''): string =>
  communityText({ clients: `  rich: { offers: [TLSv1.2]${more}, connects: [${connects}] }\n` });
const server = (line: string): string => communityText({ servers: `      st9: ${line}\n` });

const VALUE = 'INPUT_VALUE';
const NAME = 'INPUT_UNKNOWN_NAME';

describe('refused with its place', () => {
  const rows: readonly (readonly [string, string, string, string, number])[] = [
    ['an unknown host', server('{ host: st8, data: /d }'), NAME, 'host "st8" is not declared', 15],
    ['an unknown server in connects', neighbour('{ kind: bot, connects: [st1, st8] }'), NAME, 'server "st8"', 16],
    ['a multiplexer in connects', neighbour('{ kind: bot, connects: [mux1] }'), NAME, 'server "mux1"', 16],
    [
      'an unknown server in calledBy',
      neighbour('{ kind: ldap, address: a, calledBy: [st8] }'),
      NAME,
      'server "st8"',
      16,
    ],
    [
      'two listeners on one address and port',
      server('{ host: st1, data: /d }'),
      VALUE,
      'stCommunity/st9 server: 192.0.2.11 port 1516',
      15,
    ],
    [
      'two ports of one server that are the same',
      server('{ host: st1, data: /d, address: 192.0.2.9, ports: { server: 5, client: 5 } }'),
      VALUE,
      'st9 client: 192.0.2.9 port 5',
      15,
    ],
    ['a reference to no community', client('other/mux1/client'), NAME, 'community "other"', 18],
    ['a reference to no server', client('stCommunity/mux8/client'), NAME, 'server "mux8"', 18],
    ['a reference to the server port', client('stCommunity/st1/server'), NAME, 'port of stCommunity/st1: "server"', 18],
    [
      'a population without offers',
      client('stCommunity/mux1/client').replace('[TLSv1.2], connects', '[], connects'),
      VALUE,
      'clients.rich.offers',
      18,
    ],
    ['a cycle without a unit', client('stCommunity/mux1/client', ', cycle: 7'), VALUE, 'clients.rich.cycle', 18],
    [
      'a server without a server port',
      server('{ host: st1, data: /d, ports: { client: 99 } }'),
      VALUE,
      'st9 of community stCommunity has no server port',
      15,
    ],
    [
      'a multiplexer with one',
      server('{ kind: mux, host: st1, data: /d, ports: { client: 99, server: 98 } }'),
      VALUE,
      'mux st9',
      15,
    ],
    ['a directory without address', neighbour('{ kind: ldap }'), VALUE, 'has no address', 16],
    ['a directory that calls', neighbour('{ kind: ldap, address: a, connects: all }'), VALUE, 'calls no server', 16],
    ['a caller that is called', neighbour('{ kind: bot, calledBy: all }'), VALUE, 'is not called', 16],
    ['proxyInfo of something else', neighbour('{ kind: bot, proxyInfo: "https://a/" }'), VALUE, 'has proxyInfo', 16],
    [
      'a neighbour with the name of a server',
      communityText({ neighbours: '      st1: { kind: bot }\n' }),
      VALUE,
      'st1 is a server and a neighbour',
      16,
    ],
    ['an address of another form', neighbour('{ kind: sametime-proxy, proxyInfo: "ftp://a/" }'), VALUE, 'https://', 16],
    ['an unknown key', neighbour('{ kind: bot, connect: all }'), 'INPUT_UNKNOWN_KEY', 'connect', 16],
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
    expect(error).toMatchObject({ code, place: { file: 'inventory.yaml', line } });
    expect(error instanceof OperatorError ? error.message : '').toContain(message);
    expect(error instanceof OperatorError ? error.exitCode : 0).toBe(65);
  });
});
