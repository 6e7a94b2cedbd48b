// The Sun IM lab of real parts: hosts as name spaces with OpenSSH, Prosody, NSS and the JDK's keytool, started by imadmin over SSH.
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { writeScript } from '../../../src/lab/bin-scripts.ts';
import { addressOf, hostRoot } from '../../../src/lab/site.ts';
import { renderSunImInventory } from '../../../src/lab/sun-im/inventory-file.ts';
import { inventoryFile, laySunIm } from '../../../src/lab/sun-im/lay.ts';
import { confFile, gatewayFile, runtimeFolder, sbin } from '../../../src/lab/sun-im/site.ts';
import type { SunImSite } from '../../../src/lab/sun-im/site.ts';
import { openHosts } from '../hosts.ts';
import { laySsh, onHost } from '../lay-real.ts';
import { SERVICE_ID, sshFolder } from '../site.ts';
import { openNameServer } from './name-server.ts';
import { layProsodyAccount } from './prosody.ts';
import { NAME_SERVER, realSunImSite } from './site.ts';

export interface RealSunImLab extends AsyncDisposable {
  readonly site: SunImSite;
  readonly dir: string;
  readonly inventoryFile: string;
  /** a command on a host over OpenSSH's own client, as the service user */
  readonly ssh: (host: string, command: string, input?: string) => Promise<string>;
}

const execute = promisify(execFile);

export async function openRealSunImLab(): Promise<RealSunImLab> {
  const site = realSunImSite(mkdtempSync(path.join(tmpdir(), 'strictstep-real-sun-im-')));
  await lay(site);
  const hosts = await openHosts(site);
  const addresses = site.scenario.servers.map(({ host, domain }) => [domain, addressOf(site, host)]);
  const names = await openNameServer(NAME_SERVER, Object.fromEntries(addresses));
  const ssh = async (host: string, command: string, input = ''): Promise<string> => {
    const files = ['-i', `${site.dir}/id_ed25519`, '-o', `UserKnownHostsFile=${site.dir}/known_hosts`];
    const words = [...files, '-o', 'BatchMode=yes', `wasadmin@${addressOf(site, host)}`, command];
    const running = execute('ssh', ['-F', 'none', ...words]);
    running.child.stdin?.end(input);
    return (await running).stdout;
  };
  const close = async (): Promise<void> => {
    names.close();
    await hosts[Symbol.asyncDispose]();
    keepLogs(site);
    await rm(site.dir, { recursive: true, force: true });
  };
  try {
    await Promise.all(site.scenario.servers.map(({ host }) => ssh(host, `${sbin(site, host)}/imadmin start`)));
    const { host } = site.scenario.gateway;
    await ssh(host, `${sbin(site, host)}/restart-gateway`);
  } catch (error) {
    await close();
    throw error;
  }
  return { site, dir: site.dir, inventoryFile: inventoryFile(site.dir), ssh, [Symbol.asyncDispose]: close };
}

/** For somebody who looks for a fault: STRICTSTEP_REAL_LOGS names a folder outside of the test's own, which is removed. */
function keepLogs(site: SunImSite): void {
  const folder = process.env['STRICTSTEP_REAL_LOGS'];
  if (folder === undefined) return;
  for (const { name, host } of site.scenario.servers) {
    const runtime = runtimeFolder(site, host);
    cpSync(path.join(runtime, 'log'), path.join(folder, name), { recursive: true });
    cpSync(path.join(runtime, 'prosody/prosody.log'), path.join(folder, name, 'prosody.log'));
  }
}

async function lay(site: SunImSite): Promise<void> {
  const { dir, scenario } = site;
  chmodSync(dir, 0o755);
  await laySunIm(site, new Date());
  mkdirSync(path.join(dir, 'shared'), { mode: 0o755 });
  const program = (name: string): string =>
    `exec ${onHost(process.execPath)} ${onHost(path.join(import.meta.dirname, name))}`;
  for (const { host, name, domain } of scenario.servers) {
    const runtime = runtimeFolder(site, host);
    const line = `${program('imadmin-main.ts')} ${confFile(site, host)} ${runtime} "$@"`;
    await writeScript(path.join(sbin(site, host), 'imadmin'), `#!/bin/sh\n${line}\n`);
    for (const login of readdirSync(path.join(dir, 'secrets')).filter((one) => one.endsWith(`@${name}.password`))) {
      const password = readFileSync(path.join(dir, 'secrets', login), 'utf8').trim();
      layProsodyAccount(path.join(runtime, 'prosody'), domain, login.slice(0, login.indexOf('@')), password);
    }
  }
  const { host, web } = scenario.gateway;
  const restart = `${program('gateway-restart-main.ts')} ${gatewayFile(site)} ${runtimeFolder(site, host)} ${web}`;
  await writeScript(path.join(sbin(site, host), 'restart-gateway'), `#!/bin/sh\n${restart}\n`);
  await laySsh(site);
  for (const { name } of scenario.hosts) {
    mkdirSync(path.join(hostRoot(site, name), 'home', scenario.user), { recursive: true });
    execFileSync('chown', ['-R', `${SERVICE_ID}:${SERVICE_ID}`, hostRoot(site, name)]);
    execFileSync('chown', ['-R', '0:0', sshFolder(site, name)]);
    // `etc` also holds the product's files.
    chmodSync(path.join(hostRoot(site, name), 'etc'), 0o755);
  }
  writeFileSync(inventoryFile(dir), withRealTools(renderSunImInventory(site)));
}

/** The hosts have the real keytool, certutil and pk12util where Debian puts them; there is no partner. */
function withRealTools(text: string): string {
  const inventory = parse(text) as {
    federations: Record<string, { servers: Record<string, object>; gateways: object }>;
  };
  const federations = Object.entries(inventory.federations).map(([federation, { servers, gateways }]) => {
    const real = Object.entries(servers).map(([name, server]) => {
      const { keytool: _keytool, nssTools: _nssTools, ...rest } = server as Record<string, unknown>;
      return [name, { ...rest, offers: { server: ['TLSv1'], multiplexor: ['SSLv3', 'TLSv1'] } }];
    });
    return [federation, { servers: Object.fromEntries(real), gateways }];
  });
  return stringify({ ...inventory, federations: Object.fromEntries(federations) }, { lineWidth: 0 });
}
