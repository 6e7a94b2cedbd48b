// One host of the Sun IM lab as operations see it: its files through the transport's own scripts, its tools as the lab has them,
// and the certificates of the lab's inventory.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CertificateFile } from '../../src/core/certificate.ts';
import type { Json } from '../../src/core/json.ts';
import type { WriteContext } from '../../src/core/operation.ts';
import { Secret } from '../../src/core/secret.ts';
import { memberOf } from '../../src/facts/federation-member.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import type { SunImLab } from '../../src/lab/sun-im/index.ts';
import type { SunImMember } from '../../src/operations/sun-im-server.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { loadCertificateFile } from '../../src/tls/load-certificate.ts';
import { localHost } from './local-host.ts';

type Kept = readonly {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly time: Date;
}[];

export type SunImWorld = {
  readonly member: SunImMember;
  readonly messaging: CertificateFile;
  readonly context: () => WriteContext;
  /** folder of iim.conf */
  readonly folder: string;
  params(kind: string, wish: Json): Json;
  apply(kind: string, wish: Json): Promise<void>;
  snapshot(): Promise<string>;
  /** the files as they are now; `restore` puts them back */
  keep(): Kept;
  restore(kept: Kept): void;
};

export async function makeSunImWorld(lab: SunImLab, name: string): Promise<SunImWorld> {
  const { federations = [], certificates } = await loadInventory(lab.inventoryFile);
  const entry = federations[0]?.servers.find((server) => server.name === name);
  const [declared] = certificates;
  if (entry === undefined || declared === undefined) throw new Error(`the lab has no ${name}`);
  const password = new Secret(
    readFileSync(join(lab.dir, 'secrets/wild_acme_com.password'), 'utf8').trim(),
    'password of the certificate',
  );
  const messaging = await loadCertificateFile(declared, password, new Date());
  const member = memberOf(entry, {});
  const folder = member.config.slice(0, member.config.lastIndexOf('/'));
  const shell = localHost(member.host);
  const refuse = async (): Promise<never> => {
    throw new Error('not part of this world');
  };
  const context = (): WriteContext => ({
    shell: async () => shell,
    wsadmin: refuse,
    endWsadmin: async () => undefined,
    certificate: () => messaging.facts,
    declaredCertificates: () => [messaging],
    census: async () => undefined,
    certificateFile: () => messaging,
    login: () => undefined,
    runId: 'run-1',
    pause: () => new Promise((resolve) => setTimeout(resolve, 10)),
  });
  const params = (kind: string, wish: Json): Json =>
    operationNamed(kind).parse({ target: { kind: 'sun-im-server', ...member }, with: wish }) as Json;
  return {
    member,
    messaging,
    folder,
    context,
    params,
    apply: async (kind, wish) => operationNamed(kind).apply(context(), params(kind, wish)),
    snapshot: async () =>
      filesIn(folder)
        .map(
          (file) => `${file} ${statSync(file).mode} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`,
        )
        .join('\n'),
    keep: () =>
      filesIn(folder).map((file) => ({
        file,
        bytes: readFileSync(file),
        mode: statSync(file).mode,
        time: statSync(file).mtime,
      })),
    restore: (kept) => {
      for (const file of readdirSync(folder)) rmSync(join(folder, file), { recursive: true });
      for (const { file, bytes, mode, time } of kept) {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        writeFileSync(file, bytes);
        chmodSync(file, mode);
        utimesSync(file, time, time);
      }
    },
  };
}

/** The gateway's host, for the laws. */
export async function makeGatewayWorld(lab: SunImLab) {
  const { federations = [] } = await loadInventory(lab.inventoryFile);
  const [gateway] = federations[0]?.gateways ?? [];
  const { context } = await makeSunImWorld(lab, 'im1');
  if (gateway === undefined) throw new Error('the lab has no gateway');
  const { host, config, runtime, restart = null } = gateway;
  const members = federations[0]?.servers.map(({ name, address, ports }) => ({ name, address, ...ports })) ?? [];
  const target = {
    kind: 'sun-im-gateway',
    community: 'chat',
    gateway: gateway.name,
    host,
    config,
    runtime,
    restart,
    user: null,
    members,
  };
  const [first, { mtime }] = [readFileSync(config), statSync(config)];
  return {
    params: operationNamed('sun-im-gateway').parse({ target, with: { to: 'server' } }) as Json,
    world: async () => {
      writeFileSync(config, first);
      // Older than the process, as it was found.
      utimesSync(config, mtime, mtime);
      return { context, snapshot: async () => readFileSync(config, 'latin1') };
    },
  };
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();

export const edit = (file: string, change: (text: string) => string): void =>
  writeFileSync(file, change(readFileSync(file, 'latin1')), 'latin1');
