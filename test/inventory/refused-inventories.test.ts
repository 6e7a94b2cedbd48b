import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/json.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { pathKey, renderInRandomStyle } from '../core/yaml/random-style.ts';
import { marked, refusalOf } from '../core/yaml/refusal.ts';
import { inventoryText, inventoryValue } from './fixture.ts';

const parse = (text: string) => parseInventory(text, 'inventory.yaml', '');
const [KEY, VALUE, NAME] = ['INPUT_UNKNOWN_KEY', 'INPUT_VALUE', 'INPUT_UNKNOWN_NAME'] as const;

/** `find` occurs once in the fixture and is replaced; § marks where the error must point */
type Refused = readonly [find: string, put: string, code: ErrorCode, message: string, hint: string];

const table: readonly Refused[] = [
  // the file as a whole
  ['apiVersion: strictstep/v1', 'apiVersion: §strictstep/v2', VALUE, 'one of strictstep/v1', 'strictstep/v1'],
  ['apiVersion: strictstep/v1\n', '§', VALUE, 'the key apiVersion is missing', 'strictstep/v1'],
  ['credentials:', '§credentails:', KEY, '"credentails" is not known in the file', 'Did you mean credentials?'],
  ['clients:', '§playbook: x\nclients:', KEY, '"playbook" is not known', 'Known here: apiVersion, defaults'],
  ['  stp:\n', '  §dm: { address: h }\n  stp:\n', 'INPUT_SYNTAX', 'the key "dm" is given twice', 'Keep one'],
  // hosts
  ['address: 127.0.0.1', '§adress: 127.0.0.1', KEY, '"adress" is not known in hosts.dm', 'Did you mean address?'],
  ['  dm:\n    address: 127.0.0.1\n', '  §dm:\n', VALUE, 'hosts.dm: the key address is missing', 'host name'],
  ['address: 127.0.0.1', 'address: §ssh://dm', VALUE, 'hosts.dm.address must be a host name', 'neither user, port'],
  ['address: 127.0.0.1', 'address: §-oProxyCommand', VALUE, 'hosts.dm.address must be', 'neither user'],
  ['address: 127.0.0.1', '§address:', VALUE, 'hosts.dm.address is empty', 'Give it a value'],
  ['address: 127.0.0.1', 'address: §17', VALUE, 'hosts.dm.address must be', 'quotes'],
  ['port: 20001', 'port: §"20001"', VALUE, 'hosts.dm.port must be a whole number from 1 to 65535', 'without quotes'],
  ['port: 20001', 'port: §0', VALUE, 'hosts.dm.port must be a whole number', 'digits'],
  ['port: 20001', 'port: §22.5', VALUE, 'hosts.dm.port must be a whole number', 'digits'],
  ['  dm:\n', '  §d m: 1\n  dm:\n', VALUE, 'the name "d m" in hosts must be a name', 'no blanks'],
  ['  dm:\n', '  d2: §yes\n  dm:\n', VALUE, 'hosts.d2 must be a map of keys and values', 'key: value'],
  [
    '  db:\n',
    '  §dm2: { address: 127.0.0.1, port: 20001 }\n  db:\n',
    VALUE,
    'port 20001 is the address and port of host dm',
    'once',
  ],
  ['user: root', 'user: §"a\\nb"', VALUE, 'hosts.stp.user must be one line', 'line breaks'],
  ['./id_ed25519', '§~/.ssh/id', VALUE, 'defaults.identityFile must be a path', '~ is not expanded'],
  // credentials and certificates
  [
    '    passwordFile: ./secrets/was-admin.password',
    '    §password: hunter2',
    KEY,
    '"password" is not known in credentials.was-admin',
    'Did you mean passwordFile?',
  ],
  ['user: db2inst1', 'user: §[db2inst1]', VALUE, 'credentials.meetings-db.user must be one line', ''],
  ['alias: acme-wild-2026', 'alias: §Acme Wild', VALUE, 'a lower-case alias', 'write for instance acme-wild.'],
  ['alias: acme-wild-2026', "alias: §'a\"b'", VALUE, 'a lower-case alias without blanks and quotes', 'a-b'],
  ['alias: acme-wild-2026', 'alias: §Acme-Wild', VALUE, 'a lower-case alias', 'write for instance acme-wild.'],
  ['alias: acme-wild-2026', 'alias: §-acme', VALUE, 'a lower-case alias', 'acme'],
  ['aliasInFile: Wild Acme', '§aliasinfile: x', KEY, '"aliasinfile" is not known', 'Did you mean aliasInFile?'],
  // cells
  ['host: dm', 'host: §dn', NAME, 'host "dn" is not declared in the inventory', 'Did you mean dm?'],
  ['    stpNode:\n        host: stp', '    stpNode:\n        host: §sip', NAME, 'host "sip"', 'Did you mean stp?'],
  ['login: was-admin', 'login: §wasadmin', NAME, 'credential "wasadmin" is not declared', 'Did you mean was-admin?'],
  [
    '/opt/IBM/WebSphere/AppServer/profiles/stCellDmgr',
    '§profiles/stCellDmgr',
    VALUE,
    'deploymentManager.profile must be an absolute path',
    'from / or from a drive letter',
  ],
  [
    String.raw`D:\IBM\WebSphere\profiles\w`,
    String.raw`§IBM\profiles`,
    VALUE,
    'winNode.profile must be an absolute path',
    'drive letter',
  ],
  [
    'nodeAgentWatch: 2s',
    'nodeAgentWatch: §2',
    VALUE,
    'cells.stCell.nodeAgentWatch must be a duration',
    '500ms, 90s, 15m',
  ],
  ['nodeAgentWatch: 2s', 'nodeAgentWatch: §0s', VALUE, 'a duration of more than 0', 'whole number with a unit'],
  ['serverTimeout: 90s', 'serverTimeout: §25h', VALUE, 'at most 24h', '15m'],
  ['serverTimeout: 90s', 'serverTimeout: §1.5m', VALUE, 'cells.stCell.serverTimeout', '15m'],
  ['role: meeting', '§rol: meeting', KEY, '"rol" is not known in cells.stCell.nodes.winNode', 'Did you mean role?'],
  [
    '      winNode:',
    '      §stCellManager01: { host: db, profile: /p, role: r }\n      winNode:',
    VALUE,
    "has the name of the deployment manager's node",
    'node agent',
  ],
  [
    '      winNode:',
    '      §dmgr: { host: db, profile: /p, role: r }\n      winNode:',
    VALUE,
    'node dmgr has the name of',
    'key of its own',
  ],
  [
    '      winNode:',
    '      §a/b:',
    VALUE,
    'the name "a/b" in cells.stCell.nodes must be a WebSphere name',
    'no blanks',
  ],
  [
    '      winNode:\n        host: stp\n        profile: D:\\IBM\\WebSphere\\profiles\\w',
    '      §winNode:\n        host: dm\n        profile: /opt/IBM/WebSphere/AppServer/profiles/stCellDmgr/',
    VALUE,
    'is already the profile of cell stCell, deployment manager',
    'once',
  ],
  // change window and approval
  [
    'start: 2026-03-01T22:00:00+01:00',
    'start: §22:00',
    VALUE,
    'changeWindow.start must be a time with its offset',
    'offset',
  ],
  [
    'end: 2026-03-02T04:00:00+01:00',
    'end: §2026-03-02T04:00:00',
    VALUE,
    'changeWindow.end must be a time with',
    'offset',
  ],
  [
    'end: 2026-03-02T04:00:00+01:00',
    'end: §2026-03-01T21:00:00Z',
    VALUE,
    'its end 2026-03-01T21:00:00Z is not later than its start 2026-03-01T22:00:00+01:00',
    'offsets',
  ],
  [
    'changeWindow:\n  start: 2026-03-01T22:00:00+01:00\n',
    '§changeWindow:\n',
    VALUE,
    'changeWindow: the key start is missing',
    'offset',
  ],
  ['required: 2', 'required: §0', VALUE, 'approval.required must be a whole number from 1 to 99', 'digits'],
  ['expires: 12h', 'expires: §soon', VALUE, 'approval.expires must be a lifetime', '15m, 12h or 7d'],
  ['allowedSigners: ./allowed_signers', 'allowedSigners: §~/a', VALUE, 'approval.allowedSigners must be a path', '~'],
  [
    'allowedSigners:',
    '§allowedSigner:',
    KEY,
    '"allowedSigner" is not known in approval',
    'Did you mean allowedSigners?',
  ],
  // databases
  ['serverId: stmeeting1', 'serverId: §"x\'); --"', VALUE, 'databases.meetings.serverId must be', 'SQL'],
  ['host: db', 'host: §dbx', NAME, 'host "dbx"', 'Did you mean db?'],
  ['login: meetings-db', 'login: §meeting-db', NAME, 'credential "meeting-db"', 'Did you mean meetings-db?'],
  ['database: STMS', 'database: §"STMS; x"', VALUE, 'databases.meetings.database must be 1 to 18', 'CONNECT TO'],
  ['command: /opt/ibm/db2/bin/db2', 'command: §db2', VALUE, 'databases.meetings.command must be an absolute path', ''],
  [
    '- stCell/winNode/STMeetingServer',
    '- §stCell/winNod/STMeetingServer',
    NAME,
    'cell stCell: node "winNod"',
    'Did you mean winNode?',
  ],
  [
    '- stCell/winNode/STMeetingServer',
    '- §stcel/winNode/STMeetingServer',
    NAME,
    'cell "stcel" is not declared',
    'Did you mean stCell?',
  ],
  [
    '- stCell/winNode/STMeetingServer',
    '- §winNode/STMeetingServer',
    VALUE,
    'databases.meetings.readBy[0] must be cell/node/server',
    '3 names',
  ],
  // clients
  [
    '    offers:\n      - TLSv1.1\n      - TLSv1.2\n',
    '    offers: §[]\n',
    VALUE,
    'clients.browser.offers must be a list with at least one entry',
    'after a hyphen',
  ],
  [
    '  browser:\n    offers:\n      - TLSv1.1\n      - TLSv1.2\n',
    '  §browser:\n',
    VALUE,
    'clients.browser: the key offers is missing',
    'a list',
  ],
  ['- TLSv1.1', '- §TLS1.1', VALUE, 'clients.browser.offers[0] must be one of SSLv2', 'Did you mean TLSv1.1?'],
  ['required: false', 'required: §no', VALUE, 'clients.browser.required must be true or false', 'without quotes'],
  [
    '- stCell/stpNode/was_stpProxy/PROXY_HTTPS_ADDRESS',
    '- §stCell/stpNode/was_stpProxy',
    VALUE,
    'must be cell/node/server/endpoint',
    '4 names',
  ],
  [
    '- stCell/stpNode/was_stpProxy/PROXY_HTTPS_ADDRESS',
    '- §stCell/stmNode/was_stpProxy/P',
    NAME,
    'node "stmNode"',
    'Did you mean stpNode?',
  ],
];

