// The real-parts lab as it lies on the disk: the cell of the embedded lab, but every host has an address of its own and its
// SSH server on port 22. All programs of this folder derive paths and ports from here.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { hostRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import type { EndpointSpec, ServerSpec } from '../../src/lab/types.ts';
import { sametimeCell } from '../../src/lab/scenario/sametime-cell.ts';

/** Of the controller; the hosts follow. Only ever used inside the namespaces that the test makes. */
export const NETWORK = '10.77.0';
export const SERVICE_ID = 4242;
export const DATABASE_ID = 4243;
const FIRST_PORT = 9000;

const movedEndpoint = (endpoint: EndpointSpec): EndpointSpec => ({ ...endpoint, offset: FIRST_PORT + endpoint.offset });
const movedServer = (server: ServerSpec): ServerSpec => ({
  ...server,
  endpoints: server.endpoints.map(movedEndpoint),
});

/** A machine that only leads to the others: from here they let nobody else in but the service user. */
export const GATE = 'gate';
const HOSTS = [...sametimeCell.hosts.map(({ name }) => name), GATE];

export const realSite = (dir: string): Site => ({
  dir,
  basePort: 0,
  scenario: {
    ...sametimeCell,
    hosts: HOSTS.map((name) => ({ name, offset: 22 })),
    profiles: sametimeCell.profiles.map((profile) => ({ ...profile, servers: profile.servers.map(movedServer) })),
  },
  addresses: Object.fromEntries(HOSTS.map((name, at) => [name, `${NETWORK}.${at + 11}`])),
});

/** What every host may read: compiled Java classes and programs, and the digest of the administrator's password. */
export const sharedFolder = (dir: string): string => path.join(dir, 'shared');
export const classes = (dir: string): string => path.join(sharedFolder(dir), 'classes');
/** What Node made of the programs of this folder, which its tools start again and again. */
export const compiled = (dir: string): string => path.join(sharedFolder(dir), 'compiled');
export const passwordDigestFile = (dir: string): string => path.join(sharedFolder(dir), 'password.sha256');
export const sshFolder = (site: Pick<Site, 'dir'>, host: string): string => path.join(hostRoot(site, host), 'etc/ssh');

/** Quick to start rather than quick to run: most of these machines live for a second. */
export const JAVA = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx192m'] as const;

/** The process id in a file, when that process is alive. */
export function livePid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}
