// A community server in a folder of this machine: sametime.ini, an ststart that starts a real process and makes stashes as
// the server does, and the certificates of an inventory. Its ports are closed.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificateFile } from '../../src/core/certificate.ts';
import type { CensusEvidence, WriteContext } from '../../src/core/operation.ts';
import { Secret } from '../../src/core/secret.ts';
import { issueCertificate, makeKey } from '../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { intermediate, root, stranger } from './chain.ts';
import { localHost } from './local-host.ts';

export const PASSWORD = 'p12 pass = word';
const password = new Secret(PASSWORD, 'password of wild.p12');
const key = makeKey();
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
const leaf = issueCertificate({
  subject: '*.acme.example',
  names: ['*.acme.example'],
  issuer: intermediate,
  key,
  ...validity,
});
const chain = [leaf.certificate, intermediate.certificate, root.certificate];

export const messaging: CertificateFile = {
  facts: {
    name: 'messaging',
    file: '/controller/wild.p12',
    fileSha256: '0'.repeat(64),
    aliasInFile: 'in-file',
    alias: 'acme-2026',
    format: 'legacy',
    chain,
  },
  bytes: writePkcs12({ entries: [{ alias: 'in-file', key, chain }], signers: [], password, legacy: true }),
  password,
};

export const LEGACY_INI = '; community\r\n[Connectivity]\r\nVPS_PORT=1516\r\n\r\n[Config]\r\nST_COMMUNITY_ID=st\r\n';
export const DYNAMIC_MUX = '[Debug]\r\nVPMX_DISABLE_CONFIGURATION_UPDATE=1\r\nVPMX_PORT=1533\r\n';

// Makes stashes as the server does; what it starts reads from nobody and ends when it is told to.
const STSTART = `#!/bin/sh
case $1 in
  background)
    sleep 600 </dev/null >/dev/null 2>&1 &
    echo $! > ststart.pid
    for store in TRUST KEY; do
      stash=\`sed -n "s/^ST_TLS_\${store}_STORE_PASSWORD_STASH_FILE=\\([^\\r]*\\).*/\\1/p" sametime.ini | tr -d '\\r'\`
      if [ -n "$stash" ] && grep "^ST_TLS_\${store}_STORE_PASSWORD=" sametime.ini >/dev/null && [ ! -f "$stash" ]; then
        echo stashed > "$stash"
        sed "/^ST_TLS_\${store}_STORE_PASSWORD=/d" sametime.ini > sametime.new && cat sametime.new > sametime.ini && rm sametime.new
      fi
    done ;;
  stop) kill \`cat ststart.pid\`; rm -f ststart.pid ;;
esac
`;

export type CommunityWorld = AsyncDisposable & {
  readonly data: string;
  readonly target: { readonly [name: string]: string | number | null };
  evidence: CensusEvidence | undefined;
  context(): WriteContext;
  snapshot(): Promise<string>;
  text(name: string): string;
  write(name: string, content: string | Uint8Array): void;
};

export function makeCommunityWorld(ini: string): CommunityWorld {
  const data = mkdtempSync(join(tmpdir(), 'strictstep-community-'));
  const shell = localHost('st1');
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(data, name), content);
  write('sametime.ini', ini);
  chmodSync(join(data, 'sametime.ini'), 0o640);
  write('ststart', STSTART);
  chmodSync(join(data, 'ststart'), 0o755);
  mkdirSync(join(data, 'site'));
  const refuse = async (): Promise<never> => {
    throw new Error('not part of this world');
  };
  const world: CommunityWorld = {
    data,
    target: {
      kind: 'community-server',
      community: 'c',
      server: 'st1',
      memberKind: 'server',
      host: 'st1',
      platform: 'linux',
      data,
      ini: join(data, 'sametime.ini'),
      log: join(data, 'sametime.log'),
      address: '127.0.0.1',
      serverPort: 1,
      clientPort: 1,
      strictSpelling: 'empty',
      clientModeIn: 'ini',
      startTimeoutMs: 10_000,
      deadManMs: 60_000,
      user: null,
    },
    evidence: undefined,
    context: () => ({
      shell: async () => shell,
      wsadmin: refuse,
      endWsadmin: async () => undefined,
      certificate: () => messaging.facts,
      declaredCertificates: () => [messaging],
      census: async () => world.evidence,
      certificateFile: () => messaging,
      login: () => undefined,
      runId: 'run-1',
      pause: () => new Promise((resolve) => setTimeout(resolve, 10)),
    }),
    snapshot: async () =>
      filesOf(data)
        .map(
          (file) => `${file} ${statSync(file).mode} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`,
        )
        .join('\n'),
    text: (name) => readFileSync(join(data, name), 'latin1'),
    write,
    [Symbol.asyncDispose]: async () => {
      await shell.change({
        argv: ['sh', '-c', 'cd "$1" && if [ -f ststart.pid ]; then ./ststart stop; fi', 'sh', data],
        timeoutMs: 5000,
      });
      rmSync(data, { recursive: true });
    },
  };
  return world;
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();

/** A trust store that somebody else made, with the password of the declared certificate. */
export const foreignTrust = (): Uint8Array =>
  writePkcs12({
    entries: [],
    signers: [{ alias: 'ldap', certificate: stranger.certificate }],
    password,
    legacy: true,
  });
