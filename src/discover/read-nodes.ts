// The nodes of a cell as one profile knows them: serverindex.xml tells servers by type, with their named ports.
import { configRoot, nodeFolder, serverDocument, serverIndexDocument } from '../products/websphere/profile-paths.ts';
import { directAliases, type DirectAlias } from '../products/websphere/direct-settings.ts';
import { parsePropertyLines } from '../products/websphere/property-lines.ts';
import { parseServerIndex } from '../products/websphere/serverindex.ts';
import { attempt, readBytes, readText } from './attempt.ts';
import type { ProfileSource } from './read-profile.ts';
import type { FoundNode } from './types.ts';

export async function readNodes(source: ProfileSource, path: string, cell: string): Promise<readonly FoundNode[]> {
  const folder = `${configRoot(path)}/cells/${cell}/nodes/`;
  const names = source.files
    .filter((file) => file.startsWith(folder) && file.endsWith('/serverindex.xml'))
    .map((file) => file.slice(folder.length, -'/serverindex.xml'.length))
    .filter((name) => !name.includes('/'));
  const nodes = await Promise.all(names.map((node) => readNode(source, path, cell, node)));
  return nodes.filter((node) => node !== undefined);
}

async function readNode(
  source: ProfileSource,
  path: string,
  cell: string,
  node: string,
): Promise<FoundNode | undefined> {
  const { shell, problems } = source;
  const file = `${configRoot(path)}/${serverIndexDocument(cell, node)}`;
  const text = await readText(shell, file, problems);
  const servers =
    text && (await attempt(problems, file, () => parseServerIndex(text, { host: shell.host, path: file })));
  if (!text || !servers) return undefined;
  return {
    node,
    hostName: /<serverindex:ServerIndex\b[^>]*?\bhostName="([^"]*)"/u.exec(text)?.[1] ?? '',
    version: await readVersion(source, `${configRoot(path)}/${nodeFolder(cell, node)}/node-metadata.properties`),
    servers: await Promise.all(
      servers.map(async (server) => ({
        ...server,
        directAliases: await readDirectAliases(
          source,
          `${configRoot(path)}/${serverDocument(cell, node, server.name)}`,
        ),
      })),
    ),
  };
}

async function readVersion({ shell, files, problems }: ProfileSource, file: string): Promise<string | null> {
  const bytes = files.includes(file) ? await readBytes(shell, file, problems) : undefined;
  const lines = bytes === undefined ? [] : parsePropertyLines(bytes);
  return lines.find(({ key }) => key === 'com.ibm.websphere.baseProductVersion')?.value ?? null;
}

async function readDirectAliases(
  { shell, files, problems }: ProfileSource,
  file: string,
): Promise<readonly DirectAlias[]> {
  const text = files.includes(file) ? await readText(shell, file, problems) : undefined;
  const source = { host: shell.host, path: file };
  return (text && (await attempt(problems, file, () => directAliases(text, 'process:Server', source)))) || [];
}
