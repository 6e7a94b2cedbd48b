import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { renderInRandomStyle } from '../core/yaml/random-style.ts';
import { thrownBy } from '../core/yaml/refusal.ts';
import { inventoryText, inventoryValue } from './fixture.ts';

const FILE = '/etc/strictstep/inventory.yaml';
const parse = (text: string) => parseInventory(text, FILE, 'd1');
const inventory = parse(inventoryText);

describe('a complete inventory', () => {
  test('hosts take user, key and known hosts from the defaults, their own value first, and port 22', () => {
    const defaults = { user: 'wasadmin', identityFiles: ['/etc/strictstep/id_ed25519'] };
    const knownHostsFile = '/etc/strictstep/known_hosts';
    expect(inventory.hosts).toEqual([
      { name: 'dm', address: '127.0.0.1', port: 20001, ...defaults, knownHostsFile },
      {
        name: 'stp',
        address: 'stp.acme.example',
        port: 22,
        user: 'root',
        identityFiles: ['/keys/stp'],
        knownHostsFile: '/etc/kh',
      },
      { name: 'db', address: '::1', port: 20005, ...defaults, knownHostsFile },
    ]);
  });

  test('cells keep profiles as the host knows them and have durations in milliseconds', () => {
    const [cell] = inventory.cells;
    const profiles = '/opt/IBM/WebSphere/AppServer/profiles';
    expect(cell).toMatchObject({
      name: 'stCell',
      deploymentManager: { host: 'dm', profile: `${profiles}/stCellDmgr`, node: 'stCellManager01' },
      login: 'was-admin',
      nodeAgentWatchMs: 2000,
      serverTimeoutMs: 90_000,
    });
    expect(cell?.nodes.map(({ name, role, profile }) => [name, role, profile])).toEqual([
      ['stpNode', 'sametime-proxy', `${profiles}/hostSTPPNProfile1`],
      ['winNode', 'meeting', String.raw`D:\IBM\WebSphere\profiles\w`],
    ]);
  });

  test('the change window stays as it is written, and the approvals have an absolute path and milliseconds', () => {
    expect(inventory.changeWindow).toEqual({ start: '2026-03-01T22:00:00+01:00', end: '2026-03-02T04:00:00+01:00' });
    const allowedSigners = '/etc/strictstep/allowed_signers';
    expect(inventory.approval).toEqual({ required: 2, allowedSigners, expiresMs: 12 * 3_600_000 });
    const some = inventoryText.replace(/^ {2}(required|expires): .*\n/gm, '');
    expect(parse(some).approval).toEqual({ required: 1, allowedSigners, expiresMs: 7 * 86_400_000 });
    const none = inventoryText.replace(/changeWindow:\n( {2}.*\n)+/, '').replace(/approval:\n( {2}.*\n)+/, '');
    expect(parse(none)).not.toHaveProperty('changeWindow');
    expect(parse(none)).not.toHaveProperty('approval');
  });

  test('credentials and certificates name their files by absolute paths', () => {
    const secrets = '/etc/strictstep/secrets';
    expect(inventory.credentials).toEqual([
      { name: 'was-admin', user: 'wasadmin', password: { kind: 'file', file: `${secrets}/was-admin.password` } },
      { name: 'meetings-db', user: 'db2inst1', password: { kind: 'file', file: `${secrets}/db.password` } },
    ]);
    expect(inventory.certificates).toMatchObject([
      {
        name: 'messaging',
        file: '/etc/strictstep/wild_acme_com.p12',
        password: { kind: 'file', file: `${secrets}/p12.password` },
        alias: 'acme-wild-2026',
        aliasInFile: 'Wild Acme',
      },
    ]);
  });

  test('databases and clients have their references taken apart', () => {
    expect(inventory.databases[0]?.readBy).toEqual([{ cell: 'stCell', node: 'winNode', server: 'STMeetingServer' }]);
    expect(inventory.clients).toMatchObject([
      {
        name: 'browser',
        offers: ['TLSv1.1', 'TLSv1.2'],
        required: false,
        trustFile: '/etc/strictstep/trust/roots.pem',
      },
    ]);
  });

  test("the deployment manager's node in a reference becomes dmgr, the owner that facts know", () => {
    expect(inventory.clients[0]?.connects[1]).toMatchObject({ node: 'dmgr', server: 'dmgr' });
    const direct = parse(inventoryText.replace('stCell/stCellManager01/dmgr', 'stCell/dmgr/dmgr'));
    expect(direct.clients[0]?.connects[1]).toMatchObject({ node: 'dmgr', server: 'dmgr' });
  });

  test('every place points at the name in the file', () => {
    const lines = inventoryText.split('\n');
    const named = [
      ...inventory.cells,
      ...inventory.cells.flatMap(({ nodes }) => nodes),
      ...inventory.certificates,
      ...inventory.databases,
    ];
    for (const { name, place } of named) {
      expect(lines[place.line - 1]?.slice(place.column - 1)).toBe(`${name}:`);
      expect(place.file).toBe(FILE);
    }
    const { place } = inventory.clients[0]?.connects[1] ?? {};
    expect(lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1)).toMatch(/^stCell\/stCellManager01/);
  });
});

test('only apiVersion and hosts are needed; the rest has defaults', () => {
  const { hosts, ...own } = inventoryValue;
  const small = parse(JSON.stringify({ apiVersion: own.apiVersion, hosts: { stp: hosts.stp } }));
  expect(small).toMatchObject({ file: FILE, sha256: 'd1', cells: [], credentials: [], clients: [], databases: [] });
  const { deploymentManager } = inventoryValue.cells.stCell;
  const cells = { stCell: { deploymentManager, nodes: {} } };
  const [cell] = parse(JSON.stringify({ apiVersion: own.apiVersion, defaults: own.defaults, hosts, cells })).cells;
  expect(cell).toMatchObject({ login: undefined, nodeAgentWatchMs: 180_000, serverTimeoutMs: 600_000, nodes: [] });
});

test('a client population is required unless it says otherwise', () => {
  expect(parse(inventoryText.replace('    required: false\n', '')).clients[0]?.required).toBe(true);
});

test.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['15m', 900_000],
  ['24h', 86_400_000],
])('the duration %s is %d ms', (text, ms) => {
  expect(parse(inventoryText.replace('2s', text)).cells[0]?.nodeAgentWatchMs).toBe(ms);
});

const withoutPlaces = (value: unknown): string =>
  JSON.stringify(value, (key, item: unknown) => (key === 'place' ? undefined : item));

test('the style of the YAML makes no difference', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (flips) => {
      const { text } = renderInRandomStyle(inventoryValue, flips);
      expect(withoutPlaces(parse(text))).toBe(withoutPlaces(inventory));
    }),
  );
});

test('a damaged inventory is read or refused with an OperatorError, never anything else', () => {
  const damage = fc.record({ at: fc.nat(inventoryText.length), cut: fc.nat(12), put: fc.string({ maxLength: 4 }) });
  fc.assert(
    fc.property(damage, ({ at, cut, put }) => {
      const error = thrownBy(() => parse(inventoryText.slice(0, at) + put + inventoryText.slice(at + cut)));
      expect(error === undefined || (error instanceof OperatorError && error.place?.file === FILE)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
