// What all cases with the same number of nodes begin with: a laid lab, and every store once more as it is after an import,
// so that no case has to make keys or to encrypt a store that was encrypted before.
import { X509Certificate } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CertificateFile } from '../../src/core/certificate.ts';
import { Secret } from '../../src/core/secret.ts';
import { readClientProperties } from '../../src/lab/client-properties.ts';
import { layLab } from '../../src/lab/lay.ts';
import { openRepository } from '../../src/lab/repository/repository.ts';
import { adminPasswordFile, cellRoot, managerOf, profileRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import { addSigner } from '../../src/lab/stores.ts';
import { loadCertificateFile } from '../../src/tls/load-certificate.ts';
import { extractKey, openPkcs12 } from '../../src/tls/open-pkcs12.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { administer, importCall, signerCall } from './admin-calls.ts';
import { CELL, PLAIN, scenarioOf, type ModelCase } from './case.ts';

export const variant = (folder: string, name: string): string => path.join(folder, 'variants', name);

/** Every store once more as it is with the new certificate or its signers: made once, copied by the cases. */
async function layVariants(site: Site, certificate: CertificateFile): Promise<void> {
  const { profiles } = site.scenario;
  const manager = managerOf(site.scenario).profile;
  const root = path.join(profileRoot(site, manager), 'config');
  const master = cellRoot(site, manager);
  const kept = `${site.dir}.kept`;
  await cp(root, kept, { recursive: true });
  const pems = await writeSigners(site, certificate);
  const scopes = ['cell', ...profiles.map(({ node }) => node)];
  await mkdir(path.join(site.dir, 'variants'));
  const folderOf = (at: string): string => path.join(master, at === 'cell' ? '' : `nodes/${at}`);
  const nodes = profiles.map(({ node }) => node);
  for (const length of [1, 2, 3]) {
    const file = await writeChain(site, certificate, length);
    administer(
      openRepository({ root, cell: CELL, nodes }),
      scopes.map((at) => importCall(at, file, certificate)),
    );
    for (const at of scopes) await cp(path.join(folderOf(at), 'key.p12'), variant(site.dir, `${at}-key-${length}.p12`));
    await cp(kept, root, { recursive: true });
  }
  administer(
    openRepository({ root, cell: CELL, nodes }),
    scopes.flatMap((at) => pems.map((pem, index) => signerCall(at, pem, `acme-${index}`))),
  );
  for (const at of scopes) await cp(path.join(folderOf(at), 'trust.p12'), variant(site.dir, `${at}-trust.p12`));
  for (const profile of profiles) {
    // Named after the cases' folder, where it will lie: its passwords are the same.
    const { trustStorePassword } = await readClientProperties(profileRoot(site, profile));
    const file = variant(site.dir, `tools-${profile.node}`);
    await cp(path.join(profileRoot(site, profile), 'etc/trust.p12'), file);
    for (const { pem } of certificate.facts.chain.slice(1)) {
      await addSigner(file, trustStorePassword, 'acme', new X509Certificate(pem));
    }
  }
  await rm(root, { recursive: true });
  await rename(kept, root);
}

export type Template = { readonly dir: string; readonly certificate: CertificateFile; readonly password: string };

/** Laid in the folder of the cases, since the paths inside are absolute, and moved away. */
export async function makeTemplate(
  dir: string,
  kept: string,
  basePort: number,
  { nodes }: ModelCase,
): Promise<Template> {
  const site = { dir, scenario: scenarioOf({ nodes, clients: [], surroundings: PLAIN }), basePort };
  await rm(dir, { recursive: true, force: true });
  await layLab(site, new Date());
  await rename(dir, kept);
  const file = path.join(kept, 'certificates/wild_acme_com.p12');
  const passwordFile = path.join(kept, 'secrets/wild_acme_com.password');
  const place = { file, line: 1, column: 1 };
  const entry = {
    name: 'messaging',
    file,
    password: { kind: 'file' as const, file: passwordFile },
    alias: site.scenario.certificateAlias,
    aliasInFile: undefined,
    place,
  };
  await writePresented(kept, profileRoot({ ...site, dir: kept }, managerOf(site.scenario).profile));
  const secret = new Secret((await readFile(passwordFile, 'utf8')).trim(), 'password');
  const certificate = await loadCertificateFile(entry, secret, new Date());
  await layVariants({ ...site, dir: kept }, certificate);
  const password = (await readFile(path.join(kept, path.relative(dir, adminPasswordFile(site))), 'utf8')).trim();
  return { dir: kept, certificate, password };
}

async function writeSigners(site: Site, { facts }: CertificateFile): Promise<readonly string[]> {
  const files = facts.chain.slice(1).map(({ pem }, at) => ({ pem, file: path.join(site.dir, `acme-${at}.pem`) }));
  for (const { pem, file } of files) await writeFile(file, pem);
  return files.map(({ file }) => file);
}

/** What a population of clients shows: the certificates that the lab has keys of. */
async function writePresented(dir: string, manager: string): Promise<void> {
  const old = openPkcs12(await readFile(path.join(manager, 'etc/key.p12')), new Secret('WebAS', 'default'));
  const [file, passwordFile] = ['certificates/wild_acme_com.p12', 'secrets/wild_acme_com.password'].map((name) =>
    path.join(dir, name),
  );
  const secret = new Secret((await readFile(passwordFile ?? '', 'utf8')).trim(), 'password');
  const fresh = openPkcs12(await readFile(file ?? ''), secret);
  for (const [name, { entries }] of [['old', old] as const, ['new', fresh] as const]) {
    const pems = entries.filter(({ hasKey }) => hasKey).flatMap(({ chain }) => chain.map(({ pem }) => pem));
    await writeFile(path.join(dir, `presents-${name}.pem`), pems.join(''));
  }
}

/** A file as a careless export makes it: the certificate with the first of its chain only. */
async function writeChain(site: Site, { facts, bytes, password }: CertificateFile, length: number): Promise<string> {
  const file = path.join(site.dir, `chain-${length}.p12`);
  const { key, chain } = extractKey(bytes, password, facts.aliasInFile);
  const entries = [{ alias: facts.aliasInFile, key, chain: chain.slice(0, length) }];
  await writeFile(file, writePkcs12({ entries, signers: [], password, legacy: false }));
  return file;
}
