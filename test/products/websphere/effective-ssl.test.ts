import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectiveSsl } from '../../../src/products/websphere/effective-ssl.ts';
import { lastOfScope, parseScope, renderScope, scopesFromNarrowest } from '../../../src/products/websphere/scopes.ts';
import type { SecurityModel, SslConfiguration, SslGroup } from '../../../src/products/websphere/security-model.ts';

const path = { cell: 'c1', node: 'n1', server: 's1', endpoint: 'WC_defaulthost_secure' };
const [ENDPOINT = '', SERVER = '', NODE = '', CELL = ''] = scopesFromNarrowest(path);

const store = { name: 'k', scope: CELL };
const configuration = (alias: string, scope: string): SslConfiguration => ({
  alias,
  scope,
  protocol: 'TLSv1.2',
  securityLevel: 'HIGH',
  enabledCiphers: '',
  clientAuthentication: false,
  keyStore: store,
  trustStore: store,
});
const group = (scope: string, alias: string, direction: 'inbound' | 'outbound' = 'inbound'): SslGroup => ({
  name: lastOfScope(scope),
  scope,
  direction,
  configuration: { alias, scope: alias === 'Node' ? NODE : CELL },
  certificateAlias: `for ${scope}`,
});
const model = (...groups: readonly SslGroup[]): SecurityModel => ({
  configurations: [
    configuration('Node', '(cell):c1:(node):other'),
    configuration('Cell', CELL),
    configuration('Node', NODE),
  ],
  groups,
  keyStores: [],
  dynamicUpdate: true,
  fipsEnabled: false,
});

describe('the effective SSL configuration', () => {
  test.each([
    ['endpoint', [CELL, NODE, SERVER, ENDPOINT], ENDPOINT],
    ['server', [CELL, NODE, SERVER], SERVER],
    ['node', [CELL, NODE], NODE],
    ['cell', [CELL], CELL],
  ])('comes from the %s when that is the narrowest scope with a group', (_name, scopes, winner) => {
    const found = effectiveSsl(
      model(...scopes.map((scope) => group(scope, scope === winner ? 'Node' : 'Cell'))),
      path,
      'inbound',
    );
    expect(found).toMatchObject({
      scope: winner,
      certificateAlias: `for ${winner}`,
      configuration: { alias: 'Node', scope: NODE },
    });
  });

  test('is decided for each direction on its own', () => {
    const both = model(group(CELL, 'Cell'), group(CELL, 'Cell', 'outbound'), group(SERVER, 'Node', 'outbound'));
    expect(effectiveSsl(both, path, 'inbound')?.configuration.alias).toBe('Cell');
    expect(effectiveSsl(both, path, 'outbound')?.configuration.alias).toBe('Node');
  });

  test('does not take a group of another node, or of an endpoint when a process is asked for', () => {
    const others = model(group(ENDPOINT, 'Node'), group('(cell):c1:(node):n2', 'Node'));
    expect(effectiveSsl(others, { cell: 'c1', node: 'n1', server: 's1' }, 'inbound')).toBeUndefined();
  });

  test('is nothing when the deciding group names a configuration that is not there', () => {
    expect(effectiveSsl(model(group(CELL, 'Cell'), group(NODE, 'Gone')), path, 'inbound')).toBeUndefined();
  });
});

describe('scopes', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/u);

  test('are rendered and parsed without loss', () => {
    fc.assert(
      fc.property(name, name, name, name, fc.integer({ min: 1, max: 4 }), (cell, node, server, endpoint, depth) => {
        const parts = Object.fromEntries(Object.entries({ cell, node, server, endpoint }).slice(0, depth));
        const whole = { cell, ...parts };
        expect(parseScope(renderScope(whole))).toEqual(whole);
        expect(lastOfScope(renderScope(whole))).toBe(Object.values(parts).at(-1));
      }),
    );
  });

  test('of clusters and node groups can be read', () => {
    expect(parseScope('(cell):c1:(cluster):x')).toEqual({ cell: 'c1', cluster: 'x' });
    expect(parseScope('(cell):c1:(nodegroup):x')).toEqual({ cell: 'c1', nodegroup: 'x' });
  });

  test.each([
    '',
    'c1',
    '(cell):',
    '(node):n1',
    '(cell):c1:(server):s1',
    '(cell):c1:',
    '(cell):c1(node):n1',
    '(cell):c1:(node):n1:(cluster):x',
  ])('of another form are refused: %s', (scope) => {
    expect(() => parseScope(scope)).toThrow(expect.objectContaining({ code: 'REMOTE_REPLY' }));
  });
});
