// The programs on a community host: ststart in the data folder, ss and netstat. Source of ststart's arguments: HCL Sametime
// 11.6 "Starting and stopping the community server"; its texts are ours. As on a real one, "Sametime Running" says that the
// launcher runs, and nothing about the ports.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { ToolRun } from '../control.ts';
import { hostRoot } from '../site.ts';
import type { Component } from '../component.ts';
import type { CommunitySite } from './site.ts';
import { memberNamed } from './site.ts';
import { runSocketTool } from '../socket-tool.ts';
import type { SocketTable } from '../sockets.ts';

export type CommunityTools = {
  readonly site: CommunitySite;
  readonly component: (name: string) => Component;
  readonly sockets: (host: string) => SocketTable;
  /** `host command` of those that somebody broke */
  readonly broken: ReadonlySet<string>;
};

/** @returns the exit status */
export async function runCommunityTool(tools: CommunityTools, run: ToolRun): Promise<number> {
  const { tool, profile } = run;
  const host = tool === 'ststart' ? memberNamed(tools.site, profile).host : profile;
  const record = JSON.stringify([tool, ...run.argv]);
  appendFileSync(path.join(hostRoot(tools.site, host), 'tool-argv.log'), `${record}\n`, { mode: 0o600 });
  if (tools.broken.has(`${host} ${tool}`)) {
    run.err(`${tool}: cannot open netlink socket: Permission denied\n`);
    return 255;
  }
  if (tool === 'ststart') return await ststart(tools.component(profile), run);
  return runSocketTool(tools.sockets(host), run);
}

async function ststart(component: Component, { argv, out, signal }: ToolRun): Promise<number> {
  const [what = 'foreground'] = argv;
  const isUp = component.facts().pid !== null;
  if (what === 'status') {
    out(isUp ? 'Sametime Running\n' : 'Sametime Stopped\n');
    return 0;
  }
  if (what === 'stop' || what === 'restart') {
    out('Stopping Sametime\n');
    await component.stop();
    if (what === 'stop') {
      out('Sametime stopped\n');
      return 0;
    }
  } else if (isUp) {
    out('Sametime is already running\n');
    return 1;
  } else if (what !== 'background' && what !== 'foreground') {
    out('usage: ststart [background|stop|restart|status]\n');
    return 2;
  }
  await component.launch();
  out('Starting Sametime\n');
  if (what !== 'foreground') return 0;
  const gone = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => gone.resolve(), { once: true });
  await gone.promise;
  await component.stop();
  return 0;
}
