import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Workspace } from '../../../src/lab/repository/repository.ts';
import { parseSecurityXml } from '../../../src/products/websphere/security-xml.ts';
import {
  parseFipsEnabled,
  parseSslConfig,
  parseSslConfigs,
  parseSslGroup,
  parseSslGroups,
} from '../../../src/products/websphere/ssl-replies.ts';
import { adminTask, CELL, layLabCell, PROXY, STP } from '../../helpers/lab-cell.ts';
import type { LabCell } from '../../helpers/lab-cell.ts';

let cell: LabCell;
beforeAll(async () => {
  cell = await layLabCell();
});
afterAll(async () => cell[Symbol.asyncDispose]());

const open = (): { readonly workspace: Workspace; readonly call: ReturnType<typeof adminTask> } => {
  const workspace = cell.repository.openWorkspace();
  return { workspace, call: adminTask(workspace) };
};
const NODE_CONFIG = { sslConfigAliasName: 'NodeDefaultSSLSettings', sslConfigScopeName: STP };
const ENDPOINT = `${PROXY}:(endpoint):PROXY_HTTPS_ADDRESS`;

describe('SSL configurations', () => {
  test('are listed one per line, with the blank at the end', () => {
    const lines = open().call('listSSLConfigs', { all: 'true' }).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('alias: CellDefaultSSLSettings managementScope: (cell):stCell ');
    expect(parseSslConfigs(lines.join('\n')).at(-1)).toEqual({ alias: 'XDADefaultSSLSettings', scope: CELL });
  });

  test('are listed at exactly one scope, the cell when none is named', () => {
    const { call } = open();
    expect(call('listSSLConfigs', { scopeName: STP })).toBe(`alias: NodeDefaultSSLSettings managementScope: ${STP} `);
    expect(parseSslConfigs(call('listSSLConfigs')).map(({ alias }) => alias)).toEqual([
      'CellDefaultSSLSettings',
      'XDADefaultSSLSettings',
    ]);
    expect(call('listSSLConfigs', { displayObjectName: 'true', scopeName: STP })).toBe(
      '(cells/stCell|security.xml#SSLConfig_3)',
    );
  });

  test('the text form and the list form of arguments say the same', () => {
    const { workspace, call } = open();
    const text = workspace.call('AdminTask', 'getSSLConfig', [`[-alias "NodeDefaultSSLSettings" -scopeName ${STP} ]`]);
    expect(text).toBe(call('getSSLConfig', { alias: 'NodeDefaultSSLSettings', scopeName: STP }));
    expect(parseSslConfig(text)).toMatchObject({ protocol: 'SSL_TLS', securityLevel: 'HIGH', enabledCiphers: '' });
  });

  test('a change touches one attribute of the file and nothing else, and only when it is saved', () => {
    const before = cell.master('security.xml').toString();
    const { workspace, call } = open();
    // As the console's command assistance writes it, with an empty value at the end.
    workspace.call('AdminTask', 'modifySSLConfig', [
      `[-alias NodeDefaultSSLSettings -scopeName ${STP} -sslProtocol TLSv1.2 -securityLevel HIGH -enabledCiphers ]`,
    ]);
    expect(parseSslConfig(call('getSSLConfig', { alias: 'NodeDefaultSSLSettings', scopeName: STP })).protocol).toBe(
      'TLSv1.2',
    );
    expect(cell.master('security.xml').toString()).toBe(before);
    workspace.call('AdminConfig', 'save', []);
    const after = cell.master('security.xml').toString();
    const different = after.split('\n').filter((line, at) => line !== before.split('\n')[at]);
    expect(different.map((line) => line.trim().split(' ')[1])).toEqual(['xmi:id="SecureSocketLayer_3"']);
    expect(after.replace('sslProtocol="TLSv1.2"', 'sslProtocol="SSL_TLS"')).toBe(before);
    const model = parseSecurityXml(after, { host: 'dm', path: 'security.xml' });
    expect(
      model.configurations.find(({ scope, alias }) => scope === STP && alias === 'NodeDefaultSSLSettings')?.protocol,
    ).toBe('TLSv1.2');
  });

  test('only protocols that listSSLProtocolTypes names can be set', () => {
    const { call } = open();
    const types = call('listSSLProtocolTypes').split('\n');
    for (const sslProtocol of types) call('modifySSLConfig', { alias: 'CellDefaultSSLSettings', sslProtocol });
    expect(types).toContain('SSL_TLSv2');
    expect(() => call('modifySSLConfig', { alias: 'CellDefaultSSLSettings', sslProtocol: 'TLSv9' })).toThrow(
      'The SSL protocol "TLSv9" is not valid',
    );
  });

  test('a list of ciphers needs the level CUSTOM, and only suites that listSSLCiphers names', () => {
    const { call } = open();
    const suites = call('listSSLCiphers', { securityLevel: 'HIGH' }).split('\n').slice(0, 2).join(' ');
    const alias = 'CellDefaultSSLSettings';
    expect(() => call('modifySSLConfig', { alias, enabledCiphers: suites })).toThrow('CUSTOM');
    expect(() => call('modifySSLConfig', { alias, securityLevel: 'CUSTOM' })).toThrow('CUSTOM');
    expect(() => call('modifySSLConfig', { alias, securityLevel: 'CUSTOM', enabledCiphers: 'SSL_NOPE' })).toThrow(
      'SSL_NOPE',
    );
    call('modifySSLConfig', { alias, securityLevel: 'CUSTOM', enabledCiphers: suites });
    expect(parseSslConfig(call('getSSLConfig', { alias }))).toMatchObject({
      securityLevel: 'CUSTOM',
      enabledCiphers: suites,
    });
    call('modifySSLConfig', { alias, securityLevel: 'HIGH', enabledCiphers: '' });
    expect(parseSslConfig(call('getSSLConfig', { alias })).enabledCiphers).toBe('');
  });

  test.each([
    ['getSSLConfig', { alias: 'Nope' }, 'The SSL configuration "Nope" does not exist at the scope "(cell):stCell"'],
    ['getSSLConfig', { alias: 'X', scopeName: '(cell):other' }, 'management scope "(cell):other" does not exist'],
    ['listSSLConfigs', { scopeName: '(cell):stCell:(node):none' }, '(node):none" does not exist'],
    ['getSSLConfig', { scopeName: CELL }, 'ADMF0002E: Required parameter alias'],
    ['getSSLConfig', { alias: 'X', color: 'red' }, 'ADMF0003E: Invalid parameter -color'],
    ['modifyFIPS', {}, 'The command "modifyFIPS" is not found'],
    ['toString', {}, 'is not found'],
  ])('%s %j ends with an exception of the scripting class', (method, options, text) => {
    const attempt = (): string => open().call(method, options);
    expect(attempt).toThrow(text);
    expect(attempt).toThrow(expect.objectContaining({ javaClass: 'com.ibm.ws.scripting.ScriptingException' }));
  });
});

