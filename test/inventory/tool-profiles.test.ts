import { expect, test } from 'vitest';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { refusalOf } from '../core/yaml/refusal.ts';

const inventory = (toolProfiles: string): string => `apiVersion: strictstep/v1
defaults: { user: was, identityFile: id, knownHosts: known_hosts }
hosts:
  dm: { address: dm.example }
  adm: { address: adm.example }
cells:
  c1:
    deploymentManager: { host: dm, profile: /opt/dmgr, node: dmNode }
    nodes:
      n1: { host: dm, profile: /opt/n1, role: meeting }
toolProfiles:
${toolProfiles}`;

const parsed = (toolProfiles: string) => parseInventory(inventory(toolProfiles), 'i.yaml', '');
const refused = (toolProfiles: string): string => refusalOf(() => parsed(toolProfiles)).message;

test('a tool profile is a host, a folder, the cells that it calls and a command that proves it', () => {
  expect(
    parsed('  adm1: { host: adm, profile: /opt/c, calls: [c1], check: [/opt/c/bin/serverStatus.sh, -all] }')
      .toolProfiles,
  ).toMatchObject([
    { name: 'adm1', host: 'adm', profile: '/opt/c', calls: ['c1'], check: ['/opt/c/bin/serverStatus.sh', '-all'] },
  ]);
  expect(parsed('  adm1: { host: adm, profile: /opt/c }').toolProfiles).toMatchObject([
    { calls: [], check: undefined },
  ]);
});

test('an unknown host, an unknown cell, the name of a node and a profile of somebody else are refused', () => {
  expect(refused('  adm1: { host: amd, profile: /opt/c }')).toContain('host "amd"');
  expect(refused('  adm1: { host: adm, profile: /opt/c, calls: [c2] }')).toContain('cell "c2"');
  expect(refused('  n1: { host: adm, profile: /opt/c, calls: [c1] }')).toContain('has the name of a node of cell c1');
  expect(refused('  dmgr: { host: adm, profile: /opt/c, calls: [c1] }')).toContain(
    'has the name of the deployment manager',
  );
  expect(refused('  adm1: { host: dm, profile: /opt/n1 }')).toContain('is already the profile of');
});
