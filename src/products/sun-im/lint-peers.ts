// Findings about cooperating servers. The vendor's example 12-1 points a coserver at the server itself; its chapter on federation
// has the right pairing. Sources: Instant Messaging 7.2 Administration Guide, example 12-1, chapter 8, table A-5.
import { keyed, withLine, type KeyedFinding } from './finding.ts';
import type { IimFile } from './iim.ts';
import { coserverKey } from './setting-table.ts';
import type { Coserver, ReadSunIm, SunImFinding } from './types.ts';

/** Ports of the SSL of 2006Q1, which 7.2 does not have. */
const OLD_PORTS: ReadonlySet<number> = new Set([5223, 5270]);

/** @param ownHosts names under which this server is reached, as far as they are known */
export const lintPeers = (conf: IimFile, read: ReadSunIm, ownHosts: readonly string[]): readonly SunImFinding[] =>
  read.coservers.flatMap((coserver) => findingsOf(coserver, read, ownHosts).map((finding) => withLine(conf, finding)));

function findingsOf(
  coserver: Coserver,
  { effective }: ReadSunIm,
  ownHosts: readonly string[],
): readonly KeyedFinding[] {
  const { name, host, port, isListed, requireTls } = coserver;
  const self = selfOf(coserver, effective, ownHosts);
  return [
    ...(isListed
      ? []
      : [
          keyed(
            coserverKey(name, 'host'),
            'warning',
            'COSERVER_UNLISTED',
            `${name} has settings and is not in iim_server.coservers, so they do nothing`,
            `Add ${name} to iim_server.coservers or remove its lines.`,
          ),
        ]),
    ...(isListed && host === null
      ? [
          keyed(
            coserverKey(name, 'host'),
            'fails',
            'COSERVER_NO_HOST',
            `${name} is listed and has no host`,
            `Write ${coserverKey(name, 'host')}.`,
          ),
        ]
      : []),
    ...(self === undefined ? [] : [self]),
    ...(port !== null && OLD_PORTS.has(port)
      ? [
          keyed(
            coserverKey(name, 'host'),
            'warning',
            'COSERVER_OLD_PORT',
            `${name} is called at port ${port}, which was for the SSL of 2006Q1; 7.2 does startTLS at 5269`,
            'Use port 5269.',
          ),
        ]
      : []),
    ...(effective.requireTls === true && requireTls !== null
      ? [
          keyed(
            coserverKey(name, 'requiressl'),
            requireTls ? 'note' : 'warning',
            'COSERVER_REDUNDANT',
            `${coserverKey(name, 'requiressl')} is ${String(requireTls)}, and iim_server.requiressl=true holds for every server`,
            'Remove it.',
          ),
        ]
      : []),
  ];
}

function selfOf(
  { name, host, serverId, domain }: Coserver,
  own: ReadSunIm['effective'],
  ownHosts: readonly string[],
): KeyedFinding | undefined {
  const fix = `Write the host of the other server, and its own id in ${coserverKey(name, 'serverid')}.`;
  const proofs = [
    ['host', host, [own.domain, ...ownHosts]],
    ['domain', domain, [own.domain]],
    ['serverid', serverId, [own.serverId]],
  ] as const;
  const proof = proofs.find(([, value, owns]) => owns.some((one) => same(one, value)));
  if (proof !== undefined) {
    const [key, value] = proof;
    const what = key === 'serverid' ? 'id' : key;
    return keyed(
      coserverKey(name, key),
      'fails',
      'COSERVER_SELF',
      `${name} has this server's own ${what} ${value}`,
      fix,
    );
  }
  // As in the example: serverid Iami-zed, and coserver Iamcompany22 at iim.i-zed.com.
  const label = (host?.split('.').slice(0, -1) ?? []).find(
    (one) => one.length > 3 && has(own.serverId, one) && !has(serverId, one),
  );
  if (label === undefined) return undefined;
  const text = `${name} is called at ${host}, and "${label}" is in this server's own id ${own.serverId} and not in that of ${name}, ${serverId}: it seems to point at the server itself`;
  return keyed(coserverKey(name, 'host'), 'warning', 'COSERVER_LOOKS_SELF', text, fix);
}

const has = (id: string | null | undefined, label: string): boolean => id?.toLowerCase().includes(label) === true;

const same = (a: string | null | undefined, b: string | null | undefined): boolean =>
  typeof a === 'string' && typeof b === 'string' && a !== '' && a.toLowerCase() === b.toLowerCase();
