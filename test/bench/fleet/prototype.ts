// The least that this language can do for bench:fleet: one connection and one script for each host, straight on ssh2, with no
// lock, no record, no look before and no health check. Arguments: known_hosts, user, key, script; standard input: a line for
// each host with its port and the script's argument.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import ssh2 from 'ssh2';

const [, , knownHosts = '', user = '', key = '', script = ''] = process.argv;
const privateKey = readFileSync(key);
const text = readFileSync(script);
const keys = new Map(
  readFileSync(knownHosts, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name = '', , base64 = '']) => [name, Buffer.from(base64, 'base64')] as const),
);

const executeOn = (port: number, argument: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const sock = connect(port, '127.0.0.1').setNoDelay(true);
    client.on('error', reject);
    client.on('ready', () => {
      client.exec(`exec sh -s ${argument}`, (error, channel) => {
        if (error !== undefined) return reject(error);
        channel.resume();
        channel.stderr.resume();
        channel.on('exit', (code: number | null) => {
          client.end();
          resolve(code);
        });
        channel.end(text);
      });
    });
    client.connect({
      sock,
      username: user,
      privateKey,
      algorithms: { kex: ['curve25519-sha256'], cipher: ['aes128-gcm@openssh.com'], serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (offered: Buffer) => keys.get(`[127.0.0.1]:${port}`)?.equals(offered) === true,
    });
  });

const hosts = readFileSync(0, 'utf8').trim().split('\n').values();
const work = async (): Promise<void> => {
  for (const host of hosts) {
    const [port = '', argument = ''] = host.split(' ');
    if ((await executeOn(Number(port), argument)) !== 0) process.exitCode = 1;
  }
};
await Promise.all(Array.from({ length: 50 }, work));