test.each(table)('%j -> %j is refused with %s', (find, put, code, message, hint) => {
  expect(inventoryText.split(find).length).toBeGreaterThan(1);
  const { text, line, column } = marked(inventoryText.replace(find, () => put));
  const error = refusalOf(() => parse(text));
  expect(error).toMatchObject({ code, place: { file: 'inventory.yaml', line, column } });
  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
  expect(error.hint).toMatch(/^[A-Z].*[.?]$/);
  expect(error.hint).not.toMatch(/more problem/);
  expect(`${error.message} ${error.hint}`).not.toContain('hunter2');
});

test('with several problems the first in reading order is told, and where the others are', () => {
  const text = inventoryText
    .replace('port: 20001', 'port: x')
    .replace('login: was-admin', 'logon: was-admin')
    .replace('role: meeting', 'role: [meeting]');
  const error = refusalOf(() => parse(text));
  expect(error.message).toContain('hosts.dm.port');
  const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
  expect(error.hint).toMatch(`2 more problems are in lines ${lineOf('logon')}, ${lineOf('[meeting]')}.`);
});

test('a client population that connects to nothing is refused', () => {
  const connects = [] as const;
  const clients = { browser: { ...inventoryValue.clients.browser, connects } };
  const error = refusalOf(() => parse(JSON.stringify({ ...inventoryValue, clients })));
  expect(error.message).toBe('clients.browser.connects must be a list with at least one entry');
});

