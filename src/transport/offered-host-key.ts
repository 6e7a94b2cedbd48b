// The key that a host offers, for a person who is to compare it with the one that the host itself shows. The connection ends
// before anything is sent to the host. Source: RFC 4253, 8.
import ssh2 from 'ssh2';
import type { ConnectConfig } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import type { LogInEntry } from '../inventory/types.ts';
import { reasonOf } from './connect-error.ts';
import { openWay } from './connection.ts';
import { fingerprintOf, hostKeyType, hostName } from './known-hosts.ts';
import { openRoute } from './open-route.ts';

export type OfferedHostKey = {
  readonly keyType: string;
  /** base64, as in known_hosts */
  readonly key: string;
  readonly fingerprint: string;
};

type Address = { readonly name: string; readonly address: string; readonly port: number };

/** @param hops the hosts on the way, first hop first, each proved by its known_hosts entry
 * @throws OperatorError HOST_UNREACHABLE; for a hop as openConnection */
export async function readOfferedHostKey(
  host: Address,
  timeoutMs: number,
  hops: readonly LogInEntry[] = [],
): Promise<OfferedHostKey> {
  const last = hops.at(-1);
  if (last === undefined) return await offeredOver(host, timeoutMs, { host: host.address, port: host.port });
  const limits = { connectTimeoutMs: timeoutMs, keepAliveMs: timeoutMs };
  const via = await openRoute({ ...last, jump: hops.slice(0, -1) }, { ...limits, secret: () => undefined });
  try {
    const { stream } = await openWay(host, via, timeoutMs);
    return await offeredOver(host, timeoutMs, { sock: stream });
  } finally {
    await via.close();
  }
}

async function offeredOver(
  host: Address,
  timeoutMs: number,
  over: Pick<ConnectConfig, 'host' | 'port' | 'sock'>,
): Promise<OfferedHostKey> {
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  client.on('error', (error) => reject(error));
  client.once('close', () => reject(new Error('the host closed the connection')));
  client.connect({
    ...over,
    username: 'nobody',
    authHandler: [],
    readyTimeout: timeoutMs,
    algorithms: {
      serverHostKey: [
        'ssh-ed25519',
        'ecdsa-sha2-nistp256',
        'ecdsa-sha2-nistp384',
        'ecdsa-sha2-nistp521',
        'rsa-sha2-512',
        'rsa-sha2-256',
      ],
    },
    hostVerifier: (offered: Buffer) => {
      resolve(offered);
      return false;
    },
  });
  try {
    return describe(await promise);
  } catch (cause) {
    const { name, address, port } = host;
    const message = `host ${name}: no SSH connection to ${address}:${port}: ${reasonOf(cause)}`;
    const hint = 'Check address and port, the network and whether sshd runs.';
    throw new OperatorError('HOST_UNREACHABLE', message, { hint, cause });
  } finally {
    client.destroy();
  }
}

function describe(key: Buffer): OfferedHostKey {
  return {
    keyType: hostKeyType(key),
    key: key.toString('base64'),
    fingerprint: fingerprintOfKey(key.toString('base64')),
  };
}

/** @param key base64 */
export const fingerprintOfKey = (key: string): string => fingerprintOf(Buffer.from(key, 'base64'));

/** A line of known_hosts without its line end. */
export const knownHostsLine = ({ address, port }: Omit<Address, 'name'>, keyType: string, key: string): string =>
  `${hostName(address, port)} ${keyType} ${key}`;
