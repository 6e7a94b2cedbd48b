// The scripts in <profile>/bin and the db2 command. They name the Node that runs the daemon, so every `lab up` writes
// them anew. All tools but wsadmin.sh run inside the daemon: starting a Node per command would cost more than they do.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { entryFile } from '../core/program-files.ts';
import { db2Command, profileRoot } from './site.ts';
import type { Site } from './site.ts';
import { passToDaemon } from './tool-shim.ts';

export const TOOLS = [
  'startManager',
  'stopManager',
  'startNode',
  'stopNode',
  'startServer',
  'stopServer',
  'serverStatus',
  'syncNode',
  'retrieveSigners',
] as const;

export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const script = (...words: readonly string[]): string =>
  `#!/bin/sh\n# Written by the lab at every start.\nexec ${[process.execPath, ...words].map(quote).join(' ')} "$@"\n`;

export async function writeScript(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
}

export async function writeShim(site: Pick<Site, 'dir'>): Promise<string> {
  const file = path.join(site.dir, 'tool-shim.cjs');
  await writeFile(file, `(${passToDaemon.toString()})(require('node:fs'), require('node:net'));\n`);
  return file;
}

export async function writeBinScripts(site: Site): Promise<void> {
  const shim = await writeShim(site);
  for (const profile of site.scenario.profiles) {
    const root = profileRoot(site, profile);
    const bin = path.join(root, 'bin');
    for (const tool of TOOLS) {
      await writeScript(path.join(bin, `${tool}.sh`), script(shim, site.dir, tool, root));
    }
    await writeScript(path.join(bin, 'wsadmin.sh'), script(entryFile('lab/wsadmin/main'), root));
  }
  const command = db2Command(site);
  await writeScript(command, script(shim, site.dir, 'db2', path.dirname(command)));
}

/** All hosts run as one account: sudo changes nothing but must be there. */
export const SUDO = `#!/bin/sh
# Written by the lab at every start.
while [ $# -gt 0 ]; do
  case "$1" in
    -n|-H|-i|-E) shift ;;
    -u) shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
exec "$@"
`;
