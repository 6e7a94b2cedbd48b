// One host: search, read what was found, and search once more where registries and processes point to.
import type { ReadShell } from '../core/shell.ts';
import type { HostOs } from '../inventory/types.ts';
import { parseProfileRegistry, type RegisteredProfile } from '../products/websphere/profile-registry.ts';
import { attempt, readText } from './attempt.ts';
import { isBelow, placesIn } from './places.ts';
import { readCommunityServers, readMessagingServers } from './read-outside.ts';
import { readProfile, type ProfileSource } from './read-profile.ts';
import { USUAL_WINDOWS_PLACES } from './scan-windows.ts';
import { scanHost, USUAL_PLACES, type Scan } from './scan.ts';
import type { FoundInstallation, FoundProfile, HostFindings, Problem } from './types.ts';

export type HostWish = {
  readonly address: string;
  /** besides the usual places */
  readonly search: readonly string[];
  /** absent: unix */
  readonly os?: HostOs | undefined;
};

/** Reads only.
 * @throws OperatorError what connecting throws; COMMAND_TIMEOUT, REMOTE_REPLY */
export async function readHost(shell: ReadShell, { address, search, os }: HostWish): Promise<HostFindings> {
  const problems: Problem[] = [];
  const usual = os === 'windows' ? USUAL_WINDOWS_PLACES : USUAL_PLACES;
  const first = await scanHost(shell, [...new Set([...usual, ...search])], os);
  const registered = await readRegistries(shell, first, problems);
  const elsewhere = [...registered.map(({ path }) => path), ...first.running].filter(
    (path) => !first.searched.some((root) => isBelow(path, root)),
  );
  const second = elsewhere.length === 0 ? undefined : await scanHost(shell, [...new Set(elsewhere)], os);
  const scan = second === undefined ? first : merged(first, second);
  const places = placesIn(scan.files);
  const source: ProfileSource = { shell, files: scan.files, problems };
  const known = new Map(registered.map(({ path, name }) => [path, name]));
  const profiles = await Promise.all(places.profiles.map((place) => readProfile(source, place, known.get(place.path))));
  for (const { path, name } of registered) {
    if (profiles.some((profile) => profile.path === path)) continue;
    problems.push({ path, text: `profile ${name} is registered, and its folder holds no configuration` });
  }
  for (const text of scan.refused) problems.push({ path: '', text: `the search was refused: ${text}` });
  return {
    host: shell.host,
    address,
    system: scan.system,
    hostName: scan.hostName,
    searched: scan.searched,
    user: scan.user,
    owners: scan.owners,
    closedBy: scan.closedBy,
    installations: await readInstallations(source, places.installations),
    profiles,
    communityServers: await readCommunityServers(source, places),
    messagingServers: await readMessagingServers(source, places),
    gateways: places.gateways.map((config) => ({ config, runtime: runtimeOf(places.gatewayPids) })),
    databases: places.databases,
    problems: [...problems, ...profiles.flatMap(incomplete)].toSorted((a, b) =>
      `${a.path} ${a.text}` < `${b.path} ${b.text}` ? -1 : 1,
    ),
  };
}

const runtimeOf = ([pidFile, ...others]: readonly string[]): string | null =>
  pidFile === undefined || others.length > 0 ? null : pidFile.slice(0, pidFile.lastIndexOf('/'));

async function readRegistries(
  shell: ReadShell,
  { files }: Scan,
  problems: Problem[],
): Promise<readonly RegisteredProfile[]> {
  const read = await Promise.all(
    placesIn(files).registries.map(async (path) => {
      const text = await readText(shell, path, problems);
      return (
        (text && (await attempt(problems, path, () => parseProfileRegistry(text, { host: shell.host, path })))) || []
      );
    }),
  );
  return read.flat();
}

const merged = (a: Scan, b: Scan): Scan => ({
  ...a,
  searched: [...a.searched, ...b.searched],
  files: [...new Set([...a.files, ...b.files])].toSorted(),
  refused: [...a.refused, ...b.refused],
  owners: [...new Set([...a.owners, ...b.owners])].toSorted(),
  closedBy: [...new Set([...a.closedBy, ...b.closedBy])].toSorted(),
});

/** WAS.product has a DOCTYPE, which our reader of XML refuses: the two texts are taken as they stand. */
const readInstallations = (
  { shell, problems }: ProfileSource,
  paths: readonly string[],
): Promise<readonly FoundInstallation[]> =>
  Promise.all(
    paths.map(async (path) => {
      const text = (await readText(shell, `${path}/properties/version/WAS.product`, problems)) ?? '';
      return {
        path,
        product: /<id>\s*([^<]*?)\s*<\/id>/u.exec(text)?.[1] ?? null,
        version: /<version>\s*([^<]*?)\s*<\/version>/u.exec(text)?.[1] ?? null,
      };
    }),
  );

const incomplete = ({ kind, path, cell, node }: FoundProfile): readonly Problem[] =>
  kind === 'incomplete'
    ? [
        {
          path,
          text: `half a profile: cell ${cell ?? 'unknown'}, node ${node ?? 'unknown'}, no servers that can be read`,
        },
      ]
    : [];