test('one address and port for two hosts is refused, however the letters are written', () => {
  const twin = { ...inventoryValue.hosts.stp, address: 'STP.Acme.Example', port: 22 };
  const hosts = { ...inventoryValue.hosts, twin };
  const error = refusalOf(() => parse(JSON.stringify({ ...inventoryValue, hosts })));
  expect(error.message).toBe('twin: stp.acme.example port 22 is the address and port of host stp');
});

test('a host without a user, of its own or from the defaults, is refused for each such host', () => {
  const error = refusalOf(() => parse(inventoryText.replace('  user: wasadmin\n', '')));
  expect(error).toMatchObject({ code: 'INPUT_VALUE', place: { line: 6, column: 3 } });
  expect(error.message).toBe('host dm: the key user is missing, here and in defaults');
  expect(error.hint).toMatch(
    /^Give user in defaults if it is the same for all hosts\. One more problem is in line \d+\.$/,
  );
});

test.each(['', '# nothing yet\n', '---\n', 'null'])('an inventory without content is refused (%j)', (text) => {
  expect(refusalOf(() => parse(text))).toMatchObject({ code: 'INPUT_VALUE' });
  expect(refusalOf(() => parse(text)).message).toMatch(/^the file is empty/);
});

// Every map of the fixture with a fixed set of keys; where names are free, a new key is a new name.
const FREE =
  /^(hosts|credentials|certificates|cells|databases|clients|communities|cells\.[^.]+\.nodes|communities\.[^.]+\.(servers|neighbours))$/;
