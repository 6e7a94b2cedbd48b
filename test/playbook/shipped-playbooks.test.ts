import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/core/json.ts';
import { loadPlaybook } from '../../src/playbook/index.ts';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import type { Selector, Task } from '../../src/playbook/types.ts';

const file = fileURLToPath(new URL('../../playbooks/sametime-tls12.yaml', import.meta.url));
const OPERATIONS = [
  'signer-certificates',
  'personal-certificate',
  'client-signers',
  'endpoint-security',
  'quality-of-protection',
  'client-properties',
  'recording-row',
];
const playbook = await loadPlaybook(file, { operations: OPERATIONS });
const tasks = playbook.phases.flatMap(({ tasks }) => tasks);
const names = (list: Selector['roles']): readonly string[] => list?.map(({ name }) => name) ?? [];
const brief = ({ operation, on, with: parameters }: Task) => ({
  operation,
  target: on.target,
  roles: names(on.roles),
  types: names(on.types),
  parameters,
});

describe('playbooks/sametime-tls12.yaml', () => {
  test('is bound to the bytes of its file', async () => {
    expect(playbook).toMatchObject({ name: 'sametime-tls12', sha256: sha256Hex(await readFile(file)) });
  });

  test('has the phases superset and strict', () => {
    expect(playbook.phases.map(({ name }) => name)).toEqual(['superset', 'strict']);
  });

  test('makes exactly one thing strict, at the end: the SSL configuration of the Sametime Proxy node', () => {
    const [, strict] = playbook.phases;
    expect(strict?.tasks.map(brief)).toEqual([
      {
        operation: 'quality-of-protection',
        target: 'node',
        roles: ['sametime-proxy'],
        types: [],
        parameters: { configuration: 'NodeDefaultSSLSettings', protocol: 'TLSv1.2' },
      },
    ]);
  });

  test('widens the cell, XDA and node configurations and all client properties to SSL_TLSv2 first', () => {
    const widened = playbook.phases[0]?.tasks
      .map(brief)
      .filter(({ parameters }) => JSON.stringify(parameters).includes('SSL_TLSv2'));
    expect(widened?.map(({ operation, target, roles, parameters }) => [operation, target, roles, parameters])).toEqual([
      ['client-properties', 'profile', [], { protocol: 'SSL_TLSv2' }],
      [
        'quality-of-protection',
        'cell',
        [],
        { configuration: 'XDADefaultSSLSettings', protocol: 'SSL_TLSv2', ifAbsent: 'skip' },
      ],
      ['quality-of-protection', 'cell', [], { configuration: 'CellDefaultSSLSettings', protocol: 'SSL_TLSv2' }],
      ['quality-of-protection', 'node', [], { configuration: 'NodeDefaultSSLSettings', protocol: 'SSL_TLSv2' }],
    ]);
  });

  test('puts only the WebSphere proxy of the Sametime Proxy on the configuration of its node', () => {
    const groups = tasks.map(brief).filter(({ operation }) => operation === 'endpoint-security');
    expect(groups.map(({ roles, types, parameters }) => [roles, types, parameters])).toEqual([
      [
        ['sametime-proxy'],
        ['APPLICATION_SERVER'],
        { certificate: 'messaging', configuration: 'CellDefaultSSLSettings', configurationScope: 'cell' },
      ],
      [
        ['meeting'],
        ['APPLICATION_SERVER', 'PROXY_SERVER'],
        { certificate: 'messaging', configuration: 'CellDefaultSSLSettings', configurationScope: 'cell' },
      ],
      [
        ['sametime-proxy'],
        ['PROXY_SERVER'],
        { certificate: 'messaging', configuration: 'NodeDefaultSSLSettings', configurationScope: 'node' },
      ],
    ]);
  });

  test('prepares callers before listeners: trust, then certificate, then who shows it', () => {
    const order = playbook.phases[0]?.tasks.map(({ operation, on }) => `${operation} ${on.target}`) ?? [];
    const at = (task: string): number => order.indexOf(task);
    const trust = ['signer-certificates cell', 'signer-certificates node', 'client-signers profile'].map(at);
    expect(Math.min(...trust)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...trust)).toBeLessThan(at('client-properties profile'));
    expect(at('client-properties profile')).toBeLessThan(at('quality-of-protection cell'));
    expect(Math.max(at('personal-certificate cell'), at('personal-certificate node'))).toBeLessThan(
      at('endpoint-security server'),
    );
    expect(at('recording-row database')).toBe(order.length - 1);
    expect(playbook.phases[0]?.tasks.at(-1)?.with).toEqual({ protocol: 'TLSv1.2' });
  });

  test('selects by role and type only, so that it fits any cell', () => {
    for (const { on } of tasks)
      expect([on.cells, on.nodes, on.servers, on.databases]).toEqual(Array(4).fill(undefined));
  });
});

test('the example of docs/playbooks.md is a good playbook', async () => {
  const page = await readFile(new URL('../../docs/playbooks.md', import.meta.url), 'utf8');
  const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '';
  const { phases } = parsePlaybook(example, 'playbook.yaml', '', { operations: OPERATIONS });
  expect(phases.map(({ name, tasks }) => [name, tasks.length])).toEqual([
    ['trust', 1],
    ['certificate', 2],
  ]);
  for (const operation of OPERATIONS) expect(page).toContain(`| \`${operation}\` |`);
});
