// Lays the folder of a Sun IM lab: certificate, settings and accounts once, what depends on paths and ports at every start.
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exposeSecret, Secret } from '../../core/secret.ts';
import { createPrivateKey } from 'node:crypto';
import { summarizeCertificate } from '../../tls/summarize-certificate.ts';
import { quote, script, SUDO, writeScript, writeShim } from '../bin-scripts.ts';
import { layHostKeys } from '../lay.ts';
import type { HostKeys } from '../lay.ts';
import { layWildCertificate, placeFile } from '../material/wild-certificate.ts';
import type { WildCertificate } from '../material/wild-certificate.ts';
import { hostRoot } from '../site.ts';
import { renderAccount } from './accounts.ts';
import { renderHttpbind, renderIim, renderPartner } from './conf-text.ts';
import { PROBE_USER, renderSunImInventory } from './inventory-file.ts';
import { writeJks } from './jks-file.ts';
import type { SunImSite } from './site.ts';
import {
  accountsFile,
  binFolder,
  confFile,
  gatewayFile,
  partnerFolder,
  passwordFile,
  runtimeFolder,
  sbin,
} from './site.ts';

export const inventoryFile = (dir: string): string => path.join(dir, 'inventory.yaml');

/** Four who chat in tests, the one as whom strictstep pings, and whoever stays logged in. */
const usersOf = ({ scenario }: SunImSite, name: string): readonly string[] => [
  'ann',
  'ben',
  'cleo',
  'carl',
  PROBE_USER,
  ...scenario.desk.filter((login) => login.endsWith(`@${name}`)).map((login) => login.slice(0, login.indexOf('@'))),
];

export async function laySunIm(site: SunImSite, now: Date): Promise<void> {
  const wild = await layWildCertificate(site.dir, now);
  const { servers, gateway } = site.scenario;
  for (const server of servers) {
    const { name, host } = server;
    await placeFile(confFile(site, host), renderIim(site, server), 0o640);
    await mkdir(path.join(runtimeFolder(site, host), 'log'), { recursive: true });
    const lines = [];
    for (const user of usersOf(site, name)) {
      const password = new Secret(randomBytes(12).toString('hex'), `password of ${user}@${name}`);
      await placeFile(passwordFile(site, `${user}@${name}`), `${exposeSecret(password)}\n`);
      lines.push(renderAccount(user, password));
    }
    await placeFile(accountsFile(site, host), lines.join(''));
  }
  await placeFile(gatewayFile(site), renderHttpbind(site), 0o640);
  await mkdir(path.join(runtimeFolder(site, gateway.host), 'log'), { recursive: true });
  await layPartner(site, wild, now);
}

async function layPartner(site: SunImSite, { issuePem, rootPem }: WildCertificate, now: Date): Promise<void> {
  const folder = partnerFolder(site);
  const pem = issuePem(site.scenario.partner.domain, []);
  const chain = (pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? []).map((one) =>
    summarizeCertificate(new X509Certificate(one).raw),
  );
  const password = new Secret(randomBytes(12).toString('hex'), "password of the partner's key store");
  const entries = [
    { kind: 'key' as const, alias: 'partner', key: createPrivateKey(pem), chain },
    { kind: 'trusted' as const, alias: 'root', certificate: summarizeCertificate(new X509Certificate(rootPem).raw) },
  ];
  await placeFile(path.join(folder, 'iim.conf'), renderPartner(site, true));
  await placeFile(path.join(folder, 'server-keystore.jks'), writeJks(entries, password, now));
  await placeFile(path.join(folder, 'sslpassword.conf'), `Internal (Software) Token:${exposeSecret(password)}\n`);
  const [leaf] = chain;
  await placeFile(path.join(site.dir, 'certificates/partner.pem'), leaf?.pem ?? '', 0o644);
}

/** Writes scripts, keys of hosts and the inventory. */
export async function dressSunIm(site: SunImSite): Promise<HostKeys> {
  const shim = await writeShim(site);
  for (const { name } of site.scenario.hosts) {
    const bin = binFolder(site, name);
    const tool = (which: string): string => script(shim, site.dir, which, name);
    if (name === site.scenario.gateway.host)
      await writeScript(path.join(sbin(site, name), 'restart-gateway'), tool('restart-gateway'));
    else {
      await writeScript(path.join(sbin(site, name), 'imadmin'), tool('imadmin'));
      await writeScript(path.join(bin, 'keytool'), tool('keytool'));
      for (const which of ['certutil', 'pk12util']) {
        const inner = path.join(hostRoot(site, name), 'lib', which);
        await writeScript(inner, tool(which));
        await writeScript(path.join(bin, which), withPasswords(inner));
      }
    }
    for (const which of ['ss', 'netstat']) await writeScript(path.join(bin, which), tool(which));
    await writeScript(path.join(bin, 'sudo'), SUDO);
  }
  await writeFile(inventoryFile(site.dir), renderSunImInventory(site));
  return await layHostKeys(site, site.scenario.hosts);
}

/** The tools of NSS read passwords from files that they are named, which may be pipes of the caller: only here they can be read. */
const withPasswords = (inner: string): string => `#!/bin/sh
# Written by the lab at every start.
first= second= before=
for word in "$@"; do
  case $before in -f | -k) first=$word ;; -w) second=$word ;; esac
  before=$word
done
line_of() {
  line=
  [ -z "$1" ] || IFS= read -r line <"$1"
  printf '%s\\n' "$line"
}
{ line_of "$first"; line_of "$second"; } | ${quote(inner)} "$@"
`;

/** A folder that was copied or moved, or that gets other ports. */
export async function moveSunIm(
  site: SunImSite,
  from: { readonly dir: string; readonly basePort: number },
): Promise<void> {
  const moved = (port: string): string => {
    const offset = Number(port) - from.basePort;
    return offset >= 0 && offset < site.scenario.ports ? String(site.basePort + offset) : port;
  };
  for (const root of ['hosts', 'partner']) {
    const entries = await readdir(path.join(site.dir, root), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile() && one.name.endsWith('.conf'))) {
      const file = path.join(entry.parentPath, entry.name);
      const before = await readFile(file, 'latin1');
      const after = before
        .replaceAll(from.dir, () => site.dir)
        .replaceAll(/(\d+\.\d+\.\d+\.\d+:)(\d+)/g, (_all, head: string, port: string) => head + moved(port));
      if (after !== before) await writeFile(file, after, 'latin1');
    }
  }
}