const isMap = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const strictMaps = (value: Record<string, Json>, path: readonly string[] = []): readonly (readonly string[])[] => [
  ...(FREE.test(path.join('.')) ? [] : [path]),
  ...Object.entries(value).flatMap(([key, item]) => (isMap(item) ? strictMaps(item, [...path, key]) : [])),
];

function insertKey(value: Json, path: readonly string[], key: string, at: number): Json {
  if (!isMap(value)) throw new Error('not a map');
  const [head, ...rest] = path;
  const entries = Object.entries(value);
  if (head === undefined) return Object.fromEntries(entries.toSpliced(at % (entries.length + 1), 0, [key, 'x']));
  return Object.fromEntries(
    entries.map(([name, item]) => [name, name === head ? insertKey(item, rest, key, at) : item]),
  );
}

test('an unknown key is reported at its own line and column, wherever and in whatever style it is written', () => {
  const fixture: Record<string, Json> = inventoryValue;
  const style = fc.array(fc.boolean(), { maxLength: 200 });
  const key = fc.stringMatching(/^zz[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.constantFrom(...strictMaps(fixture)), key, fc.nat(9), style, (path, key, at, flips) => {
      const { text, places } = renderInRandomStyle(insertKey(fixture, path, key, at), flips);
      const error = refusalOf(() => parse(text));
      const place = { file: 'inventory.yaml', ...places.get(pathKey([...path, key])) };
      expect(error).toMatchObject({ code: 'INPUT_UNKNOWN_KEY', place });
      expect(error.message).toContain(JSON.stringify(key));
    }),
    { numRuns: 300 },
  );
});
