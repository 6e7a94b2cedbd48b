// The scripts in a profile's bin folder: the embedded lab's own tools, here as a process on the host, so that their TLS
// connections and files are the host's. argv: lab folder, tool, profile's folder, arguments
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pidFile, placeNamed } from '../../src/lab/site.ts';
import { runTool } from '../../src/lab/tool/run-tool.ts';
import { livePid, realSite } from './site.ts';

const [dir = '', tool = '', profile = '', ...argv] = process.argv.slice(2);
const site = realSite(dir);

async function start(name: string): Promise<number | undefined> {
  const errors = openSync(`${profile}/logs/processes.log`, 'a');
  // A session of its own: the server goes on when the tool or its SSH session ends.
  const child = fork(path.join(import.meta.dirname, 'process-main.ts'), [dir, name], {
    detached: true,
    stdio: ['ignore', errors, errors, 'ipc'],
    cwd: '/',
  });
  const [told] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  child.unref();
  if (child.connected) child.disconnect();
  const pid = typeof told === 'object' && told !== null && 'pid' in told ? told.pid : null;
  return typeof pid === 'number' ? pid : undefined;
}

const deployment = {
  process: (name: string) => ({
    facts: () => {
      const pid = livePid(pidFile(site, placeNamed(site.scenario, name)));
      return { process: name, state: pid === null ? ('stopped' as const) : ('running' as const), pid };
    },
    start: () => start(name),
  }),
};

process.stdout.on('error', () => process.exit(1));
process.exitCode = await runTool(site, deployment, {
  tool,
  profile,
  argv,
  cwd: process.cwd(),
  input: process.stdin.pipe(new PassThrough()),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  signal: new AbortController().signal,
});
process.stdin.destroy();
