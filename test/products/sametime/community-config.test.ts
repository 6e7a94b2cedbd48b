// Files that push clients to TLS, and the commands and claims of a server, per platform.
import { describe, expect, test } from 'vitest';
import {
  CONNECTION_SPELLINGS,
  parseManagedCommunities,
  parsePluginCustomization,
  renderManagedCommunities,
  renderPluginCustomization,
  type ConnectionSpelling,
  type ManagedCommunity,
} from '../../../src/products/sametime/community-config.ts';
import { claimOf, READY_WITHIN_MS, serverCommand } from '../../../src/products/sametime/server-commands.ts';

const source = { host: 'web', path: 'managed-community-configs.xml' };
const COMMUNITY: ManagedCommunity = {
  id: 'Sales & "Co" <EU>',
  host: 'sametime.acme.example',
  port: 1533,
  connectionType: 'tls-direct',
  restart: true,
};

describe('managed-community-configs.xml', () => {
  test.each<ConnectionSpelling>(['nested', 'attribute'])(
    'is read back as it was written, spelled as %s',
    (spelling) => {
      const other = { ...COMMUNITY, id: 'other', restart: false, connectionType: 'direct' } as const;
      const text = renderManagedCommunities([COMMUNITY, other], spelling);
      expect(parseManagedCommunities(text, source)).toEqual([COMMUNITY, other]);
      expect(text).not.toContain('& ');
    },
  );

  test('has the form of the vendor: sample and table contradict each other', () => {
    const nested = renderManagedCommunities([{ ...COMMUNITY, id: 'acme' }], 'nested');
    expect(nested.replaceAll(/\n\s*/gu, '')).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?><managed-communities>',
        '<managed-community id="acme" host="sametime.acme.example" port="1533" useGlobalConnSettings="false">',
        '<connection connectionType="tls-direct"/></managed-community>',
        '<managed-community-action type="update" managed-community-id="acme" restart="true"/></managed-communities>',
      ].join(''),
    );
    expect(renderManagedCommunities([COMMUNITY], 'attribute')).toContain(
      'connectionType="tls-direct" useGlobalConnContext="true"',
    );
    expect(Object.keys(CONNECTION_SPELLINGS)).toEqual(['nested', 'attribute']);
  });

  test("the vendor's sample has no community that is moved to a known connection type", () => {
    // The form of the sample in HCL Sametime 12.0.1 "Managed community configurations", with other names.
    const sample = `<managed-communities>
      <managed-community id="sales" host="sales.acme.example" loginByToken="true" useGlobalConnSettings="false">
        <connection connectionType="reverse-proxy" proxyHost="http://acme.example:81/sales"/>
      </managed-community>
      <managed-community id="old.acme.example" host="old.acme.example" newHost="new.acme.example"/>
      <managed-community-action type="update" managed-community-id="sales"/>
      <managed-community-action type="add" managed-community-id="old.acme.example"/>
    </managed-communities>`;
    expect(parseManagedCommunities(sample, source)).toEqual([]);
  });

  test.each([
    ['a host that is none', { host: 'a b' }],
    ['no id', { id: '' }],
    ['a port that is none', { port: 0 }],
    ['a line end', { id: 'a\nb' }],
  ])('%s is refused', (_title, wrong) => {
    expect(() => renderManagedCommunities([{ ...COMMUNITY, ...wrong }], 'nested')).toThrow(
      expect.objectContaining({ code: 'INPUT_VALUE' }),
    );
  });

  test('a file that is no XML is refused', () => {
    expect(() => parseManagedCommunities('<a>', source)).toThrow(expect.objectContaining({ code: 'REMOTE_REPLY' }));
  });
});

describe('plugin_customization.ini', () => {
  const { host, port, connectionType } = COMMUNITY;

  test('is read back as it was written', () => {
    const text = renderPluginCustomization({ host, port, connectionType });
    expect(text.split('\n')[2]).toBe('com.ibm.collaboration.realtime.community/connectionType=tls-direct');
    expect(parsePluginCustomization(`# more\r\n${text}`)).toEqual({ host, port, connectionType });
  });

  test('says nothing when a key is missing or there twice', () => {
    const text = renderPluginCustomization({ host, port, connectionType });
    expect(parsePluginCustomization(text.replace('host=', 'hast='))).toBeUndefined();
    expect(parsePluginCustomization(text.replace('port=1533', 'port='))).toBeUndefined();
    expect(parsePluginCustomization(text + text)).toBeUndefined();
    expect(parsePluginCustomization(text.replace('tls-direct', 'http-direct'))).toBeUndefined();
  });
});

describe('start, stop, status', () => {
  const home = { data: '/local/notes data' };
  test.each([
    ['linux', 'start', ['sh', '-c', 'cd "$1" && exec ./ststart "$2"', 'sh', '/local/notes data', 'background']],
    ['linux', 'stop', ['sh', '-c', 'cd "$1" && exec ./ststart "$2"', 'sh', '/local/notes data', 'stop']],
    ['linux', 'status', ['sh', '-c', 'cd "$1" && exec ./ststart "$2"', 'sh', '/local/notes data', 'status']],
    ['domino', 'start', ['sh', '-c', 'cd "$1" && exec ./server -c "$2"', 'sh', '/local/notes data', 'load staddin']],
    [
      'domino',
      'stop',
      ['sh', '-c', 'cd "$1" && exec ./server -c "$2"', 'sh', '/local/notes data', 'tell staddin quit'],
    ],
    ['domino', 'status', ['sh', '-c', 'cd "$1" && exec ./server -c "$2"', 'sh', '/local/notes data', 'show tasks']],
    ['windows', 'start', ['sc.exe', 'start', 'Domino']],
    ['windows', 'stop', ['sc.exe', 'stop', 'Domino']],
    ['windows', 'status', ['sc.exe', 'query', 'Domino']],
  ] as const)('%s: %s', (platform, verb, argv) => {
    expect(serverCommand({ ...home, platform, service: 'Domino' }, verb)).toEqual(argv);
  });

  test('an account of its own is taken by sudo, which never asks', () => {
    expect(serverCommand({ ...home, platform: 'linux', user: 'notes' }, 'stop').slice(0, 5)).toEqual([
      'sudo',
      '-n',
      '-u',
      'notes',
      '--',
    ]);
  });

  test.each([
    ['linux', 'Sametime is running (pid 7)\n', 'running'],
    ['linux', 'Sametime is not running\n', 'stopped'],
    ['linux', 'Sametime server stopped', 'stopped'],
    ['linux', 'Sametime is starting', 'changing'],
    ['linux', 'sh: ststart: not found', 'nothing'],
    ['windows', 'SERVICE_NAME: x\r\n        STATE              : 4  RUNNING \r\n', 'running'],
    ['windows', '        STATE              : 1  STOPPED', 'stopped'],
    ['windows', '        STATE              : 3  STOP_PENDING', 'changing'],
    ['windows', '[SC] EnumQueryServicesStatus:OpenService FAILED 1060:', 'nothing'],
    ['domino', '  Sametime            Running\n', 'running'],
    ['domino', '  HTTP Server         Listen for connect requests\n', 'nothing'],
  ] as const)('%s says %j: a claim, never a proof', (platform, text, says) => {
    expect(claimOf(platform, text)).toMatchObject({ says, isProof: false });
  });

  test('a server gets ten minutes', () => {
    expect(READY_WITHIN_MS).toBe(600_000);
  });
});