describe('SSL configuration groups', () => {
  test('a new group makes the scope it is for, and is what the endpoint inherits', () => {
    const { workspace, call } = open();
    const inherited = (): string => call('getInheritedSSLConfig', { scopeName: ENDPOINT, direction: 'inbound' });
    expect(inherited()).toBe('CellDefaultSSLSettings,default');
    const key = { name: 'was_stpProxy', direction: 'inbound', scopeName: PROXY };
    const made = call('createSSLConfigGroup', { ...key, ...NODE_CONFIG, certificateAlias: 'default' });
    expect(made).toMatch(/^was_stpProxy\(cells\/stCell\|security\.xml#SSLConfigGroup_\d{13}\)$/);
    expect(inherited()).toBe('NodeDefaultSSLSettings,default');
    expect(call('getInheritedSSLConfig', { scopeName: ENDPOINT, direction: 'outbound' })).toBe(
      'CellDefaultSSLSettings,default',
    );
    expect(call('listManagementScopes')).toContain(`scope: "${PROXY}"`);
    workspace.call('AdminConfig', 'save', []);
    const model = parseSecurityXml(cell.master('security.xml').toString(), { host: 'dm', path: 'security.xml' });
    expect(model.groups.find(({ scope }) => scope === PROXY)).toEqual({
      name: 'was_stpProxy',
      scope: PROXY,
      direction: 'inbound',
      configuration: { alias: 'NodeDefaultSSLSettings', scope: STP },
      certificateAlias: 'default',
    });
    call('deleteSSLConfigGroup', key);
    expect(inherited()).toBe('CellDefaultSSLSettings,default');
    workspace.call('AdminConfig', 'save', []);
  });

  test('a group is read, modified and listed by name, direction and scope', () => {
    const { call } = open();
    const key = { name: 'stCell', direction: 'outbound', scopeName: CELL };
    call('modifySSLConfigGroup', { ...key, certificateAlias: 'other', ...NODE_CONFIG });
    const text = call('getSSLConfigGroup', key);
    expect(parseSslGroup(text)).toEqual({ name: 'stCell', direction: 'outbound', certificateAlias: 'other' });
    expect(text).toContain('[sslConfig (cells/stCell|security.xml#SSLConfig_3)]');
    expect(parseSslGroups(call('listSSLConfigGroups', { all: 'true' }))).toEqual([
      { name: 'stCell', direction: 'inbound', scope: CELL },
      { name: 'stCell', direction: 'outbound', scope: CELL },
    ]);
    expect(call('listSSLConfigGroups', { scopeName: CELL, direction: 'inbound', displayObjectName: 'true' })).toBe(
      'stCell(cells/stCell|security.xml#SSLConfigGroup_1)',
    );
  });

  test.each([
    [
      'createSSLConfigGroup',
      { name: 'stCell', direction: 'inbound', ...NODE_CONFIG, certificateAlias: 'a' },
      'already exists',
    ],
    [
      'createSSLConfigGroup',
      { name: 'x', direction: 'inbound', scopeName: STP, sslConfigAliasName: 'No', certificateAlias: 'a' },
      '"No" does not exist',
    ],
    [
      'createSSLConfigGroup',
      { name: 'x', direction: 'inbound', scopeName: `${STP}:(server):none`, ...NODE_CONFIG, certificateAlias: 'a' },
      'does not exist',
    ],
    [
      'createSSLConfigGroup',
      { name: 'x', direction: 'inbound', scopeName: `${PROXY}:(endpoint):NOPE`, ...NODE_CONFIG, certificateAlias: 'a' },
      'does not exist',
    ],
    ['getSSLConfigGroup', { name: 'stpNode', direction: 'inbound', scopeName: STP }, 'does not exist'],
    ['deleteSSLConfigGroup', { name: 'stCell', direction: 'sideways' }, 'direction "sideways"'],
  ])('%s %j is refused', (method, options, text) => {
    expect(() => open().call(method, options)).toThrow(text);
  });

  test('FIPS is off and there is no dynamic outbound selection', () => {
    const { call } = open();
    expect(parseFipsEnabled(call('getFipsInfo'))).toBe(false);
    expect(call('listDynamicSSLConfigSelections', { all: 'true' })).toBe('');
  });
});
