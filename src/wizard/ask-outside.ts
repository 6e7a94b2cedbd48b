// Servers outside cells: where a community server is reached when not where SSH is, and what Sun IM servers of others can do.
import { peersOf } from '../discover/index.ts';
import type { Discovery } from '../discover/types.ts';
import { orNone } from './or-none.ts';
import type { Interviewer, Machines, World } from './types.ts';

/** A machine for administrators may have another network than its callers. Asked where nothing answers at the address of SSH. */
export async function askAddresses(
  ask: Interviewer,
  world: World,
  { hosts }: Machines,
  discovery: Discovery,
): Promise<void> {
  for (const { host, communityServers } of discovery.hosts) {
    const address = hosts.find(({ name }) => name === host)?.address ?? host;
    const [port] = communityServers.flatMap(({ ports }) => ports.server ?? ports.client ?? []);
    if (port === undefined) continue;
    const isNeeded = ask.isGiven(`address.${host}`) || (ask.mayAsk && !(await world.isOpen(address, port)));
    if (!isNeeded) continue;
    ask.tell(`Nothing answers on port ${port} of ${address}, where the SSH of ${host} is.`);
    await ask.text({
      key: `address.${host}`,
      flag: `--address ${host}=ADDRESS`,
      text: `At which address do callers reach the server on ${host}? (- if it is down now)`,
      ...orNone(async (text) => {
        if (!/^[\w.:-]+$/u.test(text)) return 'Write a name or an address, without port.';
        return (await world.isOpen(text, port)) ? undefined : `Nothing answers on port ${port} of ${text}.`;
      }),
    });
  }
}

/** No file here tells. What is not known must not be forced to use TLS, and the proof then refuses what would. */
export async function askPeers(ask: Interviewer, discovery: Discovery): Promise<void> {
  for (const { federation, name, domain } of peersOf(discovery)) {
    await ask.choose({
      key: `peer.${federation}/${name}`,
      flag: `--peer ${federation}/${name}=WORD`,
      text: `What can the server of ${domain} do, which belongs to somebody else?`,
      choices: [
        { value: '-', name: 'no TLS, or nobody has asked its owner yet' },
        { value: 'TLSv1.2', name: 'TLS 1.2' },
        { value: 'TLSv1', name: 'TLS 1.0, as Sun Instant Messaging itself' },
      ],
    });
  }
}
