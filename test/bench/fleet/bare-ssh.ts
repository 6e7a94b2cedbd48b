// A log-in with ssh2 and nothing around it, 50 at once, for the contenders of bench:fleet that tell what is the floor. Arguments:
// known_hosts, user, key, and what the contender itself needs; standard input: a line for each host with its port and its profile.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import ssh2, { type Client } from 'ssh2';

const [, , knownHosts = '', user = '', key = '', ...rest] = process.argv;

/** What stands behind the three arguments. */
export const furtherArguments: readonly string[] = rest;

const privateKey = readFileSync(key);
const keys = new Map(
  readFileSync(knownHosts, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name = '', , base64 = '']) => [name, Buffer.from(base64, 'base64')] as const),
);

const loggedIn = (port: number): Promise<Client> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () => resolve(client));
    client.connect({
      sock: connect(port, '127.0.0.1').setNoDelay(true),
      username: user,
      privateKey,
      algorithms: { kex: ['curve25519-sha256'], cipher: ['aes128-gcm@openssh.com'], serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (offered: Buffer) => keys.get(`[127.0.0.1]:${port}`)?.equals(offered) === true,
    });
  });

/** @param visit does the work on a host; false: it failed */
export async function onEachHost(visit: (client: Client, profile: string) => Promise<boolean>): Promise<void> {
  const hosts = readFileSync(0, 'utf8').trim().split('\n').values();
  const work = async (): Promise<void> => {
    for (const host of hosts) {
      const [port = '', profile = ''] = host.split(' ');
      const client = await loggedIn(Number(port));
      if (!(await visit(client, profile))) process.exitCode = 1;
      client.end();
    }
  };
  await Promise.all(Array.from({ length: 50 }, work));
}
