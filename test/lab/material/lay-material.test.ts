import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { replicaFiles } from '../../../src/lab/material/replica-files.ts';
import { profileRoot } from '../../../src/lab/site.ts';
import { parseSecurityXml } from '../../../src/products/websphere/security-xml.ts';
import { parseServerIndex } from '../../../src/products/websphere/serverindex.ts';
import { openPkcs12, readTrustStore } from '../../../src/tls/open-pkcs12.ts';
import { orderChain } from '../../../src/tls/order-chain.ts';
import { layLabCell } from '../../helpers/lab-cell.ts';
import type { LabCell } from '../../helpers/lab-cell.ts';

const WEBAS = new Secret('WebAS', 'test');
let cell: LabCell;
beforeAll(async () => {
  cell = await layLabCell();
});
afterAll(async () => cell[Symbol.asyncDispose]());

describe('laid material', () => {
  test('the master is what the WebSphere parsers understand, all at SSL_TLS', () => {
    const model = parseSecurityXml(cell.master('security.xml').toString(), { host: 'dm', path: 'security.xml' });
    expect(model.configurations).toHaveLength(6);
    expect(new Set(model.configurations.map(({ protocol }) => protocol))).toEqual(new Set(['SSL_TLS']));
    expect(model.groups.map(({ name, direction }) => `${name} ${direction}`)).toEqual([
      'stCell inbound',
      'stCell outbound',
    ]);
    expect(model).toMatchObject({ dynamicUpdate: true, fipsEnabled: false });
  });

  test('every key store that security.xml names is a file that opens with its password', () => {
    const { keyStores } = parseSecurityXml(cell.master('security.xml').toString(), {
      host: 'dm',
      path: 'security.xml',
    });
    expect(keyStores).toHaveLength(10);
    for (const { location, name } of keyStores) {
      const bytes = cell.master(location.replace('${CONFIG_ROOT}/cells/stCell/', ''));
      const { entries, signers } = openPkcs12(bytes, WEBAS);
      const aliases = [...entries, ...signers].map(({ alias }) => alias);
      expect(aliases).toEqual(name.endsWith('TrustStore') ? ['root'] : ['default']);
    }
  });

  test('every node has its port table', () => {
    for (const profile of cell.site.scenario.profiles) {
      const source = { host: profile.host, path: 'serverindex.xml' };
      const servers = parseServerIndex(cell.master(`nodes/${profile.node}/serverindex.xml`).toString(), source);
      expect(servers.map(({ name, type }) => ({ name, type }))).toEqual(
        profile.servers.map(({ name, type }) => ({ name, type })),
      );
      expect(servers.flatMap(({ endpoints }) => endpoints.map(({ port }) => port - cell.site.basePort))).toEqual(
        profile.servers.flatMap(({ endpoints }) => endpoints.map(({ offset }) => offset)),
      );
    }
  });

  test('every replica equals the master, and every profile trusts the cell', () => {
    const nodes = cell.site.scenario.profiles.map(({ node }) => node);
    for (const profile of cell.site.scenario.profiles) {
      const root = profileRoot(cell.site, profile);
      const servers = profile.servers.map(({ name }) => name);
      for (const file of replicaFiles('stCell', profile.node, nodes, servers)) {
        expect(
          readFileSync(path.join(root, 'config', file)).equals(cell.master(file.replace('cells/stCell/', ''))),
        ).toBe(true);
      }
      const trusted = readTrustStore(readFileSync(path.join(root, 'etc/trust.p12')), WEBAS);
      expect(trusted.map(({ sha256 }) => sha256)).toEqual([cell.material.certificates.oldRoot.certificate.sha256]);
      expect(openPkcs12(readFileSync(path.join(root, 'etc/key.p12')), WEBAS).entries).toHaveLength(1);
    }
  });

  test('the new certificate comes with its whole chain, a made-up alias and files for the owner only', () => {
    const { certificateFile, certificatePasswordFile, aliasInFile } = cell.material;
    const { entries, format } = openPkcs12(readFileSync(certificateFile), new Secret(cell.certificatePassword, 'test'));
    expect(entries.map(({ alias }) => alias)).toEqual([aliasInFile]);
    expect(orderChain(entries[0]?.chain ?? [])).toMatchObject({ complete: true });
    expect(entries[0]?.chain[0]?.names).toContain('*.acme.example');
    expect(format).toBe('modern');
    for (const file of [certificateFile, certificatePasswordFile]) expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('the new certificate can be laid in the form of old Java', async () => {
    await using old = await layLabCell({ legacy: true });
    const bytes = readFileSync(old.material.certificateFile);
    expect(openPkcs12(bytes, new Secret(old.certificatePassword, 'test')).format).toBe('legacy');
  });
});
