// Finds the tool that a script asked for. Every call is kept in the host's tool-argv.log, so that a test can look for
// secrets in it.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { ToolRun } from '../control.ts';
import { runDb2 } from '../database/db2.ts';
import { openLines } from '../line-reader.ts';
import { hostRoot, profileRoot } from '../site.ts';
import type { Site } from '../site.ts';
import type { ServerSpec } from '../types.ts';
import { parseToolArguments } from './arguments.ts';
import { wrapMessage } from './output.ts';
import { retrieveSigners } from './retrieve-signers.ts';
import { serverStatus } from './server-status.ts';
import { startServer, stopNode, stopServer } from './start-stop.ts';
import { syncNode } from './sync-node.ts';
import { serverNamed, TOOL_EXIT } from './tool-context.ts';
import type { ToolContext, ToolProcesses } from './tool-context.ts';

type Tool = (context: ToolContext) => Promise<number>;

const onServer =
  (failed: number, work: (context: ToolContext, server: ServerSpec) => Promise<number>): Tool =>
  (context) => {
    const [name] = context.args.words;
    const server = serverNamed(context, name);
    if (server !== undefined) return work(context, server);
    context.run.out(
      wrapMessage(`ADMU0522E: The configuration directory for a server named "${name ?? ''}" cannot be found.`),
    );
    return Promise.resolve(failed);
  };

const onType =
  (
    type: ServerSpec['type'],
    failed: number,
    work: (context: ToolContext, server: ServerSpec) => Promise<number>,
  ): Tool =>
  (context) => {
    const server = context.profile.servers.find((one) => one.type === type);
    if (server !== undefined) return work(context, server);
    context.run.out(
      wrapMessage(`ADMU0522E: The configuration directory for a server of type ${type} cannot be found.`),
    );
    return Promise.resolve(failed);
  };

const TOOLS: Readonly<Record<string, Tool>> = {
  startManager: onType('DEPLOYMENT_MANAGER', TOOL_EXIT.startFailed, startServer),
  stopManager: onType('DEPLOYMENT_MANAGER', TOOL_EXIT.stopFailed, stopServer),
  startNode: onType('NODE_AGENT', TOOL_EXIT.startFailed, startServer),
  stopNode: onType('NODE_AGENT', TOOL_EXIT.stopFailed, stopNode),
  startServer: onServer(TOOL_EXIT.startFailed, startServer),
  stopServer: onServer(TOOL_EXIT.stopFailed, stopServer),
  serverStatus: (context) =>
    context.args.has('-all')
      ? serverStatus(context, context.profile.servers)
      : onServer(TOOL_EXIT.startFailed, (same, server) => serverStatus(same, [server]))(context),
  syncNode,
  retrieveSigners,
};

export async function runTool(site: Site, deployment: ToolProcesses, run: ToolRun): Promise<number> {
  const { database } = site.scenario;
  const isDatabase = run.tool === 'db2';
  const profile = site.scenario.profiles.find((one) => profileRoot(site, one) === run.profile);
  const host = isDatabase ? database.host : profile?.host;
  const tool = TOOLS[run.tool];
  if (host === undefined || (!isDatabase && tool === undefined))
    throw new Error(`no tool ${run.tool} in ${run.profile}`);
  const record = JSON.stringify([run.tool, ...run.argv]);
  appendFileSync(path.join(hostRoot(site, host), 'tool-argv.log'), `${record}\n`, { mode: 0o600 });
  if (isDatabase) return await runDb2(site, run);
  const args = parseToolArguments(run.argv);
  if ('unknown' in args) {
    run.out(wrapMessage(`ADMU9991E: Unknown option: ${args.unknown}`));
    return TOOL_EXIT.startFailed;
  }
  if (profile === undefined || tool === undefined) throw new Error(`no tool ${run.tool} in ${run.profile}`);
  return await tool({ site, deployment, profile, root: run.profile, run, input: openLines(run.input), args });
}
