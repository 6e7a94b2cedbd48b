// What is not WebSphere: Sametime community servers (sametime.ini) and Sun Instant Messaging (iim.conf).
import { getIni, parseIni, type IniFile } from '../products/sametime/ini.ts';
import { readMode } from '../products/sametime/mode.ts';
import { parseIim, textOf } from '../products/sun-im/iim.ts';
import { readSettings, splitAddress } from '../products/sun-im/settings.ts';
import { attempt, readBytes } from './attempt.ts';
import type { Places } from './places.ts';
import type { ProfileSource } from './read-profile.ts';
import type { FoundCommunityServer, FoundMessagingServer } from './types.ts';

export async function readCommunityServers(
  source: ProfileSource,
  { inis }: Places,
): Promise<readonly FoundCommunityServer[]> {
  const found = await Promise.all(inis.map((ini) => readCommunityServer(source, ini)));
  return found.filter((server) => server !== undefined);
}

async function readCommunityServer(
  { shell, files, problems }: ProfileSource,
  path: string,
): Promise<FoundCommunityServer | undefined> {
  const bytes = await readBytes(shell, path, problems);
  if (bytes === undefined) return undefined;
  const data = path.slice(0, path.lastIndexOf('/'));
  return await attempt(problems, path, () => {
    const ini = parseIni(bytes, { host: shell.host, path });
    const [server, client] = [readMode(ini, 'server'), readMode(ini, 'mux')];
    const [serverPort, clientPort] = [server, client].map(
      ({ plainPort, tlsPort }) => plainPort ?? tlsPort ?? undefined,
    );
    // A standalone multiplexer has no port for servers, and says where the server is that it works for.
    const kind = serverPort === undefined && clientPort !== undefined ? 'mux' : 'server';
    const isDomino = files.some((file) => file.toLowerCase() === `${data}/notes.ini`.toLowerCase());
    return {
      ini: path,
      data,
      kind,
      platform: /^[A-Za-z]:/u.test(path) ? 'windows' : isDomino ? 'domino' : 'linux',
      community: communityOf(ini),
      ports: {
        ...(serverPort === undefined ? {} : { server: serverPort }),
        ...(clientPort === undefined ? {} : { client: clientPort }),
      },
      clientModeIn: client.isAuthoritative ? 'ini' : 'stconfig',
      modes: { ...(kind === 'mux' ? {} : { server: server.mode }), client: client.mode },
    };
  });
}

function communityOf(ini: IniFile): string | null {
  const value = getIni(ini, 'Config', 'ST_COMMUNITY_ID');
  return typeof value === 'string' && /^[A-Za-z0-9_][\w.-]*$/u.test(value) ? value : null;
}

export async function readMessagingServers(
  { shell, problems }: ProfileSource,
  { iims, imadmins }: Places,
): Promise<readonly FoundMessagingServer[]> {
  const found = await Promise.all(
    iims.map(async (config): Promise<FoundMessagingServer | undefined> => {
      const bytes = await readBytes(shell, config, problems);
      if (bytes === undefined) return undefined;
      return await attempt(problems, config, () => {
        const conf = parseIim(bytes, { host: shell.host, path: config });
        const { effective, coservers } = readSettings(conf);
        const client = splitAddress(effective.muxListen ?? '').port;
        const server = splitAddress(effective.serverPorts?.[0] ?? '').port;
        return {
          config,
          domain: effective.domain ?? null,
          runtime: textOf(conf, 'iim.instancevardir') ?? null,
          imadmin: imadmins.length === 1 ? (imadmins[0] ?? null) : null,
          ports: { ...(client === null ? {} : { client }), ...(server === null ? {} : { server }) },
          coservers: coservers
            .filter(({ isListed }) => isListed)
            .map(({ name, host, port, domain }) => ({ name, host, port, domain })),
        };
      });
    }),
  );
  return found.filter((server) => server !== undefined);
}
